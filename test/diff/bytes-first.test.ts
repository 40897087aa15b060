/** What is equal byte by byte is not decoded. The result is that of a comparison that decodes everything. */
import { describe, expect, it } from "vitest";
import { type DiffOptions, diffImages } from "../../tools/diff/index.js";
import { type Image, type ImageSource, MemorySource, openImage } from "../../tools/image/index.js";
import { type ListedRecord, listRecords, recordFields } from "../../tools/records/index.js";
import { IMAGES } from "../images/fixtures.js";
import { SOME_ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";
import { opened } from "../opened.js";
import { renumbered } from "./renumbered.js";
import { lineOf } from "./told.js";

function resultOf(a: Image, b: Image, options: DiffOptions) {
  const { equal, unknown, summary, differences } = diffImages(a, b, options);
  return { equal, unknown, kinds: summary.kinds, tasks: summary.tasks, lines: [...differences].map(lineOf) };
}

/** Checks that both ways agree, and returns whether there are differences. */
function differ(a: Image, b: Image, options: DiffOptions = {}): boolean {
  const result = resultOf(a, b, options);
  expect(result).toEqual(resultOf(a, b, { ...options, decodeAll: true }));
  return !result.equal;
}

/** Number of places that are tried in an image. */
const PLACES = 16;

/** Some of the items, evenly distributed. */
function some<T>(items: readonly T[]): T[] {
  const step = Math.max(1, items.length / PLACES);
  return Array.from({ length: Math.min(PLACES, items.length) }, (_, i) => items[Math.floor(i * step)] as T);
}

/** Copies of an image with one changed byte each, in some of its records. */
function* changedCopies(bytes: Uint8Array, records: readonly ListedRecord[]): Generator<Uint8Array, void, void> {
  for (const [i, { record }] of some(records).entries()) {
    const at = record.offset + 8 + ((i * 13) % Math.max(1, record.length - 8));
    if (at >= record.end) continue;
    const copy = bytes.slice();
    copy[at] = (copy[at] as number) ^ (i % 2 === 0 ? 1 : 0x80);
    yield copy;
  }
}

const options = (abi: string) => ({ abi, tasks: 8, pages: 2 });

describe.each(SOME_ABIS)("%s", (abi) => {
  const bytes = makeBytes(options(abi));
  const before = opened(bytes, abi);
  const records = [...listRecords(before)];

  it("equal images", () => {
    expect(differ(before, opened(bytes.slice(), abi))).toBe(false);
    expect(differ(before, opened(bytes.slice(), abi), { header: true, memory: false })).toBe(false);
  });

  it("a changed byte after the header of a record", () => {
    let changes = 0;
    for (const copy of changedCopies(bytes, records)) if (differ(before, opened(copy, abi))) changes++;
    expect(changes).toBeGreaterThan(PLACES / 4);
  });

  it("another object in a reference", () => {
    const objrefs = [...before.objects.keys(), 0];
    const references = records.flatMap((listed) =>
      recordFields(before, listed).flatMap(({ offset, size, meaning }) =>
        meaning?.refers && size === 4 ? [listed.record.offset + offset] : [],
      ),
    );
    let changes = 0;
    for (const [i, at] of some(references).entries()) {
      const copy = bytes.slice();
      const objref = objrefs[(i * 7) % objrefs.length] as number;
      new DataView(copy.buffer).setInt32(at, objref, before.format.littleEndian);
      if (differ(before, opened(copy, abi))) changes++;
    }
    expect(changes).toBeGreaterThan(PLACES / 4);
  });

  it("other object numbers, and a changed byte among them", () => {
    const other = renumbered(options(abi));
    expect(differ(before, opened(other, abi))).toBe(false);
    let changes = 0;
    for (const copy of changedCopies(other, [...listRecords(opened(other, abi))]))
      if (differ(before, opened(copy, abi))) changes++;
    expect(changes).toBeGreaterThan(PLACES / 8);
  });

  it("other pages, mappings and tasks", () => {
    for (const change of [{ seed: 1 }, { pages: 3 }, { vmas: 20 }, { tasks: 7 }, { plain: true }])
      expect(differ(before, opened(makeBytes({ ...options(abi), ...change }), abi)), JSON.stringify(change)).toBe(true);
  });

  it("tasks that change their places", () => {
    const pids = new Map([
      [1001, 1002],
      [1002, 1001],
    ]);
    expect(differ(before, opened(bytes.slice(), abi), { pids })).toBe(true);
  });
});

it.each(IMAGES.map((image) => [image.name, image] as const))("%s, with itself and with others", (_, image) => {
  const { bytes, notes } = image;
  expect(differ(opened(bytes, notes.abi), opened(bytes.slice(), notes.abi))).toBe(false);
  for (const other of IMAGES)
    if (other !== image && other.notes.abi === notes.abi)
      differ(opened(bytes, notes.abi), opened(other.bytes, notes.abi));
});

/** Counts how often a part of an image is read. */
class CountedSource implements ImageSource {
  count = 0;
  private readonly source: MemorySource;

  constructor(bytes: Uint8Array) {
    this.source = new MemorySource(bytes);
  }

  get size(): number {
    return this.source.size;
  }

  get view(): DataView {
    return this.source.view;
  }

  window(offset: number, length: number): number {
    this.count++;
    return this.source.window(offset, length);
  }
}

it.each([
  ["the same numbers", makeBytes],
  ["other object numbers", renumbered],
])("far less is read of equal images with %s", (_, make) => {
  const made = { abi: "v21/x86_64", tasks: 50, vmas: 40, pages: 0, plain: true };
  const [a, b] = [makeBytes(made), make(made)];
  const countOf = (decodeAll: boolean) => {
    const sources = [new CountedSource(a), new CountedSource(b)] as const;
    const [one, other] = sources.map((source) => openImage(source, { abi: made.abi })) as [Image, Image];
    for (const source of sources) source.count = 0;
    expect(diffImages(one, other, { decodeAll }).equal).toBe(true);
    return sources[0].count + sources[1].count;
  };
  expect(countOf(false)).toBeLessThan(countOf(true) / 3);
});
