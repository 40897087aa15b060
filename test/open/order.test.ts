/** Changes and saves of an image happen in the order of the calls; files are told apart by device and inode, not by name. */
import { linkSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { array, assert, asyncProperty, constantFrom, nat, oneof, record, string } from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { open } from "../../tools/open/index.js";
import { BYTES, ownFolder } from "./files.js";

const { folder, fileOf } = ownFolder();

async function commOf(path: string): Promise<unknown> {
  const image = await open(path);
  const text = await image.get("task[0].comm");
  image.close();
  return text;
}

describe("without waiting", () => {
  it("a change that is made during a save is kept, and is not in that save", async () => {
    const path = fileOf();
    const image = await open(path);
    const first = image.set({ "task[0].comm": "first" });
    const saved = image.save();
    const second = image.set({ "task[0].comm": "second" });
    await Promise.all([first, saved, second]);
    expect(await commOf(path)).toBe("first");
    expect(await image.get("task[0].comm")).toBe("second");
    await image.save();
    expect(await commOf(path)).toBe("second");
  });

  it("many saves and changes of one image leave the last change", async () => {
    const path = fileOf();
    const image = await open(path);
    const all: Promise<unknown>[] = [];
    for (let i = 0; i < 5; i++) all.push(image.set({ [`task[${i}].comm`]: `name-${i}` }), image.save());
    await Promise.all(all);
    const again = await open(path);
    expect(
      again
        .tasks()
        .map(({ name }) => name)
        .slice(0, 5),
    ).toEqual([0, 1, 2, 3, 4].map((i) => `name-${i}`));
  });

  it("what fails leaves what comes after it alone", async () => {
    const path = fileOf();
    const image = await open(path);
    const bad = image.set({ "task[99].comm": "x" });
    const lost = image.save(join(folder, "no", "such", "folder"));
    const good = image.set({ "task[0].comm": "good" });
    const saved = image.save();
    await expect(bad).rejects.toMatchObject({ code: "bad-path" });
    await expect(lost).rejects.toMatchObject({ code: "unwritable-file" });
    await Promise.all([good, saved]);
    expect(await commOf(path)).toBe("good");
  });

  it("values and bytes are those of the call", async () => {
    const image = await open(BYTES);
    const { memory } = image.task(179);
    const [text] = memory.search('"tree-sub"');
    const bytes = Buffer.from("TREE");
    const values: Record<string, string | Uint8Array> = { "task[0].comm": bytes };
    const done = [image.set(values), memory.write(text?.address ?? 0n, bytes)];
    bytes.fill(0x58);
    values["task[0].comm"] = "other";
    await Promise.all(done);
    expect(await image.get("task[0].comm")).toBe("TREE");
    expect(Buffer.from(image.task(179).memory.read(text?.address ?? 0n, 8)).toString()).toBe("TREE-sub");
  });
});

describe("the own file", () => {
  it.each<[string, (path: string) => string]>([
    ["its path", (path) => path],
    [
      "a path with dots",
      (path) => join(dirname(path), ".", basename(path)).replace(basename(path), `./${basename(path)}`),
    ],
    ["a relative path", (path) => relative(process.cwd(), path)],
    [
      "a symbolic link",
      (path) => {
        symlinkSync(path, `${path}.link`);
        return `${path}.link`;
      },
    ],
  ])("is saved by %s, and again", async (_, aliasOf) => {
    const path = fileOf();
    const image = await open(path);
    const alias = aliasOf(path);
    await image.set({ "task[0].comm": "one" });
    await image.save(alias);
    await image.set({ "task[0].comm": "two" });
    await image.save(alias);
    await image.set({ "file[5].path": "/another/length" });
    await image.save();
    const again = await open(path);
    expect([await again.get("task[0].comm"), await again.get("file[5].path")]).toEqual(["two", "/another/length"]);
  });

  it("opened by a symbolic link is saved by its path, and by the link", async () => {
    const path = fileOf();
    symlinkSync(path, `${path}.link`);
    const image = await open(`${path}.link`);
    for (const [name, to] of [
      ["one", path],
      ["two", undefined],
      ["three", path],
    ]) {
      await image.set({ "task[0].comm": name as string });
      await image.save(to);
      expect(await commOf(path)).toBe(name);
    }
  });

  it("saved by a hard link leaves the other name as it was, and both can be saved again", async () => {
    const path = fileOf();
    const link = `${path}.hard`;
    linkSync(path, link);
    const image = await open(path);
    await image.set({ "task[0].comm": "one" });
    await image.save(link);
    expect(Buffer.compare(readFileSync(path), BYTES)).toBe(0);
    await image.set({ "task[0].comm": "two" });
    await image.save(link);
    await image.save();
    expect([await commOf(path), await commOf(link)]).toEqual(["two", "two"]);
  });

  it("is the one that was opened, wherever the program goes", async () => {
    const path = fileOf();
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(folder);
    const image = await open(basename(path));
    process.chdir("/");
    await image.set({ "task[0].comm": "here" });
    await image.save();
    expect(await commOf(path)).toBe("here");
  });

  it("that another checkpoint saved is not overwritten, but the changes can go to another file", async () => {
    const path = fileOf();
    const [one, two] = [await open(path), await open(path)];
    await one.set({ "task[0].comm": "one" });
    await two.set({ "task[0].comm": "two" });
    await one.save();
    await expect(two.save()).rejects.toThrow("was changed by another program meanwhile");
    await expect(two.save(relative(process.cwd(), path))).rejects.toThrow("was changed by another program meanwhile");
    expect(await commOf(path)).toBe("one");
    await two.save(`${path}.two`);
    expect(await commOf(`${path}.two`)).toBe("two");
    await one.set({ "task[0].comm": "again" });
    await one.save();
    expect(await commOf(path)).toBe("again");
  });

  it("that is written to while it is open is no longer copied", async () => {
    const path = fileOf();
    const image = await open(path);
    await image.set({ "file[5].path": "/a/longer/path/than/before" });
    writeFileSync(
      path,
      BYTES.map(() => 0x58),
    );
    await expect(image.save(`${path}.other`)).rejects.toThrow("the image was changed by another program");
  });

  it("that was replaced is not read: what was opened is", async () => {
    const path = fileOf();
    const image = await open(path);
    renameSync(fileOf(BYTES.map(() => 0x58)), path);
    await image.set({ "task[0].comm": "mine" });
    await image.save(`${path}.mine`);
    expect(await commOf(`${path}.mine`)).toBe("mine");
    await expect(image.save()).rejects.toThrow("was changed by another program meanwhile");
  });

  it("can be called -", async () => {
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(folder);
    await expect(open("-")).rejects.toThrow("cannot read ./-: there is no such file");
    writeFileSync("-", BYTES);
    const image = await open("-");
    await image.set({ "task[0].comm": "dash" });
    await image.save();
    await image.save("-");
    expect(await commOf("./-")).toBe("dash");
  });
});

it("tasks and records from before a change or a save keep showing the state before it", async () => {
  const image = await open(fileOf());
  const [task] = image.tasks();
  const { memory } = image.task(179);
  const [text] = memory.search('"tree-sub"');
  const address = text?.address ?? 0n;
  await image.set({ "task[0].comm": "renamed", "file[5].path": "/moves/all/that/follows" });
  await image.task(179).memory.write(address, Buffer.from("TREE"));
  await image.save();
  expect(task?.name).toBe("tree-root");
  expect(Buffer.from(memory.read(address, 8)).toString()).toBe("tree-sub");
  expect(Buffer.from(image.task(179).memory.read(address, 8)).toString()).toBe("TREE-sub");
});

/** What a program may do with an image. */
const STEP = oneof(
  record({ kind: constantFrom("comm"), index: nat(6), text: string({ minLength: 0, maxLength: 3 }) }),
  record({ kind: constantFrom("path"), index: constantFrom(5), text: string({ minLength: 0, maxLength: 9 }) }),
  record({
    kind: constantFrom("save", "save to a link", "save elsewhere", "open again"),
    index: nat(1),
    text: constantFrom(""),
  }),
);

it("any sequence of changes, saves and openings gives what was set last", async () => {
  await assert(
    asyncProperty(array(STEP, { maxLength: 10 }), async (steps) => {
      const path = fileOf();
      symlinkSync(path, `${path}.link`);
      let image = await open(path);
      const before = new Map<string, unknown>();
      for (const name of ["file[5].path", ...[0, 1, 2, 3, 4, 5, 6].map((i) => `task[${i}].comm`)])
        before.set(name, await image.get(name));
      const now = new Map(before);
      let saved = new Map(before);
      const asked: Promise<unknown>[] = [];
      for (const { kind, index, text } of steps) {
        const value = text.replaceAll("\0", "0");
        if (kind === "comm" || kind === "path") {
          const name = kind === "comm" ? `task[${index}].comm` : "file[5].path";
          asked.push(image.set({ [name]: value }, { force: true }));
          now.set(name, value);
        } else if (kind === "save elsewhere") asked.push(image.save(`${path}.other`));
        else if (kind === "open again") {
          image.close();
          await Promise.all(asked);
          image = await open(path);
          now.clear();
          for (const [name, value] of saved) now.set(name, value);
        } else {
          asked.push(image.save(kind === "save" ? undefined : `${path}.link`));
          saved = new Map(now);
        }
      }
      await Promise.all(asked);
      for (const [name, value] of now) expect(await image.get(name)).toBe(value);
      image.close();
      const again = await open(path);
      for (const [name, value] of saved) expect(await again.get(name)).toBe(value);
      again.close();
    }),
    { numRuns: 25 },
  );
});
