/** Differences of an address space besides its mappings: the program, its boundaries, the auxiliary vector, the local descriptor table. */

import { uint8ArrayToHex } from "uint8array-extras";
import { copyBytes } from "../image/bytes/source.js";
import { hex } from "../image/hex.js";
import type { TreeNode } from "../image/tree.js";
import type { AddressSpace } from "../model/address-space.js";
import type { TaskName } from "../model/sharing.js";
import { changeOf, type Difference, type FieldChange } from "./difference.js";
import { mappedFileFields } from "./files.js";
import type { Pass } from "./pass.js";
import { compareRecordFields } from "./record-fields.js";
import type { Side } from "./side.js";

/** The number of mappings is not compared, because the mappings are. */
const COUNTS: ReadonlySet<string> = new Set(["map_count", "nldt"]);

export function* compareAddressSpace(
  pass: Pass,
  a: AddressSpace,
  b: AddressSpace,
  task: TaskName,
): Generator<Difference, void, void> {
  const isSame = pass.areSameSpaces(a.objref, b.objref);
  const fieldsOf = (record: string, of: string) =>
    isSame ? [] : compareRecordFields(pass, a.object.find(record), b.object.find(record), { of, except: COUNTS });
  const fields = [
    ...fieldsOf("MM", "mm"),
    ...mappedFileFields(pass, "exe", exeOf(pass.a, a), exeOf(pass.b, b), task),
    ...fieldsOf("MM_CONTEXT", "mm_context"),
    ...(isSame ? [] : auxiliaryEntries(pass, a, b)),
    ...(isSame ? [] : localDescriptors(pass, a, b)),
  ];
  if (fields.length > 0) yield { kind: "mapping", change: "changed", task, what: "mm", fields };
}

function exeOf({ image }: Side, { record }: AddressSpace): number | undefined {
  return record && image.fields(record).number("exe_objref");
}

/** Pairs of a type and a value, by type. */
function auxiliaryEntries(pass: Pass, a: AddressSpace, b: AddressSpace): FieldChange[] {
  const [one, other] = [vectorOf(pass.a, a), vectorOf(pass.b, b)];
  if (!one && other) pass.unknown.add("A", "mm.at_vector");
  if (one && !other) pass.unknown.add("B", "mm.at_vector");
  if (!one || !other) return [];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((type) =>
    changeOf(`at_vector[${type}]`, one.get(type), other.get(type)),
  );
}

/** Maximum number of entries of a vector; x86 kernels of Linux 2.6.30 to 3.0 have 22. */
const MAX_VECTOR_ENTRIES = 256;
/** Type of the final entry. */
const AT_NULL = 0n;

function vectorOf({ image }: Side, { object }: AddressSpace): Map<bigint, string> | undefined {
  const node = object.find("BUFFER", "at_vector");
  const payload = node?.record?.payload;
  if (!node || !payload) return undefined;
  const width = image.format.elementSize(node.contains?.of ?? "") ?? image.format.wordSize;
  const count = Math.min(Math.floor((payload.end - payload.start) / width), MAX_VECTOR_ENTRIES * 2);
  const at = image.source.window(payload.start, count * width);
  const { view } = image.source;
  const { littleEndian } = image.format;
  const word = (i: number) =>
    width === 8
      ? view.getBigUint64(at + i * width, littleEndian)
      : BigInt(view.getUint32(at + i * width, littleEndian));
  const vector = new Map<bigint, string>();
  for (let i = 0; i + 1 < count && word(i) !== AT_NULL; i += 2) vector.set(word(i), hex(word(i + 1)));
  return vector;
}

/** Bytes of a segment descriptor of the processor. */
const DESCRIPTOR = 8;
/** Maximum number of entries of a table. */
const MAX_DESCRIPTORS = 8192;

function localDescriptors(pass: Pass, a: AddressSpace, b: AddressSpace): FieldChange[] {
  const [one, other] = [tableOf(pass.a, a), tableOf(pass.b, b)];
  return Array.from({ length: Math.max(one.length, other.length) }, (_, i) =>
    changeOf(`ldt[${i}]`, one[i] ?? EMPTY, other[i] ?? EMPTY),
  ).flat();
}

/** An unused entry. */
const EMPTY = "0".repeat(DESCRIPTOR * 2);

function tableOf({ image }: Side, { object }: AddressSpace): string[] {
  const node: TreeNode | undefined = object.find("MM_CONTEXT_LDT");
  const payload = node?.record?.payload;
  if (!payload) return [];
  const length = Math.min(payload.end - payload.start, DESCRIPTOR * MAX_DESCRIPTORS);
  const hex = uint8ArrayToHex(copyBytes(image.source, payload.start, length));
  return hex.match(/.{16}/g) ?? [];
}
