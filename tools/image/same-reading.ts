/** Whether two versions read the records of an image in the same way, so that nothing in the image can tell them apart. */
import type { GrammarNodeEntry } from "../../runtime/index.js";
import type { ImageFormat, RecordKind } from "./format.js";

/** @param types type numbers of the records of the image */
export function readsAlike(one: ImageFormat, other: ImageFormat, types: Iterable<number>): boolean {
  if (one.littleEndian !== other.littleEndian || one.wordSize !== other.wordSize || one.pageSize !== other.pageSize)
    return false;
  for (const type of types) if (!sameKind(one, one.kinds.get(type), other, other.kinds.get(type))) return false;
  return sameGrammar(one, other);
}

function sameKind(
  one: ImageFormat,
  kind: RecordKind | undefined,
  other: ImageFormat,
  otherKind: RecordKind | undefined,
): boolean {
  if (!kind || !otherKind) return kind === otherKind;
  return kind.name === otherKind.name && form(one, kind) === form(other, otherKind);
}

/** Everything on which the meaning of the bytes of a record rests. */
function form(format: ImageFormat, { entry, payload }: RecordKind): string {
  const keys = [entry.struct, ...Object.values(entry.variants?.structs ?? {}), entry.variants?.else, payload?.of];
  const layouts = keys.map((key) => (key === undefined ? undefined : layoutOf(format, key)));
  return JSON.stringify([layouts, payload ?? null]);
}

/** Layouts are shared between versions, so their ids tell whether two are the same; nested structs have layouts of their own. */
function layoutOf(format: ImageFormat, key: string): unknown {
  const struct = format.struct(key);
  if (!struct) return null;
  const nested = struct.entry.descriptor.layouts.find(({ id }) => id === struct.layout.id)?.members ?? [];
  return [key, struct.layout.id, nested.map(({ type }) => nestedLayout(format, type))];
}

function nestedLayout(format: ImageFormat, type: string): unknown {
  return type.startsWith("struct ") ? layoutOf(format, type.slice("struct ".length)) : 0;
}

/** Whether the same nodes of the grammar hold in both, and objects have the same numbers. */
function sameGrammar(one: ImageFormat, other: ImageFormat): boolean {
  const { rules, bodies, anywhere } = one.abi.grammar;
  for (const [number, { name }] of one.abi.objects) if (other.abi.objects.get(number)?.name !== name) return false;
  if (one.abi.objects.size !== other.abi.objects.size) return false;
  const alike = (node: GrammarNodeEntry): boolean =>
    one.abi.applies(node) === other.abi.applies(node) && (!("items" in node) || node.items.every(alike));
  return [...Object.values(rules), ...Object.values(bodies)]
    .flatMap(({ items }) => items)
    .concat(anywhere)
    .every(alike);
}
