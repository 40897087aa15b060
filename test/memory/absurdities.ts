/** Images with addresses, sizes and numbers that no kernel writes, and all queries about their memory. */
import { expect } from "vitest";
import { mappingNames } from "../../tools/memory/mapping-name.js";
import { parsePattern } from "../../tools/memory/pattern.js";
import { planPokes } from "../../tools/memory/poke.js";
import { searchMemory } from "../../tools/memory/search.js";
import { stripImage } from "../../tools/strip/strip.js";
import { MemorySink } from "../../tools/write/sink.js";
import { made, nodesOf, type Subject, setField, subjectOf } from "./subjects.js";

export const ABIS = ["v21/x86_64", "v19/s390x", "v16/x86_32"];

const TOP = 2n ** 64n - 1n;

/** Addresses, sizes and numbers that no kernel writes. */
export const ABSURDITIES: readonly (readonly [title: string, change: (subject: Subject) => void])[] = [
  ["mappings that end before they begin", (subject) => setAll(subject, { vm_start: TOP, vm_end: 0n })],
  ["mappings of everything", (subject) => setAll(subject, { vm_start: 0n, vm_end: TOP })],
  ["mappings at the very top", (subject) => setAll(subject, { vm_start: TOP - 4096n, vm_end: TOP })],
  [
    "mappings that begin and end within pages",
    (subject) => setAll(subject, { vm_start: 0x10000001n, vm_end: 0x7fffffffn }),
  ],
  ["offsets beyond all files", (subject) => setAll(subject, { vm_pgoff: TOP })],
  ["numbers of types that do not exist", (subject) => setAll(subject, { vma_type: 3 }, "SHM_FILE")],
  [
    "files and segments that do not exist",
    (subject) => setAll(subject, { vma_objref: 0x7fffffff, ino_objref: 0x7ffffffe }),
  ],
  ["one segment for everything", (subject) => setAll(subject, { ino_objref: 1 })],
  [
    "a heap and a stack everywhere",
    (subject) => setMm(subject, { start_brk: 0n, brk: TOP, start_stack: TOP, env_start: 0n, env_end: TOP }),
  ],
  ["an environment that ends before it begins", (subject) => setMm(subject, { env_start: TOP, env_end: 0n })],
  ["positions of all ones", fillPositions],
];

function setAll(subject: Subject, fields: Readonly<Record<string, number | bigint>>, except = ""): void {
  for (const node of nodesOf(subject.image, "VMA"))
    for (const [path, value] of Object.entries(fields)) {
      // Types determine what follows, so only those of mappings without pages can be changed.
      const type = subject.image.fields(node).number("vma_type");
      if (except === "SHM_FILE" && type !== subject.image.format.constant("CKPT_VMA_SHM_FILE")) continue;
      setField(subject, node, path, path === "vma_type" ? 0x7fffffff : value);
    }
}

function setMm(subject: Subject, fields: Readonly<Record<string, bigint>>): void {
  for (const node of nodesOf(subject.image, "MM"))
    if (node.record?.name === "MM")
      for (const [path, value] of Object.entries(fields)) setField(subject, node, path, value);
}

function fillPositions({ image, bytes }: Subject): void {
  for (const node of nodesOf(image, "page_batch")) {
    const range = node.record?.payload;
    if (range) bytes.fill(0xff, range.start, range.start + image.format.wordSize * 2);
  }
}

/** A made image, unchanged or with an absurd value. */
export function subjectWith(abi: string, change: (subject: Subject) => void = () => {}): Subject {
  const original = made(abi, { tasks: 3, pages: 20 });
  change(original);
  return subjectOf(original.bytes, abi);
}

/** Requests all extents, names and findings, pokes and strips, and expects consistent answers. */
export async function askEverything(subject: Subject): Promise<void> {
  for (const { memory, task } of subject.chosen) {
    let at = 0n;
    for (const extent of memory.extents(0n, 2n ** 64n)) {
      expect(extent.start).toBe(at);
      expect(extent.end).toBeGreaterThan(at);
      at = extent.end;
      if (extent.backing.kind !== "image") continue;
      const { offset } = extent.backing;
      expect(offset).toBeGreaterThan(0);
      expect(BigInt(offset) + extent.end - extent.start).toBeLessThanOrEqual(BigInt(subject.bytes.length));
    }
    expect(at).toBe(2n ** 64n);
    const nameOf = mappingNames(subject.image, memory.space);
    for (const mapping of memory.mappings) nameOf(mapping);
    for (const pattern of ["00000000", "/[a-z]{4,}/"])
      for (const { offset } of searchMemory(memory, parsePattern(pattern, subject.image.format)))
        expect(offset).toBeLessThan(subject.bytes.length);
    const found = [...memory.all()].find(({ backing }) => backing.kind === "image");
    if (found)
      planPokes(subject.shared, memory, subject.tasks, task, [{ address: found.start, bytes: new Uint8Array(1) }]);
  }
  for (const keep of [new Set<never>(), new Set(["memory"] as const)])
    await stripImage(subject.image, new MemorySink(), { keep });
}
