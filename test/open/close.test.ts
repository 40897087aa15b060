/** A closed image refuses everything: its descriptor may be another file by now. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { open as openHandle } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { FileSource } from "../../tools/files/file-source.js";
import { type Checkpoint, open } from "../../tools/open/index.js";
import { BYTES, ownFolder } from "./files.js";

const { fileOf } = ownFolder();
const CLOSED = expect.objectContaining({
  name: "UsageError",
  code: "wrong-usage",
  message: expect.stringContaining("closed"),
});

/** Everything that can be asked of an image. */
const USES: readonly [string, (image: Checkpoint) => unknown][] = [
  ["image", (image) => image.image],
  ["abi", (image) => image.abi],
  ["size", (image) => image.size],
  ["problems", (image) => image.problems],
  ["changes", (image) => image.changes],
  ["memory", (image) => image.memory],
  ["tasks", (image) => image.tasks()],
  ["task", (image) => image.task(179)],
  ["records", (image) => image.records("VMA").next()],
  ["decoded", (image) => image.decoded("VMA").next()],
  ["pieces", (image) => image.pieces()],
  ["bytes", (image) => image.bytes()],
  ["get", (image) => image.get("task[0].comm")],
  ["fields", (image) => image.fields("task[0].comm")],
  ["set", (image) => image.set({ "task[0].comm": "x" })],
  ["save", (image) => image.save()],
  ["save elsewhere", (image) => image.save("nowhere.img")],
  ["verify", (image) => image.verify()],
  ["core", (image) => image.core(179)],
];

describe.each([
  ["a path", () => fileOf()],
  ["bytes", () => BYTES],
  ["a Blob", () => new Blob([BYTES.slice()])],
])("an image from %s, once closed,", (_, from) => {
  it.each(USES)("refuses %s", async (_, use) => {
    const image = await open(from());
    image.close();
    image.close();
    await expect((async () => use(image))()).rejects.toEqual(CLOSED);
  });

  it("refuses what was taken from it before", async () => {
    const image = await open(from());
    const task = image.task(179);
    const { memory } = task;
    const [text] = memory.search('"tree-sub"');
    image.close();
    const address = text?.address ?? 0n;
    expect(() => memory.read(address, 1)).toThrow(CLOSED);
    expect(() => memory.search("00")).toThrow(CLOSED);
    expect(() => memory.extents()).toThrow(CLOSED);
    expect(() => task.memory).toThrow(CLOSED);
    expect(() => task.records("CPU").next()).toThrow(CLOSED);
    await expect(memory.write(address, Uint8Array.of(1))).rejects.toEqual(CLOSED);
  });
});

it("the descriptor of a closed image is not read, although it is another file", async () => {
  const opened = await open(fileOf());
  const { image } = opened;
  opened.close();
  // The system gives the lowest free number, so this is the old one.
  const other = openSync(fileOf(BYTES.map(() => 0x58)), "r");
  try {
    for (const node of image.root) if (node.record) expect(() => image.source.window(node.offset, 8)).toThrow(CLOSED);
  } finally {
    closeSync(other);
  }
});

it("a file that is closed twice leaves the file alone that has its descriptor then", () => {
  const source = new FileSource(fileOf());
  source.close();
  const other = openSync(fileOf(), "r");
  source.close();
  closeSync(other);
  expect(() => source.window(0, 8)).toThrow(CLOSED);
});

it("an image of a file handle that the program closed is not read from another file", async () => {
  const handle = await openHandle(fileOf());
  const image = await open(handle);
  await handle.close();
  const other = openSync(fileOf(BYTES.map(() => 0x58)), "r");
  try {
    expect(() => image.bytes()).toThrow(CLOSED);
    await expect(open(handle)).rejects.toEqual(CLOSED);
  } finally {
    closeSync(other);
  }
});

it("a file handle stays open when its image is closed", async () => {
  const handle = await openHandle(fileOf());
  const image = await open(handle);
  image.close();
  expect(() => image.bytes()).toThrow(CLOSED);
  expect((await handle.stat()).size).toBe(BYTES.length);
  await handle.close();
});

it("what was asked for before an image is closed still happens", async () => {
  const path = fileOf();
  const image = await open(path);
  const done = [
    image.set({ "task[0].comm": "one" }),
    image.save(),
    image.set({ "file[5].path": "/longer/path" }),
    image.save(),
  ];
  image.close();
  await expect(image.set({ "task[0].comm": "two" })).rejects.toEqual(CLOSED);
  await Promise.all(done);
  const again = await open(path);
  expect([await again.get("task[0].comm"), await again.get("file[5].path")]).toEqual(["one", "/longer/path"]);
  expect(Buffer.compare(readFileSync(path), again.bytes())).toBe(0);
  again.close();
});
