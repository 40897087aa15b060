/** A file that another program writes to while it is open is neither the old image nor a new one: whatever reads much of it says so. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Checkpoint, open } from "../../tools/open/index.js";
import { MemorySink } from "../../tools/write/sink.js";
import { BYTES, ownFolder } from "./files.js";

const { fileOf } = ownFolder();

/** Overwrites a file in place. */
function overwrite(path: string): void {
  writeFileSync(path, Buffer.concat([Buffer.alloc(BYTES.length, 0x58), Buffer.of(0)]));
}

const READS: readonly [string, (image: Checkpoint) => unknown][] = [
  ["bytes", (image) => image.bytes()],
  ["pieces", (image) => [...image.pieces()]],
  ["core", (image) => image.core(179)],
  ["set", (image) => image.set({ "task[0].comm": "x" })],
  ["verify", (image) => image.verify()],
];

describe("a file that was overwritten", () => {
  it.each(READS)("is refused by %s", async (_, read) => {
    const path = fileOf();
    const image = await open(path);
    overwrite(path);
    const refused = (async () => read(image))();
    await expect(refused).rejects.toMatchObject({ code: "changed-file", place: { file: path } });
    await expect(refused).rejects.toThrow("it was changed after it was opened");
    image.close();
  });

  it.each(READS)("and has a change that is not saved is refused by %s", async (_, read) => {
    const path = fileOf();
    const image = await open(path);
    await image.set({ "task[1].comm": "mine" });
    overwrite(path);
    await expect((async () => read(image))()).rejects.toMatchObject({ code: "changed-file" });
    image.close();
  });

  it("is refused by a core that was planned before", async () => {
    const path = fileOf();
    const image = await open(path);
    const core = await image.core(179);
    overwrite(path);
    await expect(core.write(new MemorySink())).rejects.toMatchObject({ code: "changed-file" });
    image.close();
  });

  it("is refused when it happened during the read", async () => {
    const path = fileOf();
    const image = await open(path);
    const pieces = image.pieces();
    const core = await image.core(179);
    const sink = new MemorySink();
    let isFirst = true;
    const written = core.write({
      write(bytes) {
        if (isFirst) overwrite(path);
        isFirst = false;
        sink.write(bytes);
      },
    });
    await expect(written).rejects.toMatchObject({ code: "changed-file" });
    expect(() => pieces.next()).toThrow(expect.objectContaining({ code: "changed-file" }));
    image.close();
  });
});

it("a file that was replaced or removed is read as it was opened", async () => {
  const [replaced, removed] = [fileOf(), fileOf()];
  const images = [await open(replaced), await open(removed)];
  renameSync(fileOf(new Uint8Array(5)), replaced);
  rmSync(removed);
  for (const image of images) {
    expect(Buffer.compare(image.bytes(), BYTES)).toBe(0);
    await image.set({ "task[0].comm": "mine" });
    image.close();
  }
});

it("a save over a file that is gone says so", async () => {
  const path = fileOf();
  const image = await open(path);
  await image.set({ "task[0].comm": "mine" });
  rmSync(path);
  await expect(image.save()).rejects.toThrow(`${path} is gone: it was removed meanwhile; save under another name`);
  await image.save(`${path}.other`);
  const again = await open(`${path}.other`);
  expect(await again.get("task[0].comm")).toBe("mine");
});

it("bytes that were transferred to another thread are no longer there", async () => {
  const bytes = BYTES.slice();
  const image = await open(bytes);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  expect(() => image.bytes()).toThrow(expect.objectContaining({ code: "changed-file" }));
});

it("bytes whose buffer may shrink are copied", async () => {
  const Resizable = ArrayBuffer as unknown as new (
    size: number,
    options: object,
  ) => ArrayBuffer & { resize(size: number): void };
  const buffer = new Resizable(BYTES.length, { maxByteLength: BYTES.length });
  new Uint8Array(buffer).set(BYTES);
  const images = [await open(buffer), await open(new Uint8Array(buffer))];
  buffer.resize(8);
  for (const image of images) expect(Buffer.compare(image.bytes(), BYTES)).toBe(0);
});

it.each<[string, () => string | Uint8Array]>([
  ["a file", () => fileOf()],
  ["bytes", () => BYTES.slice()],
])("pieces of %s are copies: what is done to them is not done to the image", async (_, from) => {
  const given = from();
  const image = await open(given);
  for (const piece of image.pieces()) piece.fill(0);
  for (const piece of image.pieces()) structuredClone(piece, { transfer: [piece.buffer] });
  expect(await image.get("task[0].comm")).toBe("tree-root");
  expect(Buffer.compare(image.bytes(), BYTES)).toBe(0);
  if (typeof given !== "string") expect(Buffer.compare(given, BYTES)).toBe(0);
  image.close();
});
