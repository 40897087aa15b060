/** Arguments of the wrong type are errors of the library, which say what was expected and what was found. */
import { closeSync, openSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { open as openInBrowser } from "../../tools/open/browser.js";
import { type Checkpoint, open } from "../../tools/open/index.js";
import { BYTES, ownFolder } from "./files.js";

const { folder, fileOf } = ownFolder();

/** A number that is no descriptor of an open file. */
function closedDescriptor(): number {
  const descriptor = openSync(fileOf(), "r");
  closeSync(descriptor);
  return descriptor;
}

describe("open", () => {
  it.each<[string, () => unknown, string, string]>([
    [
      "an address of another kind",
      () => new URL("http://example.com/a.img"),
      "wrong-usage",
      "expected a file: address",
    ],
    [
      "an address of another machine",
      () => ({ href: "file://other/a.img" }),
      "wrong-usage",
      "expected a file: address",
    ],
    ["an address that is none", () => ({ href: "no address" }), "wrong-usage", "expected a file: address"],
    ["an address that is no text", () => ({ href: 3 }), "wrong-usage", "a file: address, found an object"],
    ["a path with a NUL", () => "a\0b", "wrong-usage", 'expected a path without NUL, found "a\\u0000b"'],
    ["an address with a NUL", () => ({ href: `${pathToFileURL(folder).href}/a%00b` }), "wrong-usage", "NUL"],
    ["an empty path", () => "", "wrong-usage", 'expected the path of a file, found ""'],
    ["a text as descriptor", () => ({ fd: "x" }), "wrong-usage", 'a file handle with a descriptor, found "x"'],
    ["no descriptor", () => ({ fd: null }), "wrong-usage", "a file handle with a descriptor, found null"],
    ["half a descriptor", () => ({ fd: 1.5 }), "wrong-usage", "a file handle with a descriptor, found 1.5"],
    ["a closed handle", () => ({ fd: -1 }), "wrong-usage", "found a file handle that was closed"],
    ["a closed descriptor", () => ({ fd: closedDescriptor() }), "unreadable-file", "EBADF"],
    ["a Blob that is gone", () => brokenBlob, "unreadable-file", "the file cannot be read: gone"],
  ])("refuses %s", async (_, from, code, message) => {
    const refused = open(from() as string);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.toThrow(message);
  });

  const brokenBlob = { size: 1, slice: () => brokenBlob, arrayBuffer: () => Promise.reject(new Error("gone")) };

  it("refuses a folder behind a descriptor", async () => {
    const descriptor = openSync(folder, "r");
    await expect(open({ fd: descriptor })).rejects.toThrow(`descriptor ${descriptor} is no file`);
    closeSync(descriptor);
  });

  it.each<[string, unknown, string]>([
    ["null", null, "expected an object with options, found null"],
    ["a text", "v16", 'expected an object with options, found "v16"'],
    ["abi: null", { abi: null }, "expected a name such as v21/x86_64 as abi, found null"],
    ["abi: 3", { abi: 3 }, "as abi, found 3"],
    ["pageSize: 3", { pageSize: 3 }, "expected a power of two from 512 to 1048576 as pageSize, found 3"],
    ["pageSize: NaN", { pageSize: Number.NaN }, "as pageSize, found NaN"],
    ["onProgress: true", { onProgress: true }, "expected a function as onProgress, found true"],
  ])("refuses options: %s", async (_, options, message) => {
    for (const opening of [open(BYTES, options as object), openInBrowser(BYTES, options as object)]) {
      await expect(opening).rejects.toMatchObject({ code: "wrong-usage" });
      await expect(opening).rejects.toThrow(message);
    }
  });

  it("says unknown-name for an ABI that does not exist", async () => {
    for (const abi of ["", "/", "v99", "v16/arm"])
      await expect(open(BYTES, { abi })).rejects.toMatchObject({ code: "unknown-name" });
  });
});

it.each<[string, string, string, (image: Checkpoint) => unknown]>([
  [
    "set(null)",
    "wrong-usage",
    "expected an object with new values by path, found null",
    (image) => image.set(null as never),
  ],
  ["set([])", "wrong-usage", "found an Array", (image) => image.set([] as never)],
  ["set(3)", "wrong-usage", "found a number", (image) => image.set(3 as never)],
  ["set with options null", "wrong-usage", "expected an object with options", (image) => image.set({}, null as never)],
  ["set of no path", "bad-path", "expected a name", (image) => image.set({ "": 1 })],
  ["get(null)", "wrong-usage", "expected the path of a field, found null", (image) => image.get(null as never)],
  ["fields(3)", "wrong-usage", "expected the path of a field, found 3", (image) => image.fields(3 as never)],
  ["verify(null)", "wrong-usage", "expected an object with options", (image) => image.verify(null as never)],
  ["core(null)", "wrong-usage", "expected the pid of a task, found null", (image) => image.core(null as never)],
  ["core(NaN)", "wrong-usage", "expected the pid of a task, found NaN", (image) => image.core(Number.NaN)],
  ["core() of seven", "unknown-task", "the image has several processes", (image) => image.core()],
  [
    "save(3)",
    "wrong-usage",
    "expected the path of a file or a file: address, found 3",
    (image) => image.save(3 as never),
  ],
  ["save(null)", "wrong-usage", "found null", (image) => image.save(null as never)],
  ["save of nothing", "wrong-usage", 'expected the path of a file, found ""', (image) => image.save("")],
  ["save with a NUL", "wrong-usage", "expected a path without NUL", (image) => image.save("a\0b")],
  ["save to an address", "wrong-usage", "expected a file: address", (image) => image.save(new URL("https://a/b"))],
  ["save into a file", "unwritable-file", "cannot write", (image) => image.save(`${fileOf()}/x`)],
  ["task(7)", "unknown-task", "no task has pid 7; the image has 179", (image) => image.task(7)],
  ["task of no pid", "unknown-task", "no task has pid", (image) => image.task(undefined as never)],
  ["records", "unknown-name", 'unknown record "VMAS"', (image) => image.records("VMAS" as never).next()],
  ["records(null)", "unknown-name", "unknown record", (image) => image.records(null as never).next()],
  [
    "write of a text",
    "wrong-usage",
    "a Uint8Array with the new bytes, found",
    (image) => image.task(179).memory.write(0, "x" as never),
  ],
  ["write of an array", "wrong-usage", "found an array of 1", (image) => image.task(179).memory.write(0, [1] as never)],
  [
    "write at null",
    "bad-address",
    "null is not an address",
    (image) => image.task(179).memory.write(null as never, BYTES),
  ],
  [
    "search(null)",
    "wrong-usage",
    "expected a search pattern, found null",
    (image) => image.task(179).memory.search(null as never),
  ],
  ["strings(NaN)", "wrong-usage", "1 or more, found NaN", (image) => image.task(179).strings(Number.NaN)],
  ["strings(-1)", "wrong-usage", "1 or more, found -1", (image) => image.task(179).memory.strings(-1)],
  ["strings(0)", "wrong-usage", "1 or more, found 0", (image) => image.task(179).strings(0)],
  [
    "extents of a text",
    "bad-address",
    '"0" is not an address',
    (image) => image.task(179).memory.extents("0" as never),
  ],
  [
    "read of no length",
    "bad-address",
    "a length is a number of bytes",
    (image) => image.task(179).memory.read(0, null as never),
  ],
])("%s is refused: %s, %s", async (_, code, message, use) => {
  const image = await open(fileOf());
  const refused = (async () => use(image))();
  await expect(refused).rejects.toMatchObject({ code });
  await expect(refused).rejects.toThrow(message);
  image.close();
});

it("extents begin where they are asked to, and end with the last mapping", async () => {
  const { memory } = (await open(BYTES)).task(179);
  const all = [...memory.extents()];
  const middle = all[Math.floor(all.length / 2)] as (typeof all)[number];
  const end = all.at(-1)?.end ?? 0n;
  const later = [...memory.extents(middle.start + 1n)];
  expect([later[0]?.start, later.at(-1)?.end]).toEqual([middle.start + 1n, end]);
  for (const [i, extent] of later.slice(1).entries()) expect(extent.start).toBe(later[i]?.end);
  const earlier = [...memory.extents(undefined, middle.end)];
  expect([earlier[0]?.start, earlier[0]?.backing.kind, earlier.at(-1)?.end]).toEqual([0n, "unmapped", middle.end]);
});
