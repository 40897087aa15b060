import { describe, expect, it } from "vitest";
import type { Image, TreeNode } from "../../tools/image/index.js";
import type { Extent, ProcessMemory } from "../../tools/memory/memory.js";
import { parsePattern } from "../../tools/memory/pattern.js";
import { readBytes } from "../../tools/memory/read.js";
import { type Match, searchMemory } from "../../tools/memory/search.js";
import { made, mappingAt, memoryOf, real, type Subject, setField, subjectOf } from "./subjects.js";

const ABIS = ["v21/x86_64", "v19/s390x", "v16/x86_32", "v19/powerpc", "v22-arm/arm"];

function search(memory: ProcessMemory, image: Image, pattern: string): Match[] {
  return [...searchMemory(memory, parsePattern(pattern, image.format))];
}

/** Writes bytes to memory, across pages. */
function plant({ image, bytes }: Subject, memory: ProcessMemory, address: bigint, what: Uint8Array): void {
  for (const { start, end, backing } of memory.extents(address, address + BigInt(what.length))) {
    if (backing.kind !== "image") throw new Error(`${image.format.abi.name}: no page at ${start.toString(16)}`);
    bytes.set(what.subarray(Number(start - address), Number(end - address)), backing.offset);
  }
}

function imageExtents(memory: ProcessMemory): Extent[] {
  return [...memory.all()].filter(({ backing }) => backing.kind === "image");
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const NEEDLE = Buffer.from("needle in a haystack");

describe.each(ABIS)("searching %s", (abi) => {
  const subject = made(abi, { tasks: 1, pages: 60 });
  const { image } = subject;
  const { memory } = subject.chosen[0] as (typeof subject.chosen)[0];
  const page = BigInt(image.format.pageSize);
  const extents = imageExtents(memory);
  // Adjacent pages without a gap.
  const long = extents.find(({ start, end }) => end - start >= 2n * page) as Extent;
  const places = new Set([
    (extents[0] as Extent).start,
    (extents[0] as Extent).end - BigInt(NEEDLE.length),
    long.start + page - 7n,
    long.end - BigInt(NEEDLE.length),
  ]);
  for (const place of places) plant(subject, memory, place, NEEDLE);

  it.each([
    ["bytes", hex(NEEDLE)],
    ["a text", `"${NEEDLE}"`],
    ["bytes with gaps", `6e??6?64${hex(NEEDLE.subarray(4))}`],
    ["an expression", "/needle [a-z]{2} a hayst\\w{3}/"],
  ])("finds %s at the borders of pages and across them", (_, pattern) => {
    const matches = search(memory, image, pattern);
    expect(matches.map(({ address }) => address)).toEqual([...places].sort((a, b) => (a < b ? -1 : 1)));
    for (const { address, length, offset, mapping, bytes } of matches) {
      expect(length).toBe(NEEDLE.length);
      expect(hex(bytes.subarray(0, length))).toBe(hex(NEEDLE));
      expect(hex(readBytes(memory, address, length))).toBe(hex(NEEDLE));
      expect(mappingAt(memory, address)?.start).toBe(mapping.start);
      expect(subject.bytes[offset]).toBe(NEEDLE[0]);
    }
  });

  it("finds numbers in the byte order of the image", () => {
    const [first] = extents as [Extent];
    const view = Buffer.from(readBytes(memory, first.start + 64n, 8));
    const value = image.format.littleEndian ? view.readUInt32LE(0) : view.readUInt32BE(0);
    expect(search(memory, image, `u32:${value}`).map(({ address }) => address)).toContain(first.start + 64n);
  });

  it("does not find what only a gap in memory brings together", () => {
    const [gap] = extents.filter(({ end }, i) => extents[i + 1] && extents[i + 1]?.start !== end) as [Extent];
    const behind = extents[extents.indexOf(gap) + 1] as Extent;
    const joined = Buffer.concat([readBytes(memory, gap.end - 4n, 4), readBytes(memory, behind.start, 4)]);
    expect(search(memory, image, hex(joined))).toEqual([]);
  });
});

describe("mappings that are neighbours", () => {
  it.each(["v21/x86_64", "v19/s390x"])("are searched together in %s", (abi) => {
    const apart = made(abi, { tasks: 1, pages: 12 });
    const [{ memory }] = apart.chosen as [(typeof apart.chosen)[0]];
    const [data, heap] = imageExtents(memory).filter(({ mapping }) => mapping?.inodeObjref === 0) as [Extent, Extent];
    // The first page of the heap is moved to the end of the data.
    const { bytes, image } = apart;
    const range = heap.mapping?.contents?.find("BUFFER")?.record?.payload;
    const position = new DataView(bytes.buffer, bytes.byteOffset + (range?.start ?? 0), 8);
    position.setBigUint64(0, data.end, image.format.littleEndian);
    setField(apart, heap.mapping?.vma as TreeNode, "vm_start", data.end);
    const subject = subjectOf(bytes, abi);
    const [{ memory: joined }] = subject.chosen as [(typeof subject.chosen)[0]];
    plant(subject, joined, data.end - 8n, NEEDLE);
    const [found] = search(joined, image, `"${NEEDLE}"`);
    expect(found?.address).toBe(data.end - 8n);
    expect(found?.mapping.end).toBe(data.end);
    expect(mappingAt(joined, data.end)?.start).toBe(data.end);
  });
});

describe("a range of addresses", () => {
  it("has the matches that are wholly in it", () => {
    const subject = made("v21/x86_64", { tasks: 1, pages: 60 });
    const { memory } = subject.chosen[0] as (typeof subject.chosen)[0];
    const { start } = imageExtents(memory).find(({ start, end }) => end - start >= 8192n) as Extent;
    const length = BigInt(NEEDLE.length);
    for (const place of [start, start + 4090n, start + 5000n]) plant(subject, memory, place, NEEDLE);
    const pattern = parsePattern(`"${NEEDLE}"`, subject.image.format);
    const found = (from?: bigint, end?: bigint) =>
      [...searchMemory(memory, pattern, { from, end })].map(({ address }) => address - start);
    expect(found(start, start + 8192n)).toEqual([0n, 4090n, 5000n]);
    expect(found(start + 1n)).toEqual([4090n, 5000n]);
    expect(found(start + 4090n, start + 5000n + length)).toEqual([4090n, 5000n]);
    expect(found(start + 4091n, start + 5000n + length - 1n)).toEqual([]);
    expect(found(memory.stretches.end)).toEqual([]);
  });
});

describe("pieces", () => {
  it("hide no match and show none twice, however large the memory is", () => {
    const subject = made("v21/x86_64", { tasks: 1, pages: 1200 });
    const { memory } = subject.chosen[0] as (typeof subject.chosen)[0];
    const expected: bigint[] = [];
    for (const { start, end } of imageExtents(memory))
      for (let at = start + 4093n; at + 20n < end; at += 4096n) {
        plant(subject, memory, at, NEEDLE);
        expected.push(at);
      }
    expect(expected.length).toBeGreaterThan(800);
    for (const pattern of [`"${NEEDLE}"`, `6e??${hex(NEEDLE.subarray(2))}`, "/needle in a haystack/"])
      expect(search(memory, subject.image, pattern).map(({ address }) => address)).toEqual(expected);
  });

  it("end where the memory has a gap", () => {
    const subject = made("v21/x86_64", { tasks: 1, pages: 40 });
    const { memory } = subject.chosen[0] as (typeof subject.chosen)[0];
    const extents = imageExtents(memory);
    const at = extents.findIndex(({ end }, i) => (extents[i + 1]?.start ?? end) > end);
    const [before, after] = extents.slice(at, at + 2) as [Extent, Extent];
    plant(subject, memory, before.end - 4n, Buffer.from("abcd"));
    plant(subject, memory, after.start, Buffer.from("efgh"));
    expect(search(memory, subject.image, '"abcdefgh"')).toEqual([]);
    expect(search(memory, subject.image, "/abcd.*efgh/s")).toEqual([]);
    const [match] = search(memory, subject.image, "/abcd/") as [Match];
    expect(match.address).toBe(before.end - 4n);
    expect(hex(match.bytes)).toBe(hex(Buffer.from("abcd")));
  });

  it("find matches that do not overlap, as grep does", () => {
    const subject = made("v21/x86_64", { tasks: 1, pages: 4 });
    const { memory } = subject.chosen[0] as (typeof subject.chosen)[0];
    const [first] = imageExtents(memory) as [Extent];
    plant(subject, memory, first.start, Buffer.alloc(100, 0x5a));
    const found = search(memory, subject.image, "5a5a5a").map(({ address }) => address - first.start);
    expect(found).toEqual(Array.from({ length: 33 }, (_, i) => BigInt(3 * i)));
  });
});

describe("expressions", () => {
  it("are given up when memory makes them take forever", () => {
    const subject = made("v21/x86_64", { tasks: 1, pages: 4 });
    const { memory } = subject.chosen[0] as (typeof subject.chosen)[0];
    const [first] = imageExtents(memory) as [Extent];
    plant(subject, memory, first.start, Buffer.alloc(4000, "a"));
    const pattern = parsePattern("/(a+)+$/", subject.image.format, 200);
    expect(() => [...searchMemory(memory, pattern)]).toThrow(expect.objectContaining({ code: "slow-pattern" }));
    expect(() => [...searchMemory(memory, pattern)]).toThrow(/takes more than 0\.2\d* s for \d+ bytes of memory/);
  });

  it("are given up when no part of the memory takes long, but all together do", () => {
    const { format } = made("v21/x86_64", { tasks: 1, pages: 4 }).image;
    // Each piece takes a fraction of the limit, and all of them many times the limit.
    const bytes = Buffer.from(`${"a".repeat(22)}!`.repeat(2000));
    const pieces = Array.from({ length: 2000 }, (_, i) => ({ start: i * 23, until: (i + 1) * 23, end: (i + 1) * 23 }));
    const pattern = parsePattern("/(a+)+$/", format, 500);
    let searched = 0;
    const searchAll = () => {
      for (const piece of pieces) {
        for (const _ of pattern.find(bytes, [piece], 0)) expect.fail("nothing matches");
        searched++;
      }
    };
    expect(searchAll).toThrow(expect.objectContaining({ code: "slow-pattern" }));
    expect(searched).toBeLessThan(pieces.length);
  });

  it("see no more than 4096 bytes of a match", () => {
    const subject = made("v21/x86_64", { tasks: 1, pages: 8 });
    const { memory } = subject.chosen[0] as (typeof subject.chosen)[0];
    const long = imageExtents(memory).find(({ start, end }) => end - start >= 8192n) as Extent;
    plant(subject, memory, long.start, Buffer.alloc(8192, "a"));
    const [match] = search(memory, subject.image, "/a{100,}/");
    expect([match?.address, match?.length, match?.isCut]).toEqual([long.start, 4096, true]);
  });

  it("have whole matches", () => {
    const subject = made("v21/x86_64", { tasks: 1, pages: 8 });
    const { memory } = subject.chosen[0] as (typeof subject.chosen)[0];
    const long = imageExtents(memory).find(({ start, end }) => end - start >= 8192n) as Extent;
    const text = "a".repeat(4000);
    plant(subject, memory, long.start + 1n, Buffer.from(`\0${text}\0`));
    const [match] = search(memory, subject.image, "/a{100,}/");
    expect([match?.address, match?.length, match?.isCut]).toEqual([long.start + 2n, 4000, false]);
    expect(Buffer.from(match?.bytes ?? []).toString()).toBe(text);
  });
});

describe("very many matches", () => {
  const { format } = made("v21/x86_64", { tasks: 1, pages: 4 }).image;
  const bytes = Buffer.alloc(256 * 1024, "ab");
  const pieces = Array.from({ length: 4 }, (_, i) => {
    const until = (i + 1) * 64 * 1024;
    return { start: i * 64 * 1024, until, end: until };
  });

  it("are all found, each once", () => {
    const found = [...parsePattern("/./s", format).find(bytes, pieces, 5)].map(({ at }) => at);
    expect(found).toEqual(Array.from({ length: bytes.length - 5 }, (_, i) => i + 5));
    const pairs = [...parsePattern("/ab/", format).find(bytes, pieces, 0)].map(({ at }) => at);
    expect(pairs).toEqual(Array.from({ length: bytes.length / 2 }, (_, i) => 2 * i));
  });

  it("are not collected before the first is passed on", () => {
    /** Pieces whose bytes were taken. */
    const seen = new Set<number>();
    const watched = pieces.map(({ start, until, end }, i) => ({
      start,
      until,
      get end() {
        seen.add(i);
        return end;
      },
    }));
    const matches = parsePattern("/./s", format).find(bytes, watched, 0)[Symbol.iterator]();
    expect(matches.next().value).toMatchObject({ at: 0 });
    expect(seen.has(0)).toBe(true);
    expect(seen.has(3)).toBe(false);
    matches.return?.();
  });
});

describe("a real image", () => {
  it("has the text that its program wrote, once", () => {
    const subject = real("v16-self-full.img");
    const memory = memoryOf(subject, 175);
    const found = search(memory, subject.image, '"ANON-TEXT-MARKER"');
    expect(found.map(({ address }) => address)).toEqual([0x50001f00n]);
    expect(search(memory, subject.image, '"not there at all"')).toEqual([]);
    expect(search(memory, subject.image, "u32:0xa1010000").map(({ address }) => address)).toEqual([0x50001000n]);
  });
});
