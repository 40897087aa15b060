/** Which segments become of which memory. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CoreMapping } from "../../tools/core/mappings.js";
import { planSegments } from "../../tools/core/segments.js";
import type { Backing, Extent, ProcessMemory } from "../../tools/memory/memory.js";
import { made } from "../memory/subjects.js";
import { HAS_READELF, readElf } from "./readelf.js";
import { write } from "./written.js";

const PAGE = 4096;
const START = 0x10000;

const BACKINGS: Readonly<Record<string, Backing>> = {
  i: { kind: "image", offset: 0 },
  z: { kind: "zero" },
  f: { kind: "file", path: "/bin/program", offset: 0n },
  u: { kind: "unknown", why: "nobody knows" },
};

/** Segments of a mapping whose pages are given by a letter each: start and end in pages, and pages in the core. */
function segmentsOf(pages: string, { isExcluded = false, imageSize = 2 ** 30 } = {}) {
  const at = (page: number) => BigInt(START + page * PAGE);
  const mapping = { start: at(0), end: at(pages.length), name: undefined, path: undefined, isExcluded };
  const memory = {
    image: { format: { pageSize: PAGE }, source: { size: imageSize } },
    *within(): Generator<Extent> {
      for (const { index, 0: run } of pages.matchAll(/(.)\1*/g))
        yield { start: at(index), end: at(index + run.length), backing: BACKINGS[run[0] as string] as Backing };
    },
  } as unknown as ProcessMemory;
  const plan = planSegments(memory, [mapping as unknown as CoreMapping]);
  const inPages = (address: bigint) => (Number(address) - START) / PAGE;
  return {
    segments: [...plan.segments].map(({ start, memorySize, fileSize }) => [
      inPages(start),
      inPages(start + memorySize),
      fileSize / PAGE,
    ]),
    contents: plan.contents / PAGE,
    filling: plan.filling / PAGE,
  };
}

describe("a mapping", () => {
  it.each([
    ["all of whose pages are there is one segment", "iii", [[0, 3, 3]], 0],
    ["nobody has written to is one segment without contents", "zzz", [[0, 3, 0]], 0],
    ["ends in pages without contents", "iizz", [[0, 4, 2]], 0],
    [
      "begins with pages without contents",
      "zzii",
      [
        [0, 2, 0],
        [2, 4, 2],
      ],
      0,
    ],
    ["has a gap that is no longer than what stands before it", "iizziz", [[0, 6, 5]], 2],
    [
      "has a gap that is longer than what stands before it",
      "izzi",
      [
        [0, 3, 1],
        [3, 4, 1],
      ],
      0,
    ],
    ["has gaps for which what stands before counts together", "izizzi", [[0, 6, 6]], 3],
    [
      "has a gap of more than 64 KiB",
      `${"i".repeat(40)}${"z".repeat(17)}i`,
      [
        [0, 57, 40],
        [57, 58, 1],
      ],
      0,
    ],
    [
      "of a file has a segment for each run",
      "fifff",
      [
        [0, 1, 0],
        [1, 2, 1],
        [2, 5, 0],
      ],
      0,
    ],
    [
      "of a file never has zeros where the file has something else",
      "iiffii",
      [
        [0, 2, 2],
        [2, 4, 0],
        [4, 6, 2],
      ],
      0,
    ],
    ["that nobody knows is one segment without contents", "uu", [[0, 2, 0]], 0],
  ] as const)("that %s", (_, pages, segments, filling) => {
    const plan = segmentsOf(pages);
    expect(plan.segments).toEqual(segments);
    expect(plan.filling).toBe(filling);
    expect(plan.contents).toBe([...pages].filter((page) => page === "i").length + filling);
  });

  it("that is excluded has its addresses and no contents", () => {
    expect(segmentsOf("iziif", { isExcluded: true })).toEqual({ segments: [[0, 5, 0]], contents: 0, filling: 0 });
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
    const { image } = made("v21/x86_64", { tasks: 1, vmas: 66_000, pages: 0, plain: true });
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
