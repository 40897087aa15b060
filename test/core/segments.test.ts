/** Which memory becomes which segments. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LocalFile, LocalFiles } from "../../tools/core/local-files.js";
import type { CoreMapping } from "../../tools/core/mappings.js";
import { DENSE, planSegments, type ZeroRoom } from "../../tools/core/segments.js";
import type { Backing, Extent, ProcessMemory } from "../../tools/memory/memory.js";
import { made } from "../memory/subjects.js";
import { HAS_READELF, readElf } from "./readelf.js";
import { write } from "./written.js";

const PAGE = 4096;
const START = 0x10000;

const ELF_PAGE = new Uint8Array(PAGE).fill(0x7f);

const FILES: Readonly<Record<string, LocalFile>> = {
  elf: { kind: "elf", firstPage: ELF_PAGE },
  other: { kind: "other" },
  different: { kind: "different", size: 1 },
  missing: { kind: "missing" },
};

interface Circumstances {
  readonly isExcluded?: boolean;
  readonly imageSize?: number;
  /** Contents of the mapped file on this machine. */
  readonly file?: string;
  /** Offset of the mapping in the file, in pages. */
  readonly pgoff?: number;
  readonly room?: ZeroRoom;
}

/** Segments of a mapping whose pages are given by one letter each: start and end in pages, and pages in the core. */
function segmentsOf(pages: string, circumstances: Circumstances = {}) {
  const { isExcluded = false, imageSize = 2 ** 30, file = "missing", pgoff = 0, room = DENSE } = circumstances;
  const at = (page: number) => BigInt(START + page * PAGE);
  const mapping = { start: at(0), end: at(pages.length), name: undefined, path: undefined, isExcluded };
  const backingOf = (letter: string, page: number): Backing => {
    if (letter === "f") return { kind: "file", path: "/bin/program", offset: BigInt((pgoff + page) * PAGE) };
    if (letter === "u") return { kind: "unknown", why: "nobody knows" };
    return letter === "i" ? { kind: "image", offset: 0 } : { kind: "zero" };
  };
  const memory = {
    image: { format: { pageSize: PAGE }, source: { size: imageSize } },
    *within(): Generator<Extent> {
      for (const { index, 0: run } of pages.matchAll(/(.)\1*/g))
        yield { start: at(index), end: at(index + run.length), backing: backingOf(run[0] as string, index) };
    },
  } as unknown as ProcessMemory;
  const files = { of: () => FILES[file] } as unknown as LocalFiles;
  const plan = planSegments(memory, [mapping as unknown as CoreMapping], files, room);
  const inPages = (address: bigint) => (Number(address) - START) / PAGE;
  return {
    segments: [...plan.segments].map(({ start, memorySize, fileSize }) => [
      inPages(start),
      inPages(start + memorySize),
      fileSize / PAGE,
    ]),
    contents: plan.contents / PAGE,
    zeros: plan.zeros / PAGE,
    sizes: plan.sizes,
    withoutBytes: Number(plan.zerosWithoutBytes) / PAGE,
    firstPages: [...plan.firstPages].map(([address, bytes]) => [inPages(address), bytes]),
  };
}

describe("a mapping", () => {
  it.each([
    ["all of whose pages are there is one segment", "iii", [[0, 3, 3]], 0],
    ["nobody has written to is one segment with bytes", "zzz", [[0, 3, 3]], 3],
    ["with pages that nobody has written to is one segment", "ziizziz", [[0, 7, 7]], 4],
    [
      "of a file has a segment for each run of changed pages, and none for the others",
      "fiiffif",
      [
        [1, 3, 2],
        [5, 6, 1],
      ],
      0,
    ],
    ["of a file of which nothing was changed has no segment", "fff", [], 0],
    ["that nobody knows has no segment", "uu", [], 0],
    ["of which the image ends has a segment as far as it goes", "iiuu", [[0, 2, 2]], 0],
  ] as const)("%s", (_, pages, segments, zeros) => {
    const plan = segmentsOf(pages);
    expect(plan.segments).toEqual(segments);
    expect(plan.zeros).toBe(zeros);
    expect(plan.withoutBytes).toBe(0);
    expect(plan.contents).toBe([...pages].filter((page) => page === "i").length + zeros);
  });

  it("that is excluded has no segment", () => {
    const { segments, contents, sizes } = segmentsOf("iziif", { isExcluded: true });
    expect([segments, contents, sizes?.excluded]).toEqual([[], 0, BigInt(5 * PAGE)]);
  });
});

describe("zeros that are more than there is room for", () => {
  const room = { longest: BigInt(2 * PAGE), most: BigInt(5 * PAGE) };

  it("at one place have addresses and no bytes", () => {
    const { segments, zeros, withoutBytes, contents } = segmentsOf("izzzizz", { room });
    expect(segments).toEqual([
      [0, 1, 1],
      [1, 4, 0],
      [4, 7, 3],
    ]);
    expect([zeros, withoutBytes, contents]).toEqual([2, 3, 4]);
  });

  it("together have no bytes from there on", () => {
    const { segments, zeros, withoutBytes } = segmentsOf("zzizzizziz", { room });
    expect(segments).toEqual([
      [0, 6, 6],
      [6, 8, 0],
      [8, 10, 2],
    ]);
    expect([zeros, withoutBytes]).toEqual([5, 2]);
  });
});

describe("the first page of an ELF file that is here", () => {
  it("is in the core, and nothing else of the file", () => {
    const { segments, firstPages, sizes, contents } = segmentsOf("fffi", { file: "elf" });
    expect(segments).toEqual([
      [0, 1, 1],
      [3, 4, 1],
    ]);
    expect(firstPages).toEqual([[0, ELF_PAGE]]);
    expect([sizes?.fromFile, sizes?.inFile, contents]).toEqual([BigInt(PAGE), BigInt(2 * PAGE), 2]);
  });

  it.each([
    ["the image has it", "ifff", { file: "elf" }],
    ["the mapping begins elsewhere in the file", "ff", { file: "elf", pgoff: 1 }],
    ["the file is of another kind", "ff", { file: "other" }],
    ["the file has another size", "ff", { file: "different" }],
    ["the file is not here", "ff", { file: "missing" }],
    ["the mapping is excluded", "ff", { file: "elf", isExcluded: true }],
  ])("is not taken from it when %s", (_, pages, circumstances) => {
    const { segments, firstPages } = segmentsOf(pages, circumstances);
    expect(firstPages).toEqual([]);
    expect(segments).toEqual(pages.startsWith("i") ? [[0, 1, 1]] : []);
  });
});

describe("contents", () => {
  it("far beyond what the image has are refused: shared memory can be mapped any number of times", () => {
    expect(() => segmentsOf("i".repeat(65), { imageSize: 4 * PAGE })).toThrow(
      "the process maps the same memory so often that its core would have more than 16 times the bytes of the image",
    );
    expect(segmentsOf("i".repeat(64), { imageSize: 4 * PAGE }).contents).toBe(64);
  });
});

describe("more segments than the file header can count", () => {
  it.skipIf(!HAS_READELF)("are counted in the first section header", async () => {
    const { image } = made("v21/x86_64", { tasks: 1, vmas: 66_100, pages: 1, plain: true });
    const { bytes, report } = await write(image);
    const folder = mkdtempSync(join(tmpdir(), "ckpt-core-"));
    try {
      const path = join(folder, "core");
      writeFileSync(path, bytes);
      const { segments, warnings } = readElf(path);
      expect(warnings).toBe("");
      expect(segments.length).toBe(report.memory.segments + 1);
      expect(segments.length).toBeGreaterThan(66_000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("memory that several mappings share", () => {
  it("has its contents in each of them", async () => {
    const { image } = made("v21/s390x");
    const { report } = await write(image, "1000");
    const shared = [...report.mappings].filter(({ name }) => name?.startsWith("[shared"));
    expect(shared.length).toBeGreaterThan(2);
    for (const { inImage } of shared) expect(inImage).toBeGreaterThan(0n);
  });
});
