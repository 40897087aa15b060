/** Texts in memory; GNU strings on the bytes of the image is the truth. */
import { execFileSync } from "node:child_process";
import { concatUint8Arrays } from "uint8array-extras";
import { describe, expect, it } from "vitest";
import { MemorySource } from "../../tools/image/index.js";
import type { ProcessMemory } from "../../tools/memory/memory.js";
import { readBytes } from "../../tools/memory/read.js";
import { stringsIn } from "../../tools/memory/strings.js";
import { available } from "../requirement.js";
import { real } from "./subjects.js";

/** Runs of consecutive bytes that the image has. */
function runsOf(memory: ProcessMemory): { start: bigint; bytes: Uint8Array }[] {
  const runs: { start: bigint; end: bigint; parts: Uint8Array[] }[] = [];
  for (const { start, end, backing } of memory.all()) {
    if (backing.kind !== "image") continue;
    const last = runs.at(-1);
    const bytes = readBytes(memory, start, Number(end - start));
    if (last?.end === start) {
      last.parts.push(bytes);
      last.end = end;
    } else runs.push({ start, end, parts: [bytes] });
  }
  return runs.map(({ start, parts }) => ({ start, bytes: concatUint8Arrays(parts) }));
}

/** What `strings` prints of a run: address and text. */
function stringsOf(run: { start: bigint; bytes: Uint8Array }, minLength: number): [bigint, string][] {
  const out = execFileSync("strings", ["-a", "-t", "d", "-n", String(minLength)], {
    input: run.bytes,
    maxBuffer: 1 << 30,
  }).toString("latin1");
  return [...out.matchAll(/^ *(\d+) (.*)$/gm)].map(([, at, text]) => [
    run.start + BigInt(at as string),
    text as string,
  ]);
}

const hasStrings = available("strings");

describe.skipIf(!hasStrings)("strings(1) finds the same", () => {
  it.each([
    ["v20h-self-mem.img", 4],
    ["s390x-self-full.img", 1],
    ["x86_64-self-full.img", 12],
  ] as const)("in %s, of at least %d characters", (name, minLength) => {
    const { chosen } = real(name);
    for (const { memory } of chosen) {
      const found = [...stringsIn(memory, minLength)].map(({ address, text }) => [address, text]);
      expect(found).toEqual(runsOf(memory).flatMap((run) => stringsOf(run, minLength)));
      expect(found.length).toBeGreaterThan(10);
    }
  });
});

describe("a text", () => {
  /** Memory that is one extent of letters, at this address and in an image that begins with it. */
  const START = 0x8048000n;
  function lettersOf(length: number): ProcessMemory {
    const source = new MemorySource(new Uint8Array(length).fill(0x61));
    const extent = { start: START, end: START + BigInt(length), mapping: {}, backing: { kind: "image", offset: 0 } };
    const extents = function* (start: bigint) {
      yield { ...extent, start, backing: { kind: "image", offset: Number(start - START) } };
    };
    return { image: { source }, all: () => [extent], extents } as unknown as ProcessMemory;
  }

  it.each([1 << 20, (1 << 20) + 1, (5 << 20) + 3])("of %d characters comes in parts, with nothing lost", (length) => {
    const strings = [...stringsIn(lettersOf(length))];
    expect(strings.map(({ text }) => text).join("")).toBe("a".repeat(length));
    expect(Math.max(...strings.map(({ text }) => text.length))).toBeLessThan((1 << 20) + (64 << 10));
    let next = START;
    for (const [i, { address, offset, text, continues }] of strings.entries()) {
      expect([address, offset]).toEqual([next, Number(next - START)]);
      expect(continues).toBe(i < strings.length - 1);
      next += BigInt(text.length);
    }
  });
});
