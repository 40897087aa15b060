import { describe, expect, it } from "vitest";
import { windowBytes } from "../../tools/image/bytes/source.js";
import type { Extent, ProcessMemory } from "../../tools/memory/memory.js";
import { registerOf } from "../../tools/memory/registers.js";
import { ABIS } from "../make-image/abis.js";
import { wordAt } from "../make-image/pages.js";
import { made, type Subject } from "./subjects.js";

/** Owners of the pages of shared segments in made images. */
const SHARED_ANONYMOUS = -1;
const SYSTEM_V = -2;

function ownerOf({ mapping }: Extent, pid: number): number {
  if (mapping?.inodeObjref === 0 || mapping?.fileObjref !== 0) return pid;
  return mapping.typeName?.includes("IPC") ? SYSTEM_V : SHARED_ANONYMOUS;
}

/** Compares every word of an extent with the pattern of made images. */
function expectPattern(subject: Subject, extent: Extent, pid: number): void {
  const { backing, mapping } = extent;
  if (backing.kind !== "image" || !mapping) return;
  const { source, format } = subject.image;
  const bytes = windowBytes(source, backing.offset, Number(extent.end - extent.start));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const owner = ownerOf(extent, pid);
  const base = owner < 0 ? extent.start - mapping.start + mapping.pgoff * BigInt(format.pageSize) : extent.start;
  for (let at = 0; at < bytes.length; at += 4) {
    const expected = wordAt({ seed: 0, owner }, Number(base) + at);
    if (view.getUint32(at, format.littleEndian) !== expected)
      throw new Error(`${format.abi.name}: wrong word at ${(extent.start + BigInt(at)).toString(16)}`);
  }
}

function bytesIn(memory: ProcessMemory, kind: string): bigint {
  let sum = 0n;
  for (const { backing, start, end } of memory.all()) if (backing.kind === kind) sum += end - start;
  return sum;
}

const PAGES = 20;

describe.each(ABIS)("%s", (abi) => {
  const subject = made(abi, { tasks: 3, pages: PAGES });

  it("has every page at its address, in private memory and in shared segments of both kinds", () => {
    const owners = new Set<number>();
    for (const { task, memory } of subject.chosen)
      for (const extent of memory.all()) {
        expectPattern(subject, extent, task.pid);
        if (extent.backing.kind === "image") owners.add(Math.min(ownerOf(extent, task.pid), 0));
      }
    expect(owners).toEqual(new Set([0, SHARED_ANONYMOUS, SYSTEM_V]));
  });

  it("has as many pages as were made, and holes between them", () => {
    const { pageSize } = subject.image.format;
    const [{ memory }] = subject.chosen as [(typeof subject.chosen)[0]];
    expect(Number(bytesIn(memory, "image"))).toBeGreaterThanOrEqual(PAGES * pageSize);
    expect(Number(bytesIn(memory, "zero"))).toBeGreaterThanOrEqual(2 * pageSize);
    expect(Number(bytesIn(memory, "file"))).toBeGreaterThan(0);
  });

  it("covers every range without gaps", () => {
    for (const { memory } of subject.chosen) {
      const end = 1n << BigInt(subject.image.format.abi.target.bits);
      let at = 0n;
      for (const extent of memory.extents(0n, end)) {
        expect(extent.start).toBe(at);
        expect(extent.end).toBeGreaterThan(at);
        at = extent.end;
      }
      expect(at).toBe(end);
    }
  });

  it("tells the stack pointer and the address of the next instruction, by one name everywhere", () => {
    for (const task of subject.tasks.filter(({ isZombie }) => !isZombie)) {
      const { image } = subject;
      expect(registerOf(image, task, "sp")).toBeTypeOf("bigint");
      expect(registerOf(image, task, "ip")).toBe(registerOf(image, task, "pc"));
      expect(registerOf(image, task, "nothing")).toBeUndefined();
    }
  });
});
