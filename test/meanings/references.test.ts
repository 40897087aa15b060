/**
 * Every field that holds the number of an object, according to the schema, is followed in the real images and in made images of every version and
 * architecture, and must lead to an object of a type that it names. The existing numbers are read here from the records themselves.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Field } from "../../tools/edit/field.js";
import { listFields } from "../../tools/edit/list.js";
import { type Image, openImage } from "../../tools/image/image.js";
import { MemorySource, type TreeNode } from "../../tools/image/index.js";
import { ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";

const FIXTURES = new URL("../fixtures/images/", import.meta.url);
const REAL = readdirSync(FIXTURES).filter((name) => name.endsWith(".img"));

const CLONE_NEWUTS = 0x0400_0000;
const CLONE_NEWIPC = 0x0800_0000;

interface Followed {
  readonly path: string;
  readonly number: number;
  readonly types: readonly string[];
}

/** Non-zero fields that refer to objects. */
function references(image: Image): Followed[] {
  const listed = [...listFields(image, { all: true })];
  const kinds = new Map(
    listed.flatMap(({ path, field }) => (path.endsWith(".type") ? [[path.slice(0, -".type".length), field]] : [])),
  );
  return listed.flatMap(({ path, field }): Followed[] => {
    const types = field.meaning?.refers;
    const number = types ? Number(field.read()) : 0;
    // Only devices of that kind have the member of the union.
    const device = path.replace(/\.(device\.)?veth\.\w+$/, "");
    if (device !== path && !isVeth(image, kinds.get(device))) return [];
    return types && number !== 0 ? [{ path, number, types }] : [];
  });
}

function isVeth({ format }: Image, type: Field | undefined): boolean {
  return type?.read() === format.constant("CKPT_NETDEV_VETH");
}

/** The objects of an image: their types by number. */
function numbersOf(image: Image): Map<number, string> {
  const numbers = new Map<number, string>();
  for (const [objref, { rule }] of image.objects) numbers.set(objref, rule ?? "");
  const nodes = [...image.root];
  const value = (node: TreeNode, path: string) => Number(image.fields(node).number(path) ?? 0);
  const add = (number: number, type: string) => {
    if (number > 0 && !numbers.has(number)) numbers.set(number, type);
  };
  /** Numbers of objects without an OBJREF record, whose own records follow the first reference to them. */
  const unframed = { SIGNAL: new Set<number>(), UTS_NS: new Set<number>(), IPC_NS: new Set<number>() };
  for (const node of nodes) {
    const { record } = node;
    if (!record) continue;
    if (record.name === "SECURITY") add(value(node, "ptrref"), "SECURITY_PTR");
    if (record.name === "TTY") add(value(node, "file_objref"), "FILE");
    if (record.name === "FILE") add(value(node, "pipe_objref"), "INODE");
    if (record.name === "IPC_SHM") add(value(node, "objref"), "INODE");
    if (record.name === "VMA") add(value(node, "ino_objref"), "INODE");
    if (record.name === "TASK_OBJS") {
      const signal = value(node, "signal_objref");
      if (signal > 0) unframed.SIGNAL.add(signal);
    }
    if (record.name === "NS") {
      // Up to v16 flags state which namespaces follow without an OBJREF.
      const flags = value(node, "flags");
      if (flags & CLONE_NEWUTS) unframed.UTS_NS.add(value(node, "uts_objref"));
      if (flags & CLONE_NEWIPC) unframed.IPC_NS.add(value(node, "ipc_objref"));
    }
  }
  for (const [type, own] of Object.entries(unframed)) {
    const framed = [...numbers.values()].filter((name) => name === type).length;
    expect(framed + own.size, type).toBe(nodes.filter(({ record }) => record?.name === type).length);
    for (const number of own) add(number, type);
  }
  for (const [number, pid] of pidTable(image, nodes)) {
    expect(pid).toBeGreaterThan(0);
    add(number, "PID");
  }
  return numbers;
}

/** Entries of the table of pids by number: a depth, and as many pids plus one. */
function* pidTable(image: Image, nodes: readonly TreeNode[]): Generator<[number: number, pid: number]> {
  const { source, format } = image;
  const table = nodes.find(({ label }) => label === "pid_table")?.record?.payload;
  const array = nodes.find(({ label }) => label === "pids")?.record?.payload;
  if (!table || !array) return;
  const word = (offset: number) => source.view.getInt32(source.window(offset, 4), format.littleEndian);
  // The first entry is the pid of the root task, which is also the first of the array.
  let number = word(array.start);
  for (let at = table.start; at < table.end; at += 8 + 4 * word(at)) yield [number++, word(at + 4)];
}

/**
 * Follows all references.
 *
 * @returns the number of references to pids, and of all others
 */
function followAll(image: Image): { pids: number; others: number } {
  const followed = references(image);
  const numbers = numbersOf(image);
  const astray = followed
    .filter(({ types, number }) => !types.includes(numbers.get(number) ?? ""))
    // According to the schema, an undefined label counts as none.
    .filter(({ types, number }) => !(types.includes("SECURITY_PTR") && !numbers.has(number)));
  expect(
    astray.map(({ path, number, types }) => `${path} = ${number}: ${types}, but it is ${numbers.get(number)}`),
  ).toEqual([]);
  const pids = followed.filter(({ types }) => types.includes("PID")).length;
  return { pids, others: followed.length - pids };
}

describe("references lead to objects of the type that the schema names", () => {
  it.each(REAL)("in the real image %s", (name) => {
    const image = openImage(new MemorySource(new Uint8Array(readFileSync(new URL(name, FIXTURES)))));
    const { pids, others } = followAll(image);
    expect(pids).toBe(0);
    if (!name.includes("notfrozen")) expect(others).toBeGreaterThan(8);
  });

  it.each(ABIS)("in a made image of %s", (abi) => {
    const image = openImage(new MemorySource(makeBytes({ abi, pages: 0 })), { abi });
    const { pids, others } = followAll(image);
    expect(others).toBeGreaterThan(8);
    // Pids are objects from v23-rc1-c on, and plain numbers before.
    const hasObjects = image.format.kind("PIDS") !== undefined;
    expect(pids > 8).toBe(hasObjects);
    if (!hasObjects) expect(pids).toBe(0);
  });
});
