import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OutputError } from "../../tools/errors/output-error.js";
import { replaceFile } from "../../tools/files/replace.js";
import { MemorySource } from "../../tools/image/index.js";
import { copyInto } from "../../tools/write/copy-into.js";
import { available, permitted, failure as whyNot } from "../requirement.js";

let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-replace-"));
  file = join(folder, "app.img");
  writeFileSync(file, "old");
});

afterEach(() => rmSync(folder, { recursive: true }));

const text = (path = file) => readFileSync(path, "utf8");
const write = (path: string, contents: string) =>
  replaceFile(path, (to) => {
    to.write(Buffer.from(contents));
  });

/** Output of a command that must succeed. */
const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: "utf8" });

/** The message of a failure. */
async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error("it did not fail"),
    (reason: Error) => reason,
  );
  return `${error.name}: ${error.message}`;
}

/** A pid that no process has: above the highest that kernels assign. */
const NOBODY = 4_194_305;

describe("a file is replaced", () => {
  it("as a whole, with nothing left beside it", async () => {
    const { stats, ...replaced } = await write(file, "new");
    expect(stats).toMatchObject({ ino: statSync(file).ino, size: 3, mtimeMs: statSync(file).mtimeMs });
    expect(replaced).toEqual({ path: file, otherNames: 0, attributesMissing: undefined });
    expect(text()).toBe("new");
    expect(readdirSync(folder)).toEqual(["app.img"]);
  });

  it("by a patched copy", async () => {
    await replaceFile(file, (to) => to.patch(Buffer.from("L"), 1), { copyOf: file });
    expect(text()).toBe("oLd");
  });

  it("by a longer copy: what is written comes behind it", async () => {
    await replaceFile(file, (to) => to.write(Buffer.from("er")), { copyOf: file });
    expect(text()).toBe("older");
  });

  it("by one with holes", async () => {
    const hole = 2 ** 30;
    await replaceFile(file, (to) => {
      to.write(Buffer.from("front"));
      to.skip(hole);
    });
    const { size, blocks } = statSync(file);
    expect(size).toBe(hole + 5);
    expect(blocks * 512).toBeLessThan(hole);
  });

  it("by a long one, a piece at a time", async () => {
    const bytes = Buffer.alloc(3_000_001, "abc");
    await replaceFile(file, (to) => copyInto(to, new MemorySource(bytes)));
    expect(Buffer.compare(readFileSync(file), bytes)).toBe(0);
  });

  it.each([0o600, 0o640, 0o755, 0o444])("and keeps its mode: %o", async (mode) => {
    chmodSync(file, mode);
    await replaceFile(file, (to) => to.patch(Buffer.from("x"), 0), { copyOf: file });
    expect(statSync(file).mode & 0o7777).toBe(mode);
    expect(text()).toBe("xld");
  });

  it("while its old contents stay readable to whoever has it open", async () => {
    const { ino } = statSync(file);
    await write(file, "new");
    expect(statSync(file).ino).not.toBe(ino);
  });

  it("behind a symbolic link, which stays", async () => {
    const link = join(folder, "link");
    symlinkSync("app.img", link);
    expect((await write(link, "new")).path).toBe(file);
    expect(readlinkSync(link)).toBe("app.img");
    expect(text()).toBe("new");
  });

  it("behind links in a row, in another directory", async () => {
    mkdirSync(join(folder, "there"));
    symlinkSync("there/second", join(folder, "first"));
    symlinkSync("../app.img", join(folder, "there/second"));
    await write(join(folder, "first"), "new");
    expect(text()).toBe("new");
  });

  it("and the other names of the old one are told", async () => {
    linkSync(file, join(folder, "second"));
    linkSync(file, join(folder, "third"));
    expect((await write(file, "new")).otherNames).toBe(2);
    expect(text(join(folder, "second"))).toBe("old");
  });
});

describe("what else a file has stays", () => {
  const tools = available("setfattr") && available("setfacl") && available("cp");
  /** Whether the file system of these tests supports an attribute. */
  const kept = (what: string, ...set: string[]) =>
    tools &&
    permitted(`give files ${what}`, () => {
      const place = mkdtempSync(join(tmpdir(), "ckpt-replace-"));
      try {
        writeFileSync(join(place, "file"), "");
        return whyNot([...set, join(place, "file")]);
      } finally {
        rmSync(place, { recursive: true });
      }
    });

  it.skipIf(!kept("extended attributes", "setfattr", "-n", "user.origin", "-v", "kept"))(
    "extended attributes",
    async () => {
      run("setfattr", "-n", "user.origin", "-v", "host 7", file);
      run("setfattr", "-n", "user.empty", file);
      expect((await write(file, "new")).attributesMissing).toBeUndefined();
      expect(text()).toBe("new");
      expect(run("getfattr", "-d", file)).toContain('user.empty=""\nuser.origin="host 7"\n');
    },
  );

  it.skipIf(!kept("access control lists", "setfacl", "-m", "u:65534:r"))("its access control list", async () => {
    run("setfacl", "-m", "u:65534:r,g:65534:rw,m::r", file);
    const before = run("getfacl", "--numeric", file);
    expect((await write(file, "new")).attributesMissing).toBeUndefined();
    expect(run("getfacl", "--numeric", file)).toBe(before);
    expect(before).toContain("user:65534:r--");
  });

  it("or it is told that it may be missing", async () => {
    const { PATH } = process.env;
    process.env.PATH = folder;
    try {
      expect((await write(file, "new")).attributesMissing).toMatch(/^cp cannot be run \(.*ENOENT/);
    } finally {
      process.env.PATH = PATH;
    }
    expect(text()).toBe("new");
  });
});

describe("a name that Linux has for an open file", () => {
  it("is that file", async () => {
    const descriptor = openSync(file, "r");
    expect((await write(`/proc/self/fd/${descriptor}`, "new")).path).toBe(file);
    closeSync(descriptor);
    expect(text()).toBe("new");
  });

  it("is refused when the file has no name any more", async () => {
    const descriptor = openSync(file, "r+");
    rmSync(file);
    const path = `/proc/self/fd/${descriptor}`;
    expect(await failure(write(path, "new"))).toBe(
      `OutputError: cannot write ${path}: it is an open file without a name, which cannot be replaced`,
    );
    expect(readFileSync(descriptor, "utf8")).toBe("old");
    closeSync(descriptor);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a new file", () => {
  it("is made", async () => {
    const path = join(folder, "new.img");
    await write(path, "new");
    expect(text(path)).toBe("new");
    expect(statSync(path).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it("is made where a symbolic link leads that led nowhere", async () => {
    symlinkSync("later.img", join(folder, "link"));
    await write(join(folder, "link"), "new");
    expect(text(join(folder, "later.img"))).toBe("new");
  });

  it("may have the longest name that there is", async () => {
    const path = join(folder, `${"n".repeat(251)}.img`);
    await write(path, "new");
    expect(text(path)).toBe("new");
  });
});

describe("a failure leaves the old file and nothing beside it", () => {
  const unchanged = () => {
    expect(text()).toBe("old");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  };

  it("when what fills it gives up", async () => {
    const work = replaceFile(file, (to) => {
      to.write(Buffer.from("half"));
      throw new RangeError("enough");
    });
    expect(await failure(work)).toBe("RangeError: enough");
    unchanged();
  });

  it("when the disk is full", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      syscall: "write",
    });
    const work = replaceFile(file, () => Promise.reject(full));
    expect(await failure(work)).toBe("Error: ENOSPC: no space left on device, write");
    unchanged();
  });

  it("when the copy cannot be made", async () => {
    const work = replaceFile(file, () => {}, { copyOf: join(folder, "nothing") });
    expect(await failure(work)).toBe(`OutputError: cannot write ${file}: there is no such file`);
    unchanged();
  });

  it("when somebody else has changed it meanwhile", async () => {
    const stats = statSync(file);
    utimesSync(file, 1, 1);
    const work = replaceFile(file, (to) => to.write(Buffer.from("new")), { state: { path: file, stats } });
    expect(await failure(work)).toBe(
      `OutputError: cannot write ${file}: ${file} was changed by another program meanwhile`,
    );
    unchanged();
  });

  it("when the target is no file", async () => {
    expect(await failure(write(folder, "x"))).toBe(`OutputError: cannot write ${folder}: it is a directory`);
    expect(await failure(write("/dev/null", "x"))).toBe(
      "OutputError: cannot write /dev/null: it is a device or a pipe, not a file",
    );
    expect(existsSync("/dev/null") && statSync("/dev/null").isFile()).toBe(false);
  });

  it("when there is no such directory", async () => {
    const path = join(folder, "no/app.img");
    expect(await failure(write(path, "x"))).toBe(`OutputError: cannot write ${path}: there is no such directory`);
  });

  it("when links lead in a circle", async () => {
    symlinkSync("b", join(folder, "a"));
    symlinkSync("a", join(folder, "b"));
    await expect(write(join(folder, "a"), "x")).rejects.toThrow(OutputError);
  });
});

describe("what a killed program left behind", () => {
  it("is removed, but not what one that still runs is writing", async () => {
    const dead = `.app.img.${NOBODY}-0123abcd.tmp`;
    const alive = `.app.img.${process.pid}-0123abcd.tmp`;
    const others = [".app.img.backup", ".other.img.1-0123abcd.tmp", `.app.img.${NOBODY}-0123abcd`, "app.img.tmp"];
    for (const name of [dead, alive, ...others]) writeFileSync(join(folder, name), "");
    await write(file, "new");
    expect(readdirSync(folder).sort()).toEqual(["app.img", alive, ...others].sort());
  });
});
