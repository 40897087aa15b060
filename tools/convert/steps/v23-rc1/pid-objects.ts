/** v23-rc1-c: pids are objects with a table of their own, to which the entries of the pid array refer. */

import type { Values } from "../../../write/keyed-codec.js";
import { type Items, shortBytes } from "../../content.js";
import { type GroupNode, isRecord, isRule, type Node, type RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";

const ENTRY = "ckpt_task_pids";
/** The fields of an entry that hold pids. */
const PIDS = ["vpid", "vppid", "vtgid", "vpgid", "vsid"] as const;

/** Entries of the pid array, with the pids of the tasks in nested namespaces. */
interface Tasks {
  readonly entries: readonly Values[];
  readonly nested: readonly (readonly number[])[];
}

export const pidObjects: ConversionStep = {
  id: "pid-objects",
  title: "pids as objects in a table",
  since: "v23-rc1-c",
  meanings: { [ENTRY]: PIDS },
  forward: (way) => ({
    rules: { image: (group) => group.with(() => withTable(way, group)) },
    records: { SIGNAL: nullPid(way) },
  }),
  backward: (way) => ({
    rules: { image: (group) => group.with(() => withoutTable(way, group)) },
    records: { SIGNAL: nullPid(way) },
  }),
};

/** Handler that renumbers `CKPT_PID_NULL`, which means no process group; 0 is a pid from outside. */
function nullPid(way: Crossing) {
  const before = way.before.constant("CKPT_PID_NULL");
  const after = way.after.constant("CKPT_PID_NULL");
  return (record: RecordNode): undefined => {
    const pgrp = record.number("tty_old_pgrp");
    if (pgrp === after && after !== before)
      way.repair(record, "tty_old_pgrp", pgrp, `it means no process group there, as ${before} does here`);
    if (pgrp === before) record.fields.tty_old_pgrp = after;
  };
}

function* withTable(way: Crossing, group: GroupNode): Generator<Node> {
  let tree: RecordNode | undefined;
  let array: RecordNode | undefined;
  for (const node of group.each()) {
    if (isRecord(node, "TREE")) tree = node;
    else if (isRecord(node, "pids")) array = node;
    else {
      if (tree && array) {
        yield* tableAndTree(way, tree, array, isRecord(node, "vpids") ? node : undefined);
        tree = undefined;
      }
      if (!isRecord(node, "vpids")) yield node;
    }
  }
  // An image that ends with an error message has no tasks.
  if (tree && array) yield* tableAndTree(way, tree, array, undefined);
  else if (tree) yield tree;
}

function* tableAndTree(
  way: Crossing,
  tree: RecordNode,
  array: RecordNode,
  vpids: RecordNode | undefined,
): Generator<Node> {
  way.worked();
  const { entries, nested } = tasksOf(way, array, vpids);
  const table = new Map(inTableOrder(entries).map((pid) => [pid, [] as readonly number[]]));
  entries.forEach(({ vpid }, i) => {
    table.set(Number(vpid), nested[i] as readonly number[]);
  });
  const numbers = new Map([...table.keys()].map((pid, i) => [pid, i + 1]));
  way.addFirst(table.size);
  let levels = 0;
  for (const below of table.values()) levels += below.length;
  yield way.rule("pids", [
    // Kernels of the first months count from zero.
    way.record("PIDS", { fields: { nr_pids: table.size, nr_vpids: levels, offset: 0 } }),
    way.record("BUFFER", { fields: {}, payload: encodeTable(way, table) }, "pid_table"),
  ]);
  yield tree;
  array.parts.payload = items(entries, (entry) => refer(entry, (pid) => numbers.get(pid) ?? 0));
  yield array;
}

/** The pids of tasks, followed by the other pids that the entries refer to. */
function inTableOrder(entries: readonly Values[]): number[] {
  const pids = new Set(entries.map(({ vpid }) => Number(vpid)));
  for (const entry of entries)
    for (const field of PIDS) {
      const pid = Number(entry[field]);
      if (pid > 0) pids.add(pid);
    }
  return [...pids];
}

function* withoutTable(way: Crossing, group: GroupNode): Generator<Node> {
  let table: PidTable | undefined;
  for (const node of group.each()) {
    if (isRule(node, "pids")) table = readTable(way, node);
    else if (isRecord(node, "pids") && table) yield* arrayOf(way, node, table);
    else yield node;
  }
}

/** The pid array with pids instead of objects, and the pids of nested namespaces if there are any. */
function* arrayOf(way: Crossing, array: RecordNode, table: PidTable): Generator<Node> {
  way.worked();
  if (!table.isWhole) {
    yield array;
    return;
  }
  const entries = [...way.items(array, ENTRY).each()];
  // For a time, kernels stated an offset that is one too small; the table begins with the root task.
  const first = Number(entries[0]?.vpid) === table.offset + 1 ? table.offset + 1 : table.offset;
  const pidsOf = (objref: number) => table.pids[objref - first];
  for (let i = 0; i < table.pids.length; i++) way.dropNumber(first + i);
  const nested: number[] = [];
  const named = new Set<number>();
  entries.forEach((entry, i) => {
    for (const field of PIDS) {
      const objref = Number(entry[field]);
      named.add(objref);
      if (objref > 0 && !pidsOf(objref))
        way.refuse(array, `pids[${i}].${field}`, objref, "the table has no pid object of that number");
    }
    const below = pidsOf(Number(entry.vpid))?.slice(1) ?? [];
    const depth = Number(entry.depth);
    if (depth !== below.length)
      way.refuse(array, `pids[${i}].depth`, depth, `the pid object of the task has ${below.length} levels`);
    for (const pid of below) nested.push(pid);
  });
  tellOrder(way, table, first, entries);
  const own = new Set(entries.map(({ vpid }) => Number(vpid)));
  table.pids.forEach((numbers, i) => {
    const objref = first + i;
    if (!named.has(objref)) way.lose(table.record, `pid_table[${i}]`, numbers, "no task has to do with the pid");
    else if (numbers.length > 1 && !own.has(objref))
      way.lose(table.record, `pid_table[${i}]`, numbers, "only tasks have pids in nested namespaces there");
  });
  array.parts.payload = items(entries, (entry) => refer(entry, (objref) => pidsOf(objref)?.[0] ?? 0));
  yield array;
  if (nested.length === 0) return;
  yield way.record("BUFFER", { fields: {}, payload: encodeWords(way, nested) }, "vpids");
}

/** Reports what the way back would create differently: counts, the first number of the table, and its order, which follows from the tasks. */
function tellOrder(way: Crossing, { record, pids }: PidTable, first: number, entries: readonly Values[]): void {
  const why = "the numbers of pids are given anew on the way back";
  if (first !== 1) way.repair(record, "offset", record.fields.offset, why);
  const levels = pids.reduce((sum, { length }) => sum + length - 1, 0);
  const counted = "the table has as many on the way back as there are in it";
  way.derive(record, "nr_pids", pids.length, counted);
  way.derive(record, "nr_vpids", levels, counted);
  const numbers = inTableOrder(entries).filter((objref) => pids[objref - first]);
  const place = numbers.findIndex((objref, i) => objref !== first + i);
  if (place >= 0) way.repair(record, "pid_table", numbers[place], why);
  const known = new Set<number>();
  pids.forEach(([pid = 0], i) => {
    if (known.has(pid))
      way.repair(record, `pid_table[${i}]`, pid, "another entry has the pid, and one is made of both on the way back");
    known.add(pid);
  });
}

/** Applies a function to the values above zero; zero is a pid from outside, and negative numbers are special. */
function refer(entry: Values, numberOf: (value: number) => number): Values {
  const referring = { ...entry };
  for (const field of PIDS) {
    const value = Number(entry[field]);
    referring[field] = value > 0 ? numberOf(value) : value;
  }
  return referring;
}

function items(entries: readonly Values[], make: (entry: Values) => Values): Items {
  return {
    of: ENTRY,
    count: entries.length,
    numbered: true,
    *each() {
      for (const entry of entries) yield make(entry);
    },
  };
}

function tasksOf(way: Crossing, array: RecordNode, vpids: RecordNode | undefined): Tasks {
  const entries = [...way.items(array, ENTRY).each()];
  const below = vpids ? words(way, vpids) : [];
  let at = 0;
  const depths = new Map<number, number>();
  const nested = entries.map(({ vpid, depth }, i) => {
    const [pid, count] = [Number(vpid), Number(depth ?? 0)];
    if (pid <= 0) way.refuse(array, `pids[${i}].vpid`, pid, "no task has such a pid");
    if (count < 0) way.refuse(array, `pids[${i}].depth`, count, "a task lies at no such depth");
    // Tasks with the same pid share the object, so they cannot differ in nested namespaces.
    if (count + (depths.get(pid) ?? 0) > 0 && depths.has(pid))
      way.refuse(array, `pids[${i}].vpid`, pid, "another task has the pid, and one of them lies in a nested namespace");
    depths.set(pid, count);
    const start = at;
    at += Math.max(0, count);
    return below.slice(start, at);
  });
  if (at !== below.length)
    way.refuse(vpids ?? array, "vpids", below.length, `the depths of the tasks add up to ${at} nested pids`);
  return { entries, nested };
}

interface PidTable {
  readonly record: RecordNode;
  readonly offset: number;
  /** For each entry, its pids from the root task's namespace inwards. */
  readonly pids: readonly (readonly number[])[];
  /** Whether the whole table could be read; if not, that is an obstacle, and the pid of a number is not known. */
  readonly isWhole: boolean;
}

function readTable(way: Crossing, group: GroupNode): PidTable | undefined {
  let record: RecordNode | undefined;
  let pids: number[][] | undefined = [];
  for (const node of group.each()) {
    if (isRecord(node, "PIDS")) record = node;
    if (isRecord(node, "pid_table")) pids = entriesOf(way, node);
  }
  return record && { record, offset: record.number("offset"), pids: pids ?? [], isWhole: pids !== undefined };
}

/** The pids of every entry; undefined if the table cannot be read to its end. */
function entriesOf(way: Crossing, record: RecordNode): number[][] | undefined {
  const all = words(way, record);
  const entries: number[][] = [];
  for (let at = 0; at < all.length; ) {
    const place = `pid_table[${entries.length}]`;
    const depth = all[at] as number;
    const end = at + 2 + depth;
    if (depth < 0 || end > all.length) {
      const why = "the entry does not end within the buffer, so its pids and those after it are not known";
      way.refuse(record, `${place}.depth`, depth, why);
      return undefined;
    }
    const pids = all.slice(at + 1, end);
    pids.forEach((pid, level) => {
      if (pid <= 0) way.refuse(record, `${place}.numbers[${level}]`, pid, "it is not a pid");
    });
    entries.push(pids);
    at = end;
  }
  return entries;
}

/** Encodes entries: a depth, and the pids from the root task's namespace inwards. */
function encodeTable(way: Crossing, table: ReadonlyMap<number, readonly number[]>): Uint8Array {
  const all: number[] = [];
  for (const [pid, nested] of table) all.push(nested.length, pid, ...nested);
  return encodeWords(way, all);
}

function words(way: Crossing, record: RecordNode): number[] {
  const { littleEndian } = way.before;
  const bytes = shortBytes(record.parts.payload);
  if (bytes.length % 4 !== 0) way.refuse(record, record.label, bytes.length, "the length is not a multiple of 4 bytes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getInt32(i * 4, littleEndian));
}

function encodeWords({ before: { littleEndian } }: Crossing, all: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(all.length * 4));
  all.forEach((word, i) => {
    view.setInt32(i * 4, word, littleEndian);
  });
  return new Uint8Array(view.buffer);
}
