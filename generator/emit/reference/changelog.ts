/** Changes in words. Pages and their script share this module, so it depends only on the forms of content and on addresses. */
import { constantAddress, enumeratorAddress, objectAddress, recordPage } from "./addresses.js";
import type { FactChange, FactChangeKind, FactGroup, FactValue, GroupChange, GroupKind } from "./changes.js";
import {
  type Address,
  type Block,
  badge,
  type Content,
  code,
  heading,
  type Inline,
  joined,
  line,
  link,
} from "./content.js";

const AREAS: readonly (readonly [title: string, ...kinds: GroupKind[]])[] = [
  ["Structs", "struct"],
  ["Records", "record"],
  ["Objects", "object"],
  ["Enumerations", "enum"],
  ["Constants", "constants"],
  ["Order of the stream", "rule", "body"],
];

/** The two compared versions. */
export interface Pair {
  readonly from: string;
  readonly to: string;
}

/**
 * Changes by area.
 *
 * @param prefix of the anchors of the headings
 */
export function changelog(changes: readonly GroupChange[], pair: Pair, prefix: string): Block[] {
  return AREAS.flatMap(([title, ...kinds]): Block[] => {
    const own = changes.filter(({ group }) => kinds.includes(group.kind));
    if (own.length === 0) return [];
    const [anchor = ""] = title.toLowerCase().split(" ");
    return [
      heading(3, `${prefix}-${anchor}`, title),
      { kind: "list", items: own.flatMap((one) => entries(one, pair)) },
    ];
  });
}

/** Number of changes: `21 added, 26 changed`. A new or removed thing counts once; for all others each change counts. */
export function changeCount(changes: readonly GroupChange[]): string {
  const kinds = changes.flatMap(({ kind, changes: own }) => (kind === "changed" ? own.map(kindOf) : [kind]));
  return (["added", "removed", "changed"] as const)
    .map((kind) => ({ kind, count: kinds.filter((one) => one === kind).length }))
    .flatMap(({ kind, count }) => (count > 0 ? [`${count} ${kind}`] : []))
    .join(", ");
}

function kindOf({ from, to }: FactChange): FactChangeKind {
  return !from ? "added" : !to ? "removed" : "changed";
}

/** Kinds of groups that occur only once, so that their items need no heading. */
const ALONE: readonly GroupKind[] = ["record", "object"];

function entries(change: GroupChange, pair: Pair): Content[] {
  const { group, kind, changes, among } = change;
  if (ALONE.includes(group.kind)) return changes.map((one) => itemLine(group, one, among, pair));
  const title = [...mark(kind, pair), " ", ...groupName(change, pair)];
  if (kind !== "changed") return [[...title, ...onArches(change.arches, among), ...contents(change, pair), "."]];
  return [[...title, ":", ...changeLines(change, pair).map((content) => line(...content))]];
}

/** The content of a new or removed thing. */
function contents({ group, kind, changes, arches }: GroupChange, pair: Pair): Content {
  const side = ({ from, to }: FactChange) => (kind === "added" ? to : from);
  const whole = changes.find(({ item }) => item === group.whole);
  const size = (whole && side(whole)?.text) ?? "";
  const items = changes.flatMap((change): Content[] => {
    const value = side(change);
    if (change === whole || !value) return [];
    const name = itemLink(group, value.name ?? change.item.name, kind === "added" ? pair.to : pair.from, arches[0]);
    return [group.kind === "struct" || isRule(group) ? [name] : [name, " = ", code(value.text)]];
  });
  return [...(size ? [`, ${size}`] : []), ...(items.length > 0 ? [": ", ...joined(items, ", ")] : [])];
}

/** The changes of a thing that both versions have, one per line. */
export function changeLines({ group, changes, among }: GroupChange, pair: Pair): Content[] {
  const moves = movesOf(group, changes);
  return changes.flatMap((change): Content[] => {
    const run = moves.get(change);
    if (!run) return [itemLine(group, change, among, pair)];
    return run[0] === change ? [moveLine(group, run, among, pair)] : [];
  });
}

function itemLine(group: FactGroup, change: FactChange, among: readonly string[], pair: Pair): Content {
  const { item, from, to, arches } = change;
  const version = to ? pair.to : pair.from;
  const name = (to ?? from)?.name ?? item.name;
  const isWhole = item === group.whole;
  const head: Content = isWhole ? [] : [itemLink(group, name, version, arches[0]), " "];
  const kind = kindOf(change);
  const what: Content =
    from && to
      ? joined(aspects(from, to, item.name), ", ")
      : [`${kind}: `, ...valueContent(group, (to ?? from) as FactValue)];
  return [...head, ...what, ...onArches(arches, among), "."];
}

function aspects(from: FactValue, to: FactValue, newest: string): Content[] {
  const [was, is] = [from.name ?? newest, to.name ?? newest];
  return [
    ...(was === is ? [] : [["renamed from ", code(was)] as Content]),
    ...(from.text === to.text ? [] : [[code(from.text), " → ", code(to.text)] as Content]),
    ...(from.align === to.align ? [] : [[`aligned to ${to.align} instead of ${from.align}`] as Content]),
    ...(from.at === to.at ? [] : [[`moved from ${from.at} to ${to.at}`] as Content]),
    ...(from.means === to.means ? [] : [[`new meaning: ${to.means?.replace(/\.$/, "")}`] as Content]),
  ];
}

function valueContent(group: FactGroup, { text, at }: FactValue): Content {
  if (isRule(group)) return [text];
  return [code(text), ...(at === undefined ? [] : [` at ${at}`])];
}

/** Fields that only moved share a line if they moved by the same number of bytes on the same architectures. */
function movesOf(group: FactGroup, changes: readonly FactChange[]): Map<FactChange, readonly FactChange[]> {
  const runs = new Map<string, FactChange[]>();
  for (const change of changes) {
    const { from, to, arches } = change;
    if (group.kind !== "struct" || from?.at === undefined || to?.at === undefined) continue;
    if (from.text !== to.text || from.name !== to.name || from.means !== to.means) continue;
    const key = `${to.at - from.at} ${arches.join()}`;
    runs.set(key, [...(runs.get(key) ?? []), change]);
  }
  return new Map(
    [...runs.values()].flatMap((run) => (run.length > 1 ? run.map((change) => [change, run] as const) : [])),
  );
}

function moveLine(
  group: FactGroup,
  run: readonly FactChange[],
  among: readonly string[],
  { to: version }: Pair,
): Content {
  const { from, to, arches } = run[0] as FactChange;
  const distance = (to?.at ?? 0) - (from?.at ?? 0);
  const names = run.map(({ item, to: now }): Content => [itemLink(group, now?.name ?? item.name, version, arches[0])]);
  return [
    ...joined(names, ", ", " and "),
    ` moved by ${distance > 0 ? "+" : "−"}${Math.abs(distance)} bytes`,
    ...onArches(arches, among),
    ".",
  ];
}

const TONES = { added: "since", removed: "until", changed: "plain" } as const;

function mark(kind: FactChangeKind, { from, to }: Pair): Inline[] {
  const titles = {
    added: `${to} has it, ${from} does not.`,
    removed: `${from} has it, ${to} does not.`,
    changed: "Both have it, with differences.",
  };
  return [badge(TONES[kind], kind, titles[kind])];
}

/** The architectures with the change, or those without it, whichever list is shorter. */
function onArches(arches: readonly string[], among: readonly string[]): Content {
  const others = among.filter((arch) => !arches.includes(arch));
  if (others.length === 0) return [];
  const listed = (list: readonly string[], last: string) =>
    joined(
      list.map((arch) => [arch]),
      ", ",
      last,
    );
  return others.length < arches.length
    ? [", but not on ", ...listed(others, " or ")]
    : [" on ", ...listed(arches, " and ")];
}

function isRule({ kind }: FactGroup): boolean {
  return kind === "rule" || kind === "body";
}

const NOUNS: Readonly<Record<GroupKind, string>> = {
  struct: "struct",
  record: "",
  object: "",
  enum: "",
  constants: "constants of",
  rule: "rule",
  body: "object",
};

function groupName({ group, kind, arches, changes }: GroupChange, { from, to }: Pair): Content {
  const noun = NOUNS[group.kind];
  const address: Address =
    group.kind === "struct"
      ? { page: group.page, anchor: `${kind === "removed" ? from : to}/${arches[0]}` }
      : { page: group.page };
  const whole = changes.find(({ item }) => item === group.whole);
  const value = kind === "removed" ? whole?.from : whole?.to;
  return [...(noun ? [`${noun} `] : []), link(address, code(value?.name ?? group.name))];
}

/** A link to an item as it is in a version. */
function itemLink(group: FactGroup, name: string, version: string, arch: string | undefined): Inline {
  const address = itemAddress(group, name, version, arch);
  return address ? link(address, code(name)) : code(name);
}

function itemAddress(group: FactGroup, name: string, version: string, arch = ""): Address | undefined {
  switch (group.kind) {
    case "struct":
      return { page: group.page, anchor: `${version}/${arch}/${name}` };
    case "record":
      return { page: recordPage(name) };
    case "object":
      return objectAddress(name);
    case "enum":
      return enumeratorAddress(group.name, name);
    case "constants":
      return constantAddress(name);
    default:
      return undefined;
  }
}
