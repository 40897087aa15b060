/** `open` and what it gives: the same as the functions of the single modules, from every kind of input. */
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { open as openHandle } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { AbiName, RecordType } from "../../generated/codecs/index.js";
import { type Core, coreOf } from "../../tools/core/core.js";
import { processOfTask } from "../../tools/core/process.js";
import { open as openInBrowser } from "../../tools/open/browser.js";
import { type Checkpoint, MemorySource, open, openImage } from "../../tools/open/index.js";
import { verify } from "../../tools/verify/verify.js";
import { MemorySink } from "../../tools/write/sink.js";
import { ckpt } from "../cli/ckpt.js";
import { IMAGES } from "../images/fixtures.js";
import { BYTES, ownFolder } from "./files.js";

const { folder, fileOf } = ownFolder();
const BYTES_BUFFER = Buffer.from(BYTES);

const pidsOf = (image: Checkpoint) => image.tasks().map(({ pid }) => pid);

describe("an image is opened from", () => {
  it.each([
    ["a path", () => fileOf()],
    ["an address", () => pathToFileURL(fileOf())],
    ["bytes", () => BYTES],
    ["a part of a buffer", () => new Uint8Array([...new Uint8Array(7), ...BYTES]).subarray(7)],
    ["an ArrayBuffer", () => BYTES.slice().buffer],
    ["a Blob", () => new Blob([BYTES.slice()])],
  ])("%s", async (_, from) => {
    const image = await open(from());
    expect([image.abi, image.size, image.problems]).toEqual(["v16/x86_32", BYTES.length, []]);
    expect(pidsOf(image)).toEqual([179, 180, 181, 182, 183, 184, 185]);
    expect(BYTES_BUFFER.equals(image.bytes())).toBe(true);
    image.close();
  });

  it("a file handle", async () => {
    const handle = await openHandle(fileOf());
    const image = await open(handle);
    expect(BYTES_BUFFER.equals(image.bytes())).toBe(true);
    await expect(image.save()).rejects.toThrow("the image was not opened by a path");
    const to = join(folder, "from-handle.img");
    await image.save(to);
    expect(BYTES_BUFFER.equals(readFileSync(to))).toBe(true);
    image.close();
    await handle.close();
  });

  it("bytes in a browser, which cannot save", async () => {
    const image = await openInBrowser(new Blob([BYTES.slice()]));
    expect(pidsOf(image)).toHaveLength(7);
    await expect(image.save("x")).rejects.toThrow("a browser cannot write to files");
  });
});

describe("what is not an image", () => {
  it("is named, with what it is", async () => {
    const path = join(folder, "text");
    writeFileSync(path, "#!/bin/sh\necho hello\n");
    await expect(open(path)).rejects.toMatchObject({ code: "no-image", place: { file: path } });
    await expect(open(path)).rejects.toThrow(`cannot read ${path}: it is not a checkpoint image: it is`);
    await expect(open(readFileSync(path))).rejects.toMatchObject({ code: "no-image" });
  });

  it.each([null, undefined, 3, {}, [], true])("is refused if it is %j", async (from) => {
    await expect(open(from as unknown as string)).rejects.toMatchObject({ code: "wrong-usage" });
    await expect(openInBrowser(from as unknown as Blob)).rejects.toMatchObject({ code: "wrong-usage" });
  });

  it("is a file that does not exist, a directory, or an ABI without a name", async () => {
    await expect(open(join(folder, "none"))).rejects.toMatchObject({ code: "unreadable-file" });
    await expect(open(folder)).rejects.toThrow("it is a directory");
    // @ts-expect-error there is no such version
    await expect(open(BYTES, { abi: "v99" })).rejects.toThrow("v99");
  });
});

describe.each(IMAGES)("$name", ({ bytes, notes: { abi } }) => {
  it("has the records that decoding one by one gives", async () => {
    const checkpoint = await open(bytes, { abi: abi as string });
    const image = openImage(new MemorySource(bytes), { abi });
    const names = new Set<string>();
    const expected = new Map<string, unknown[]>();
    for (const node of image.root) {
      const name = node.record?.kind && node.record.name;
      if (name === undefined) continue;
      names.add(name);
      expected.set(name, [...(expected.get(name) ?? []), image.decode(node).value]);
    }
    expect(names.size).toBeGreaterThan(1);
    for (const name of names) expect([...checkpoint.records(name as "VMA")], name).toEqual(expected.get(name));
    let records = 0;
    for (const task of checkpoint.tasks()) records += [...task.records("TASK_OBJS")].length;
    expect(records).toBe(expected.get("TASK_OBJS")?.length ?? 0);
  });

  it("is verified, and made a core, as by the functions of these modules", async () => {
    const checkpoint = await open(bytes, { abi: abi as string });
    const now = 1.3e9;
    expect(await checkpoint.verify({ now })).toEqual(verify(checkpoint.image.format, new MemorySource(bytes), { now }));
    const pid = checkpoint.tasks()[0]?.pid;
    const mine = await written(() => checkpoint.core(pid));
    const image = openImage(new MemorySource(bytes), { abi });
    expect(mine).toEqual(
      await written(async () => coreOf(processOfTask(image, pid === undefined ? undefined : String(pid)))),
    );
  });
});

/** A digest of a core, or why there is none. */
async function written(core: () => Promise<Core>): Promise<string> {
  const sink = new MemorySink();
  try {
    await (await core()).write(sink);
  } catch (error) {
    return String(error);
  }
  return createHash("sha256").update(sink.bytes).digest("hex");
}

describe("records", () => {
  it("have the types of the ABI that is stated, and the union over all otherwise", async () => {
    const exact = await open(BYTES, { abi: "v16/x86_32" });
    expectTypeOf(exact).toEqualTypeOf<Checkpoint<"v16/x86_32">>();
    for (const vma of exact.records("VMA")) {
      expectTypeOf(vma).toEqualTypeOf<RecordType<"v16/x86_32", "VMA">>();
      expectTypeOf(vma.vm_start).toEqualTypeOf<bigint>();
    }
    const either = await open(BYTES, { abi: "v16" });
    expectTypeOf(either).toEqualTypeOf<Checkpoint<Extract<AbiName, `v16/${string}`>>>();
    const detected = await open(BYTES);
    expectTypeOf(detected).toEqualTypeOf<Checkpoint>();
    for (const vma of detected.records("VMA")) expectTypeOf(vma).toEqualTypeOf<RecordType<AbiName, "VMA">>();
    // @ts-expect-error the name has a hyphen where one with an underscore exists
    await expect(open(BYTES, { abi: "v16/x86-32" })).rejects.toThrow("x86-32");
    const atRunTime: string = "v16/x86_32";
    expectTypeOf(await open(BYTES, { abi: atRunTime })).toEqualTypeOf<Checkpoint>();
    // @ts-expect-error there is no record of that name
    expect(() => [...detected.records("VMAS")]).toThrow('unknown record "VMAS"');
    // @ts-expect-error v16 has no such record
    expect(() => [...exact.records("HPAGE")]).toThrow('unknown record "HPAGE"');
  });

  it("have their offset, their payload and their place", async () => {
    const image = await open(BYTES);
    const [first] = image.decoded("STRING");
    expect(first).toMatchObject({ name: "STRING", payload: { kind: "text" } });
    expect(image.image.node(first?.node.index ?? -1).record?.offset).toBe(first?.offset);
  });
});

describe("memory", () => {
  it("is read by address", async () => {
    const image = await open(BYTES);
    const { memory } = image.task(179);
    const [text] = memory.search('"tree-sub"');
    expect(text && Buffer.from(memory.read(text.address, 8)).toString()).toBe("tree-sub");
    expect(text && memory.read(Number(text.address), 0).length).toBe(0);
    expect([...image.task(179).strings(8)].map(({ text }) => text)).toContain("tree-sub");
  });

  it.each([
    [0x10, 4, "missing-page", "the bytes at 0x10 are not in the image: the task has no memory there"],
    [-1, 4, "bad-address", "-1 is not an address"],
    [0.5, 4, "bad-address", "0.5 is not an address"],
    [2 ** 60, 4, "bad-address", "1152921504606847000 is not an address"],
    [0x10, -1, "bad-address", "a length is a number of bytes from 0 to"],
    [0x10, 2 ** 40, "bad-address", "a length is a number of bytes from 0 to"],
  ])("at %d, %d bytes: %s", async (address, length, code, message) => {
    const { memory } = (await open(BYTES)).task(179);
    expect(() => memory.read(address, length)).toThrow(expect.objectContaining({ code }));
    expect(() => memory.read(address, length)).toThrow(message);
  });

  it("that is in a file is said to be there", async () => {
    const { memory } = (await open(BYTES)).task(179);
    const extent = [...memory.extents()].find(({ backing }) => backing.kind === "file");
    expect(() => memory.read(extent?.start ?? 0n, 1)).toThrow("they are in /bin/ck at offset");
  });

  it("of a task that is not there is an error", async () => {
    const image = await open(BYTES);
    expect(() => image.task(7)).toThrow("no task has pid 7; the image has 179, 180, 181, 182, 183, 184, 185");
  });
});

describe("changes", () => {
  it("are seen at once, and saved to the file", async () => {
    const path = fileOf();
    const image = await open(path);
    const { edits } = await image.set({ "task[0].comm": "renamed", "task[1].exit_signal": 10 });
    expect(edits.map(({ before, after }) => `${before} -> ${after}`)).toEqual(["tree-root -> renamed", "17 -> 10"]);
    expect(image.tasks()[0]?.name).toBe("renamed");
    const { memory } = image.task(179);
    const [text] = memory.search('"tree-sub"');
    await memory.write(text?.address ?? 0n, Buffer.from("TREE"));
    expect(Buffer.from(image.task(179).memory.read(text?.address ?? 0n, 8)).toString()).toBe("TREE-sub");
    expect(BYTES_BUFFER.equals(readFileSync(path))).toBe(true);
    await image.save();
    const again = await open(path);
    expect(await again.get("task[0].comm")).toBe("renamed");
    expect(await again.get("task[1].exit_signal")).toBe(10);
    expect(Buffer.compare(again.bytes(), image.bytes())).toBe(0);
    expect(again.size).toBe(BYTES.length);
  });

  it("that make a text longer or shorter can be followed by others, and by a second save", async () => {
    const path = fileOf();
    const image = await open(path);
    const [file] = await image.fields("file[*].path");
    const field = file?.path ?? "";
    await image.set({ [field]: "/a/much/longer/path/than/there/was/before" });
    await image.set({ [field]: "/short", "task[0].comm": "one" });
    await image.save();
    await image.set({ "task[0].comm": "two" });
    await image.save();
    const again = await open(path);
    expect([await again.get(field), again.tasks()[0]?.name]).toEqual(["/short", "two"]);
    expect(again.problems).toEqual([]);
    expect((await again.verify()).summary.errors).toBe(0);
  });

  it("go to another file, and leave the first", async () => {
    const path = fileOf();
    const image = await open(path);
    await image.set({ "task[0].comm": "other" });
    await image.save(join(folder, "other.img"));
    expect(BYTES_BUFFER.equals(readFileSync(path))).toBe(true);
    expect((await open(join(folder, "other.img"))).tasks()[0]?.name).toBe("other");
    await image.save(pathToFileURL(join(folder, "another.img")));
    expect(readFileSync(join(folder, "another.img"))).toEqual(readFileSync(join(folder, "other.img")));
  });

  it("are all made or none", async () => {
    const image = await open(BYTES);
    await expect(image.set({ "task[0].comm": "one", "task[99].comm": "two" })).rejects.toMatchObject({
      code: "bad-path",
    });
    await expect(image.set({ "task[0].comm": "one", "task[1].exit_signal": "many" })).rejects.toMatchObject({
      code: "bad-value",
    });
    await expect(image.task(179).memory.write(0x10, Uint8Array.of(1))).rejects.toMatchObject({ code: "missing-page" });
    expect(image.changes).toBeUndefined();
    expect(BYTES_BUFFER.equals(image.bytes())).toBe(true);
  });

  it("that break the image are refused", async () => {
    const image = await open(BYTES);
    await expect(image.set({ "header.magic": 0 })).rejects.toThrow();
    expect(BYTES_BUFFER.equals(image.bytes())).toBe(true);
  });

  it("of another program are not lost", async () => {
    const path = fileOf();
    const image = await open(path);
    await image.set({ "task[0].comm": "mine" });
    copyFileSync(fileOf(new Uint8Array([...BYTES, 0])), path);
    await expect(image.save()).rejects.toThrow("was changed by another program meanwhile");
    expect(readFileSync(path)).toHaveLength(BYTES.length + 1);
  });

  it.each([
    ["a number", "task[1].exit_signal", 10, 10],
    ["a bigint", "header.time", 5n, 5n],
    ["a text", "task[0].comm", "abc", "abc"],
    ["a name", "task[0].task.state", "0x1", 1],
  ])("by %s", async (_, path, value, after) => {
    const image = await open(BYTES);
    await image.set({ [path]: value }, { force: true });
    expect(await image.get(path)).toBe(after);
  });
});

describe("an image whose first record is damaged", () => {
  const headless = BYTES.subarray(openImage(new MemorySource(BYTES)).root.find("HEADER")?.record?.length ?? 0);

  it("is opened, and the damage is a finding, as the command has it", async () => {
    const path = fileOf(headless);
    const image = await open(path);
    expect(image.problems[0]).toMatchObject({ offset: 0, expected: expect.stringContaining("HEADER") });
    const { findings, summary } = await image.verify();
    expect(summary).toMatchObject({ end: "damaged", errors: 1 });
    const { code, out } = await ckpt(["verify", "--json", path]);
    expect(code).toBe(1);
    expect(JSON.parse(out).findings).toMatchObject(findings.map(({ rule, at }) => ({ rule, at })));
  });

  it("is none if nothing of it can be read, for both", async () => {
    const path = fileOf(BYTES.map(() => 0x58));
    await expect(open(path)).rejects.toMatchObject({ code: "no-image" });
    expect((await ckpt(["verify", path])).code).toBe(3);
  });
});

describe("get", () => {
  it("wants one field; fields gives all", async () => {
    const image = await open(BYTES);
    await expect(image.get("task[*].comm")).rejects.toThrow("it leads to task[0].comm, task[1].comm and");
    expect((await image.fields("task[*].comm")).map(({ text }) => text)).toEqual(image.tasks().map(({ name }) => name));
  });
});
