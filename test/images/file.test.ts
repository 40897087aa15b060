import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { FileSource } from "../../tools/files/file-source.js";
import { copyBytes, decodeRecord, ImageError, type ImageTree, readTree, records } from "../../tools/image/index.js";
import { IMAGES, type RealImage } from "./fixtures.js";
import { bare } from "./made.js";

const folder = mkdtempSync(join(tmpdir(), "image-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pathOf = ({ name }: RealImage) => fileURLToPath(new URL(`../fixtures/images/${name}`, import.meta.url));

/** The content of a tree, without the tables that its records refer to. */
function outline({ root, end, problems }: ImageTree): unknown {
  const nodes = [...root].map(({ rule, label, object, record }) => [
    rule,
    label,
    object,
    record?.title,
    record?.offset,
  ]);
  return { nodes, end, problems };
}

describe.each(IMAGES)("$name", (image) => {
  it("is the same from a file as from memory", () => {
    const { format } = image;
    const source = new FileSource(pathOf(image));
    const tree = readTree(format, source);
    expect(outline(tree)).toEqual(outline(readTree(format, image.source)));
    for (const { record, contains } of tree.root) {
      if (!record) continue;
      const decoded = decodeRecord(format, source, record, contains);
      expect(isDeepStrictEqual(decoded, decodeRecord(format, image.source, record, contains)), record.title).toBe(true);
    }
    source.close();
  });
});

describe("a file", () => {
  it("is read in windows of any length", () => {
    const path = join(folder, "long");
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
    writeFileSync(path, bytes);
    const source = new FileSource(path);
    expect(source.size).toBe(300_000);
    for (const [offset, length] of [
      [0, 8],
      [65_530, 12],
      [100, 200_000],
      [299_999, 1],
      [300_000, 0],
      [4, 4],
    ] as const)
      expect(Buffer.compare(copyBytes(source, offset, length), bytes.subarray(offset, offset + length))).toBe(0);
    expect(() => source.window(299_999, 2)).toThrow("no 2 bytes at offset 299999 in an image of 300000 bytes");
    source.close();
  });

  it("is read in few pieces by a reader that goes back and forth between several places", () => {
    const path = join(folder, "places");
    const bytes = Uint8Array.from({ length: 2_000_000 }, (_, i) => (i * 7) % 251);
    writeFileSync(path, bytes);
    const source = new FileSource(path);
    for (let done = 0; done < 400_000; done += 100)
      for (const start of [0, 500_000, 1_000_000, 1_500_000]) {
        const at = source.window(start + done, 100);
        expect(source.view.getUint8(at + 99)).toBe(bytes[start + done + 99]);
      }
    // Readers fetch the view before or after they ask for bytes.
    const { view } = source;
    for (const place of [1_999_000, 70_000, 900_000, 1_200_000, 300_000, 1_700_000, 5, 800_000])
      expect(view.getUint8(source.window(place, 8))).toBe(bytes[place]);
    expect(source.view).toBe(view);
    // Each place is read in growing pieces; the first ones are small.
    expect(source.reads).toBeLessThan(50);
    source.close();
  });

  it("that becomes shorter while it is read ends in an error that says so", () => {
    const path = join(folder, "shrinking");
    writeFileSync(path, Buffer.concat(Array.from({ length: 20_000 }, () => bare(4242))));
    const source = new FileSource(path);
    source.window(0, 8);
    truncateSync(path, 100_000);
    expect(() => source.window(159_992, 8)).toThrow(ImageError);
    let count = 0;
    expect(() => {
      for (const _ of records((IMAGES[0] as RealImage).format, source)) count++;
    }).toThrow(
      "at offset 100000: expected the 160000 bytes that the file had when it was opened, found that it has become shorter",
    );
    expect(count).toBe(100_000 / 8);
    source.close();
  });
});
