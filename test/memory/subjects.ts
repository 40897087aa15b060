/** Images for the tests of memory: real ones, and made ones of every ABI. */
import { type Image, MemorySource, openImage, type TreeNode } from "../../tools/image/index.js";
import type { ProcessMemory } from "../../tools/memory/memory.js";
import { type MemoryOfTasks, memoryOfTasks } from "../../tools/memory/task-memory.js";
import { realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import type { MakeOptions } from "../make-image/options.js";

export interface Subject extends MemoryOfTasks {
  readonly bytes: Uint8Array;
  readonly image: Image;
}

export function subjectOf(bytes: Uint8Array, abi: string, pageSize?: number): Subject {
  const image = openImage(new MemorySource(bytes), { abi, pageSize });
  return { bytes, image, ...memoryOfTasks(image, undefined) };
}

/** A made image, opened as its ABI. */
export function made(abi: string, options: Omit<MakeOptions, "abi"> = {}): Subject {
  return subjectOf(makeBytes({ ...options, abi }), abi, options.pageSize);
}

export function real(name: string): Subject {
  const { bytes, notes } = realImage(name);
  return subjectOf(bytes.slice(), notes.abi);
}

/** The memory of the task with a pid. */
export function memoryOf({ chosen }: MemoryOfTasks, pid: number) {
  const found = chosen.find(({ sharedBy }) => sharedBy.some((task) => task.pid === pid));
  if (!found) throw new Error(`no memory of task ${pid}`);
  return found.memory;
}

/** All nodes with a name, a label or a rule. */
export function nodesOf(image: Image, name: string): TreeNode[] {
  return [...image.root].filter(({ record, label, rule }) => record?.name === name || label === name || rule === name);
}

/** Overwrites a field of a record. */
export function setField({ image, bytes }: Subject, node: TreeNode, path: string, value: number | bigint): void {
  const record = node.record;
  const place = record?.kind?.place(record.kind.struct, path);
  if (!record || !place) throw new Error(`no field ${path}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + record.offset + place.offset, place.size);
  if (place.size === 8) view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), image.format.littleEndian);
  else if (place.size === 2) view.setUint16(0, Number(value), image.format.littleEndian);
  else view.setUint32(0, Number(value), image.format.littleEndian);
}

/** The mapping that contains an address. */
export function mappingAt({ mappings }: ProcessMemory, address: bigint) {
  return [...mappings].find(({ start, end }) => start <= address && address < end);
}
