import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type ByteRange, type ImageRecord, type ImageSource, readTree, records } from "../../tools/image/index.js";
import { IMAGES, type RealImage, realImage, type WalkEntry } from "./fixtures.js";

/** Records and unframed bytes in the form of the notes. */
function walkOf(list: readonly ImageRecord[]): WalkEntry[] {
  return list.flatMap((record): WalkEntry[] => {
    const entry = [record.type, record.offset, record.length] as const;
    const { start, end } = record.raw;
    return record.entry?.raw ? [entry, ["raw", start, end - start]] : [entry];
  });
}

/** The notes with their gap filled from what was read, so that the two can be compared. */
function filled({ notes }: RealImage, walk: readonly WalkEntry[]): WalkEntry[] {
  return notes.walk.flatMap((entry, i): WalkEntry[] => (entry[0] === "elided" ? walk.slice(i, i + entry[1]) : [entry]));
}

describe.each(IMAGES)("$name", (image) => {
  const list = [...records(image.format, image.source)];
  const walk = walkOf(list);

  it("is the image of the notes", () => {
    expect(image.bytes.length).toBe(image.notes.size);
    expect(createHash("sha256").update(image.bytes).digest("hex")).toBe(image.notes.sha256);
  });

  it("has the records of the notes", () => {
    expect(walk).toHaveLength(image.notes.entries);
    expect(walk).toEqual(filled(image, walk));
  });

  it("is covered by its records without a gap", () => {
    let end = 0;
    for (const record of list) {
      expect(record.offset).toBe(end);
      end = record.next;
    }
    expect(end).toBe(image.bytes.length);
  });

  it("has no record of an unknown type", () => {
    expect(list.filter(({ kind }) => !kind)).toEqual([]);
  });
});

describe("contents are stepped over, unread", () => {
  const image = realImage("v20h-tree-thread.img");
  const { format, source } = image;

  /** The image, and a list of all windows that are read. */
  function watched(): ImageSource & { readonly windows: ByteRange[] } {
    const windows: ByteRange[] = [];
    return {
      windows,
      size: source.size,
      view: source.view,
      window(offset, length) {
        windows.push({ start: offset, end: offset + length });
        return source.window(offset, length);
      },
    };
  }

  it("by the framing, which looks at headers alone", () => {
    const source = watched();
    const list = [...records(format, source)];
    expect(source.windows).toEqual(list.map(({ offset }) => ({ start: offset, end: offset + 8 })));
  });

  it("by the walk along the grammar", () => {
    const source = watched();
    const { root } = readTree(format, source);
    const batches = [...root].filter(({ label }) => label === "page_batch").map(({ record }) => record?.payload);
    expect(batches.length).toBeGreaterThan(10);
    const looked = batches.filter((batch) =>
      source.windows.some(({ start, end }) => batch && start < batch.end && end > batch.start),
    );
    expect(looked).toEqual([]);
  });
});
