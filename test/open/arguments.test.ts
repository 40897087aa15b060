/** Arguments of the wrong type are errors of the library, which say what was expected and what was found. */
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { open as openInBrowser } from "../../tools/open/browser.js";
import { type Checkpoint, open } from "../../tools/open/index.js";
import { ckpt } from "../cli/ckpt.js";
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
    ["an address with a lone percent sign", () => ({ href: "file:///tmp/%ff.img" }), "wrong-usage", "a file: address"],
    ["an address with a NUL", () => ({ href: `${pathToFileURL(folder).href}/a%00b` }), "wrong-usage", "NUL"],
    ["an empty path", () => "", "wrong-usage", 'expected the path of a file, found ""'],
    ["a text as descriptor", () => ({ fd: "x" }), "wrong-usage", 'a file handle with a descriptor, found "x"'],
    ["no descriptor", () => ({ fd: null }), "wrong-usage", "a file handle with a descriptor, found null"],
    ["half a descriptor", () => ({ fd: 1.5 }), "wrong-usage", "a file handle with a descriptor, found 1.5"],
    ["a closed handle", () => ({ fd: -1 }), "wrong-usage", "found a file handle that was closed"],
    ["a closed descriptor", () => ({ fd: closedDescriptor() }), "unreadable-file", "descriptor is closed"],
    ["a Blob that is gone", () => brokenBlob, "unreadable-file", "the file cannot be read: gone"],
  ])("refuses %s", async (_, from, code, message) => {
    const refused = open(from() as string);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.toThrow(message);
  });

  const brokenBlob = { size: 1, slice: () => brokenBlob, arrayBuffer: () => Promise.reject(new Error("gone")) };

  it("refuses a folder behind a descriptor", async () => {
    const descriptor = openSync(folder, "r");
    await expect(open({ fd: descriptor })).rejects.toThrow(`descriptor ${descriptor} cannot be read: it is no file`);
    closeSync(descriptor);
  });

  it.each<[string, unknown, string]>([
    ["null", null, "expected an object with options, found null"],
    ["a text", "v16", 'expected an object with options, found "v16"'],
    ["abi: null", { abi: null }, "expected a name such as v21/x86_64 as abi, found null"],
    ["abi: 3", { abi: 3 }, "as abi, found 3"],
    ["pageSize: 3", { pageSize: 3 }, "expected a power of two from 512 to 1048576 as pageSize, found 3"],
    ["pageSize: NaN", { pageSize: Number.NaN }, "as pageSize, found NaN"],
    ["an unknown one", { api: "v16" }, 'there is no option "api"; the options are abi, pageSize, onProgress'],
    ["a Map", new Map([["abi", "v16"]]), "expected an object with options, found an object"],
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
  ["task of no pid", "wrong-usage", "the pid of a task, found undefined", (image) => image.task(undefined as never)],
  ["task(Symbol())", "wrong-usage", "found a symbol", (image) => image.task(Symbol() as never)],
  ["task(-5)", "unknown-task", "no task has pid -5; the image has 179", (image) => image.task(-5)],
  ["core(-5)", "unknown-task", "no task has pid -5; the image has 179", (image) => image.core(-5)],
  ["records", "unknown-name", 'unknown record "VMAS"', (image) => image.records("VMAS" as never)],
  ["records(vma)", "unknown-name", "did you mean VMA?", (image) => image.records("vma" as never)],
  ["records(null)", "unknown-name", "unknown record null", (image) => image.records(null as never)],
  ["records(1n)", "unknown-name", "unknown record 1n", (image) => image.records(1n as never)],
  ["decoded(1n)", "unknown-name", "unknown record 1n", (image) => image.decoded(1n as never)],
  ["records of a task", "unknown-name", "unknown record 1n", (image) => image.task(179).records(1n as never)],
  ["set(new Map())", "wrong-usage", "found a Map", (image) => image.set(new Map() as never)],
  ["set(new Set())", "wrong-usage", "found a Set", (image) => image.set(new Set() as never)],
  ["set(new Date())", "wrong-usage", "found a Date", (image) => image.set(new Date() as never)],
  [
    "set with a text as force",
    "wrong-usage",
    'expected true or false as force, found "no"',
    (image) => image.set({}, { force: "no" } as never),
  ],
  [
    "set with an unknown option",
    "wrong-usage",
    'there is no option "froce"; the options are force',
    (image) => image.set({}, { froce: true } as never),
  ],
  ["set with a Map of options", "wrong-usage", "found an object", (image) => image.set({}, new Map() as never)],
  ...[
    [{ target: "2.6.33" }, 'an object with options as target, found "2.6.33"'],
    [{ target: 5 }, "an object with options as target, found 5"],
    [
      { target: { kernal: "2.6.33" } },
      'there is no option "target.kernal"; the options in target are kernel, abi, like',
    ],
    [{ target: { kernel: 2.6 } }, "a kernel version such as 2.6.33 as target.kernel, found 2.6"],
    [{ target: { like: {} } }, "as target.like, found an object"],
    [{ max: -1 }, "a number of findings from 0 on as max, found -1"],
    [{ now: "today" }, 'a number of seconds as now, found "today"'],
    [{ onFinding: 5 }, "a function as onFinding, found 5"],
  ].map(
    ([options, message]) =>
      [
        `verify(${JSON.stringify(options)})`,
        "wrong-usage",
        message as string,
        (image: Checkpoint) => image.verify(options as never),
      ] as [string, string, string, (image: Checkpoint) => unknown],
  ),
  ...[
    [null, "an object with options, found null"],
    [5, "an object with options, found 5"],
    ["x", 'an object with options, found "x"'],
    [{ files: 5 }, "a function as files, found 5"],
    [{ sysroot: 5 }, "the path of a directory as sysroot, found 5"],
    [{ exclude: {} }, "what exclusionOf gives as exclude, found an object"],
    [{ exclude: "anon" }, 'what exclusionOf gives as exclude, found "anon"'],
    [{ sparse: "no" }, 'true or false as sparse, found "no"'],
    [{ spares: true }, 'there is no option "spares"'],
  ].map(
    ([options, message]) =>
      [
        `core(179, ${JSON.stringify(options)})`,
        "wrong-usage",
        message as string,
        (image: Checkpoint) => image.core(179, options as never),
      ] as [string, string, string, (image: Checkpoint) => unknown],
  ),
  [
    "core without a sink",
    "wrong-usage",
    "expected a sink, which has a method write, found an object",
    async (image) => (await image.core(179)).write({} as never),
  ],
  [
    "core with a text as progress",
    "wrong-usage",
    'a function as onProgress, found "x"',
    async (image) => (await image.core(179)).write({ write() {} }, "x" as never),
  ],
  ["write of no task", "wrong-usage", "a task, as", (image) => image.writeMemory(null as never, 0n, BYTES)],
  ["write of a text as task", "wrong-usage", "a task, as", (image) => image.writeMemory("179" as never, 0n, BYTES)],
  [
    "write of a task at no address",
    "bad-address",
    '"0" is not an address',
    (image) => image.writeMemory(image.task(179).task, "0" as never, BYTES),
  ],
  [
    "save to a folder that is not there",
    "unwritable-file",
    "no such directory",
    (image) => image.save(`${folder}/nd/`),
  ],
  ["save to another", "unwritable-file", "no such directory", (image) => image.save(`${folder}/nd/.`)],
  ["save to a file as a folder", "unwritable-file", "not a directory", (image) => image.save(`${fileOf()}/`)],
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

it("options that are undefined are as if they were not given", async () => {
  const image = await open(BYTES, { abi: undefined, pageSize: undefined, onProgress: undefined });
  await image.set({}, { force: undefined });
  await image.verify({ max: undefined, now: undefined, target: { kernel: undefined } });
  await image.core(179, { sparse: undefined, files: undefined });
});

it("a folder that is not there does not become a file", async () => {
  const image = await open(fileOf());
  await expect(image.save(`${folder}/none/`)).rejects.toMatchObject({ code: "unwritable-file" });
  expect(existsSync(`${folder}/none`)).toBe(false);
});

it("a pipe without a writer is refused, not waited for", async () => {
  const path = `${folder}/pipe`;
  execFileSync("mkfifo", [path]);
  await expect(open(path)).rejects.toMatchObject({ code: "unreadable-file", place: { file: path } });
  await expect(open(path)).rejects.toThrow("it is no file; read all bytes of a pipe and open these");
});

it("a file that was opened for writing alone is refused with the reason", async () => {
  const descriptor = openSync(fileOf(), "a");
  await expect(open({ fd: descriptor })).rejects.toThrow("was not opened for reading");
  closeSync(descriptor);
});

it("what to do with a compressed file is said without a command that reads it", async () => {
  const path = fileOf(gzipSync(BYTES));
  await expect(open(path)).rejects.toThrow(/unpack it first: gzip -dc FILE$/);
  const { code, err } = await ckpt(["info", path]);
  expect([code, err]).toEqual([3, expect.stringContaining(`| ckpt info -`)]);
});

it("a task whose memory comes after the damage says so", async () => {
  const whole = await open(BYTES);
  const [node] = [...whole.image.root].filter(({ record }) => record?.name === "TASK");
  const image = await open(BYTES.subarray(0, (node?.offset ?? 0) + (node?.record?.length ?? 0)));
  const [task] = image.tasks();
  const damage = image.problems.at(-1)?.offset;
  expect(damage).toBeGreaterThan(0);
  expect(() => task?.strings()).toThrow(
    `the image has no memory of task ${task?.pid}; it is damaged at offset ${damage}`,
  );
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
