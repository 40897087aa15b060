/** What the tests of real images compare with, in more than one place. */
import { expect } from "vitest";
import type { ImageContents, Task } from "./contents.js";
import type { RealImage } from "./fixtures.js";
import type { ProcFacts } from "./truth.js";

/** Bytes of a page on i386. */
export const PAGE = 4096;

/** Registers by the names that the truth files use. */
export const REGISTERS = {
  eax: "ax",
  ebx: "bx",
  ecx: "cx",
  edx: "dx",
  esi: "si",
  edi: "di",
  ebp: "bp",
  eip: "ip",
} as const;

export const isTree = ({ name }: RealImage) => name.includes("-tree-");
export const isSelf = (image: RealImage) => !isTree(image);
export const isV16 = ({ name }: RealImage) => name.startsWith("v16-");

/** A 32-bit register or word as the image has it, with whatever sign it is written elsewhere. */
export function word(value: string | number | bigint | undefined): bigint {
  if (value === undefined) throw new Error("the truth file does not state it");
  return BigInt.asUintN(32, BigInt(value));
}

export function taskOf(contents: ImageContents, pid: number): Task {
  const task = contents.tasks.find(({ pids }) => pids.vpid === pid);
  if (!task) throw new Error(`no task ${pid}`);
  return task;
}

/** The tasks of the truth file that the image has: v16 saves no thread but the first of a process. */
export function savedTasks(image: RealImage): [pid: number, facts: ProcFacts][] {
  return [...image.truth.tasks].filter(([pid, { status }]) => !isV16(image) || Number(status.get("Tgid")) === pid);
}

/** Numbers of the 32-bit words in which a page differs from the pattern; undefined when there is no such page. */
export function unlike(page: Uint8Array | undefined, tag: number, index: number): number[] | undefined {
  if (page?.length !== PAGE) return undefined;
  const view = new DataView(page.buffer, page.byteOffset, PAGE);
  return Array.from({ length: PAGE / 4 }, (_, i) => i).filter(
    (i) => view.getUint32(i * 4, true) !== ((tag << 24) | ((index & 0xff) << 16) | i) >>> 0,
  );
}

export function isFpuLine(line: string): boolean {
  return line.startsWith("fpu: ");
}

export function expectFpu(image: RealImage, { fpu }: Task): void {
  const line = image.truth.lines.find(isFpuLine);
  expect(line).toBe("fpu: st0=pi st1=1.0 xmm3={1.5,-2.25,1024,0.15625}");
  const struct = image.format.abi.structOfKey("i387_fxsave_struct");
  const area = image.format.abi.struct(struct?.name ?? "").fromBytes(fpu ?? new Uint8Array());
  const st = (i: number) =>
    area.st_space.slice(i * 4, i * 4 + 3).map((part: number, k: number) => (k === 2 ? part & 0xffff : part));
  // Sign and exponent last; the significands of pi and of 1.
  expect(st(0)).toEqual([0x2168c235, 0xc90fdaa2, 0x4000]);
  expect(st(1)).toEqual([0, 0x80000000, 0x3fff]);
  expect([...new Float32Array(Uint32Array.from(area.xmm_space.slice(12, 16)).buffer)]).toEqual([
    1.5, -2.25, 1024, 0.15625,
  ]);
}

export function latin1(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString("latin1");
}
