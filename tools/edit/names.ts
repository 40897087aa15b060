/**
 * Names of the parts of an image in paths. A grammar rule that occurs once is transparent: its contents count as those of the rule around it. A scope
 * is a rule or an object with all contents in this sense.
 */
import type { Abi, GrammarNodeEntry } from "../../runtime/index.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";

/** Names that replace those of the schema. */
const PREFERRED: Readonly<Record<string, string>> = { task_name: "comm", mapping: "vma", file_desc: "fd" };

/** Further names that are accepted. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  comm: ["task_name"],
  vma: ["mapping"],
  fd: ["file_desc"],
  uts: ["uts_ns", "uts_namespace"],
  ipc: ["ipc_ns", "ipc_namespace"],
  shm: ["ipc_shm"],
  msg: ["ipc_msg"],
  sem: ["ipc_sem"],
};

/** The names of the schema that a name can mean, beginning with itself. */
export function meaningsOf(name: string): readonly string[] {
  return [name, ...(Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? []) : [])];
}

/** Name of a record or rule at its place, as {@link listPaths} writes it. */
export function editName(image: Image, node: TreeNode): string {
  const name = node.label ?? node.rule ?? ownName(image, node);
  return Object.hasOwn(PREFERRED, name) ? (PREFERRED[name] as string) : name;
}

/** The name of a record type, in capitals if another record has the same name at its place. */
function ownName(image: Image, node: TreeNode): string {
  const name = node.record?.name ?? "";
  return grammarFacts(image.format.abi).labels.has(name.toLowerCase()) ? name : name.toLowerCase();
}

/** Whether a record or rule has a name besides the one that {@link editName} returns. */
export function hasName(node: TreeNode, name: string): boolean {
  return meaningsOf(name).some(
    (meant) =>
      meant === node.label ||
      meant === node.rule ||
      (node.rule === undefined && (meant === node.record?.name || meant === node.record?.name.toLowerCase())),
  );
}

/** Records and repeated rules of a scope, in the order of the image. Shared objects have their own scopes. */
export function* scopeOf(image: Image, node: TreeNode): Generator<TreeNode, void, void> {
  for (const child of node.each()) {
    if (child.object) continue;
    if (isTransparent(image, child)) yield* scopeOf(image, child);
    else yield child;
  }
}

/** The transparent rules of a scope. */
export function* rulesWithin(image: Image, node: TreeNode): Generator<TreeNode, void, void> {
  for (const child of node.each()) {
    if (child.object || !isTransparent(image, child)) continue;
    yield child;
    yield* rulesWithin(image, child);
  }
}

export function isTransparent(image: Image, node: TreeNode): boolean {
  return node.rule !== undefined && !node.object && node.label === undefined && !isRepeated(image, node);
}

/** Whether the grammar allows several of that kind. */
export function isRepeated(image: Image, node: TreeNode): boolean {
  const around = node.parent;
  const facts = grammarFacts(image.format.abi);
  const name = node.label ?? node.rule ?? node.record?.name ?? "";
  return facts.anywhere.has(name) || facts.repeated.get(around?.rule ?? "")?.has(name) === true;
}

/** The record whose fields can be used directly on a rule or an object. */
export function mainRecord(image: Image, node: TreeNode): TreeNode | undefined {
  if (node.rule === undefined || node.index === 0) return undefined;
  const facts = grammarFacts(image.format.abi);
  const name = (node.object ? facts.principals : facts.firsts).get(node.rule);
  if (name === undefined) return undefined;
  for (const member of scopeOf(image, node))
    if (member.rule === undefined && member.record?.name === name) return member;
  return undefined;
}

/** Facts from grammar and tables about names, independent of the image. */
interface GrammarFacts {
  readonly labels: ReadonlySet<string>;
  /** Names of nodes that may precede any record. */
  readonly anywhere: ReadonlySet<string>;
  /** Names that may occur several times, by rule or object type. */
  readonly repeated: ReadonlyMap<string, ReadonlySet<string>>;
  /** The first mandatory record of each rule. */
  readonly firsts: ReadonlyMap<string, string>;
  /** The record with the data of an object, by object type. */
  readonly principals: ReadonlyMap<string, string>;
}

const known = new WeakMap<Abi, GrammarFacts>();

function grammarFacts(abi: Abi): GrammarFacts {
  const facts = known.get(abi) ?? collect(abi);
  known.set(abi, facts);
  return facts;
}

function collect(abi: Abi): GrammarFacts {
  const { anywhere, rules, bodies } = abi.grammar;
  const labels = new Set<string>();
  const repeated = new Map<string, Set<string>>();
  const firsts = new Map<string, string>();
  for (const [name, { items }] of [...Object.entries(rules), ...Object.entries(bodies)]) {
    const several = new Set<string>();
    repeated.set(name, several);
    const first = items.find((item) => item.kind === "record");
    if (first?.kind === "record") firsts.set(name, first.name);
    const visit = (node: GrammarNodeEntry, again: boolean) => {
      const repeats = again || node.repeat !== undefined;
      if (node.as !== undefined) labels.add(node.as);
      if ("name" in node && repeats) several.add(node.as ?? node.name);
      if ("items" in node) for (const item of node.items) visit(item, repeats);
    };
    for (const item of items) visit(item, false);
  }
  const principals = [...abi.objects.values()].flatMap(({ name, principal }) =>
    principal === undefined ? [] : [[name, principal] as const],
  );
  return {
    labels,
    anywhere: new Set(anywhere.flatMap((node) => ("name" in node && node.kind === "rule" ? [node.name] : []))),
    repeated,
    firsts,
    principals: new Map(principals),
  };
}
