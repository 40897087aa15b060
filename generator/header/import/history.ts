/** Writes values that change in the new version: a plain value becomes a history, a history gets an entry, by architecture if needed. */
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import type { Arch } from "../../model.js";
import type { YamlFile, YamlPath } from "./yaml-file.js";
import { scalarText } from "./yaml-file.js";

/** The new value by architecture id. */
export type Changes = ReadonlyMap<string, string>;

export interface HistoryChange {
  readonly file: YamlFile;
  readonly path: YamlPath;
  readonly changes: Changes;
  /** The new version. */
  readonly version: string;
  /** First version in which a value without a history holds. */
  readonly first: string;
  /** First version, before the new one, in which the value no longer holds. */
  readonly gone?: string;
  /** Architectures of the new version that have the value. */
  readonly arches: readonly Arch[];
  /** Architectures or families that the entry is limited to. */
  readonly limit?: readonly string[];
}

export function changeValue(change: HistoryChange): void {
  const { file, path, changes, arches } = change;
  const node = file.node(path);
  if (!node) throw file.missing(path);
  if (isByArch(node)) {
    changeByArch(change, node);
    return;
  }
  const values = new Set(changes.values());
  const [value = ""] = values;
  if (values.size === 1 && arches.every(({ id }) => changes.has(id))) {
    append(change, node, value);
    return;
  }
  // Equal so far; from now on architectures differ.
  const own = [...changes].map(([arch, each]) => `${arch}: ${historyText(change, node, each)}`);
  const others = (change.limit ?? ["else"]).map((id) => `${id}: ${flowText(file, node)}`);
  file.replaceValue(path, `{ ${[...own, ...others].join(", ")} }`);
}

function changeByArch(change: HistoryChange, node: YAMLMap<Node, Node | null>): void {
  const { file, path, changes, arches, version } = change;
  const keys = node.items.map(({ key }) => String((key as { value?: unknown }).value));
  const keyFor = (arch: Arch) => [arch.id, arch.family, "else"].find((key) => keys.includes(key));
  const byKey = new Map<string | undefined, Arch[]>();
  for (const arch of arches) byKey.set(keyFor(arch), [...(byKey.get(keyFor(arch)) ?? []), arch]);
  for (const [key, covered] of byKey) {
    const own = new Map(
      covered.flatMap(({ id }) => (changes.has(id) ? [[id, changes.get(id) as string] as const] : [])),
    );
    if (own.size === 0) continue;
    const values = [...new Set(own.values())];
    const shared = key !== undefined && own.size === covered.length && values.length === 1;
    if (shared) changeValue({ ...change, path: [...path, key], changes: own, arches: covered });
    else
      for (const [id, value] of own) {
        const old = key === undefined ? undefined : file.node([...path, key]);
        const text = old && !isAbsent(old) ? historyText(change, old, value) : `{ ${version}: ${scalarText(value)} }`;
        file.addKey(
          path,
          id,
          text,
          keys.filter((other) => other !== "else"),
        );
      }
  }
}

function isByArch(node: Node): node is YAMLMap<Node, Node | null> {
  if (!isMap<Node, Node | null>(node)) return false;
  const [first] = node.items;
  return first !== undefined && isScalar(first.key) && !/^v[0-9]/.test(String(first.key.value));
}

function isAbsent(node: Node): boolean {
  return isScalar(node) && node.value === "absent";
}

/** Adds an entry to the history at the place of the value. */
function append(change: HistoryChange, node: Node, value: string): void {
  const { file, path, version } = change;
  if (isMap<Node, Node | null>(node) && change.gone === undefined) {
    const keys = node.items.map(({ key }) => String((key as { value?: unknown }).value));
    file.addKey(path, version, scalarText(value), keys);
  } else file.replaceValue(path, historyText(change, node, value));
}

function historyText({ file, version, first, gone }: HistoryChange, node: Node, value: string): string {
  const before = isMap<Node, Node | null>(node)
    ? node.items.map((entry) => pairText(file, entry as Pair<Node, Node | null>))
    : isAbsent(node)
      ? []
      : [`${first}: ${flowText(file, node)}`];
  const entries = gone === undefined ? before : [...before, `${gone}: absent`];
  return `{ ${[...entries, `${version}: ${scalarText(value)}`].join(", ")} }`;
}

function pairText(file: YamlFile, { key, value }: Pair<Node, Node | null>): string {
  return `${String((key as { value?: unknown }).value)}: ${value ? flowText(file, value) : ""}`;
}

/** A value on one line, without comments. */
function flowText(file: YamlFile, node: Node): string {
  if (isMap<Node, Node | null>(node))
    return `{ ${node.items.map((entry) => pairText(file, entry as Pair<Node, Node | null>)).join(", ")} }`;
  if (isSeq<Node>(node)) return `[${node.items.map((item) => flowText(file, item)).join(", ")}]`;
  const [start, end] = node.range as [number, number, number];
  return file.text
    .slice(start, end)
    .trim()
    .replace(/\s*\n\s*/g, " ");
}
