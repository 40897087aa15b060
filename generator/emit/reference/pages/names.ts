/** Every name of the schema in alphabetical order. */
import { memberPaths } from "../../../members.js";
import type { Struct } from "../../../model.js";
import {
  bodyPage,
  constantAddress,
  enumeratorAddress,
  enumPage,
  fieldAddress,
  objectAddress,
  recordPage,
  rulePage,
  structPage,
  structTitle,
  versionPage,
} from "../addresses.js";
import {
  type Address,
  type Block,
  type Content,
  code,
  heading,
  joined,
  link,
  type Page,
  paragraph,
} from "../content.js";
import { numberNames } from "../facts.js";
import type { Site } from "../site.js";

const PATH = "names";

/** A prefix is ignored for sorting when at least this many names, and this part of all, share it. */
const SHARED = { names: 20, part: 0.05 };

interface Entry {
  readonly name: string;
  readonly content: Content;
}

export function nameIndex(site: Site): Page {
  const entries = [...things(site), ...fields(site)];
  const keyOf = sortingKeys(entries.map(({ name }) => name));
  const sorted = entries
    .map((entry) => ({ ...entry, key: keyOf(entry.name) }))
    .sort((a, b) => compare(a.key, b.key) || compare(a.name, b.name));
  const letters = new Map<string, Content[]>();
  for (const { key, content } of sorted) {
    const letter = /^[a-z]/.test(key) ? (key[0] as string).toUpperCase() : "0–9";
    letters.set(letter, [...(letters.get(letter) ?? []), content]);
  }
  return {
    path: PATH,
    title: "Index of names",
    summary: "Every struct, field, record, enum, constant, object, rule and version in alphabetical order.",
    section: PATH,
    sources: ["schema"],
    blocks: [
      paragraph(
        "Every name of the headers and of this reference. Prefixes that many names share, such as that of the structs, do not count for the order. A field is listed once, with the structs that have it.",
      ),
      paragraph(
        ...joined(
          [...letters.keys()].map((letter) => [link({ page: PATH, anchor: anchorOf(letter) }, letter)]),
          " ",
        ),
      ),
      ...[...letters].flatMap(([letter, items]): Block[] => [
        heading(2, anchorOf(letter), letter),
        { kind: "list", items },
      ]),
    ],
  };
}

function anchorOf(letter: string): string {
  return `letter-${/[A-Z]/.test(letter) ? letter : "digits"}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Everything that has an address. */
function things({ model, layouts }: Site): Entry[] {
  const entry = (name: string, kind: string, to: Address): Entry => ({
    name,
    content: [link(to, code(name)), ` ${kind}`],
  });
  const numbers = numberNames(model);
  const structs = model.structs.filter((struct) => layouts.distinct.get(struct)?.length);
  return [
    ...structs.map((struct) => entry(structTitle(struct), "struct", { page: structPage(struct) })),
    ...structs.flatMap((struct) =>
      formerNames(struct).map((name) => entry(name, `earlier name of ${struct.key}`, { page: structPage(struct) })),
    ),
    ...model.records.map(({ name }) => entry(`CKPT_HDR_${name}`, "record", { page: recordPage(name) })),
    ...model.objects.map(({ name }) => entry(`CKPT_OBJ_${name}`, "object", objectAddress(name))),
    ...model.enums.flatMap(({ name: enumeration, bits, values }) => [
      entry(enumeration, bits ? "bits" : "enum", { page: enumPage(enumeration) }),
      ...values
        .filter(({ name }) => !numbers.has(name))
        .map(({ name }) => entry(name, `of ${enumeration}`, enumeratorAddress(enumeration, name))),
    ]),
    ...model.constants.map(({ name }) => entry(name, "constant", constantAddress(name))),
    ...model.grammar.rules.map((rule) => entry(rule.name, "rule", { page: rulePage(rule) })),
    ...model.grammar.bodies.map(({ name }) => entry(name, "body of an object", { page: bodyPage(name) })),
    ...model.versions.map(({ id }) => entry(id, "version", { page: versionPage(id) })),
  ];
}

function formerNames({ names, key, variant }: Struct): string[] {
  return variant === undefined ? [...new Set(names.values())].filter((name) => name !== key) : [];
}

/** Fields by their own name, without that of the enclosing aggregate. */
function fields({ layouts }: Site): Entry[] {
  const places = new Map<string, Content[]>();
  for (const [struct, distinct] of layouts.distinct)
    for (const path of new Set(distinct.flatMap(({ layout }) => memberPaths(layout)))) {
      const name = path.split(".").at(-1) as string;
      const around = path.slice(0, -name.length - 1);
      const text = around === "" ? structTitle(struct) : `${structTitle(struct)}.${around}`;
      places.set(name, [...(places.get(name) ?? []), [link(fieldAddress(struct, path), text)]]);
    }
  return [...places].map(([name, links]) => ({ name, content: [code(name), " field of ", ...joined(links, ", ")] }));
}

/** Sorting keys: lower case, without a prefix that many names share. */
function sortingKeys(all: readonly string[]): (name: string) => string {
  const simple = (name: string) => name.toLowerCase().replace(/^_+/, "");
  const counts = new Map<string, number>();
  for (const name of all)
    for (const [beginning] of beginnings(simple(name))) counts.set(beginning, (counts.get(beginning) ?? 0) + 1);
  const most = Math.max(SHARED.names, all.length * SHARED.part);
  return (name) => {
    const shared = beginnings(simple(name)).filter(([beginning]) => (counts.get(beginning) ?? 0) >= most);
    return shared.at(-1)?.[1] ?? simple(name);
  };
}

/** Prefixes of a name: `a_b_c` as `a_` with `b_c`, `a_b_` with `c`. */
function beginnings(name: string): [beginning: string, rest: string][] {
  return [...name.matchAll(/_(?=[a-z0-9])/g)].map(({ index }) => [name.slice(0, index + 1), name.slice(index + 1)]);
}
