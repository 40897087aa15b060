/** Writing texts to disk: all or none, and nothing if nothing differs. */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compare, write } from "../../generator/write/index.js";
import { failure, permitted } from "../requirement.js";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ckpt-write-"));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const A = new Map([
  ["generated/codecs/a.ts", "first\n"],
  ["generated/codecs/deep/er/b.ts", "second\n"],
  ["generated/c/c.h", "third\n"],
]);

/** Texts by path below a directory of the root. */
function tree(directory = "generated"): Record<string, string> {
  const base = join(root, directory);
  if (!existsSync(base)) return {};
  return Object.fromEntries(
    readdirSync(base, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [`generated${path.slice(base.length)}`, readFileSync(path, "utf8")]),
  );
}

/** Inode and times of each file, which any write changes. */
function stamps(): Record<string, string> {
  return Object.fromEntries(
    Object.keys(tree()).map((path) => {
      const { ino, mtimeNs } = statSync(join(root, path), { bigint: true });
      return [path, `${ino} ${mtimeNs}`];
    }),
  );
}

function sorted(files: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("write", () => {
  it("creates the tree", () => {
    expect(write(root, A)).toEqual({ changed: [...A.keys()].sort(), superfluous: [] });
    expect(tree()).toEqual(sorted(A));
    expect(readdirSync(root)).toEqual(["generated"]);
  });

  it("touches nothing when nothing differs", () => {
    write(root, A);
    const before = { stamps: stamps(), directory: statSync(join(root, "generated"), { bigint: true }).mtimeNs };
    expect(write(root, A)).toEqual({ changed: [], superfluous: [] });
    expect({ stamps: stamps(), directory: statSync(join(root, "generated"), { bigint: true }).mtimeNs }).toEqual(
      before,
    );
  });

  it("touches only what differs", () => {
    write(root, A);
    const before = stamps();
    const next = new Map([...A, ["generated/codecs/a.ts", "changed\n"], ["generated/new.ts", "new\n"]]);
    next.delete("generated/c/c.h");
    expect(write(root, next)).toEqual({
      changed: ["generated/codecs/a.ts", "generated/new.ts"],
      superfluous: ["generated/c/c.h"],
    });
    expect(tree()).toEqual(sorted(next));
    expect(stamps()["generated/codecs/deep/er/b.ts"]).toBe(before["generated/codecs/deep/er/b.ts"]);
    expect(readdirSync(root)).toEqual(["generated"]);
  });

  it("replaces a directory that stands where a file belongs", () => {
    mkdirSync(join(root, "generated/codecs/a.ts"), { recursive: true });
    write(root, A);
    expect(tree()).toEqual(sorted(A));
  });

  it("leaves the old tree as it was when a file cannot be written", () => {
    write(root, A);
    const before = stamps();
    const impossible = new Map([
      ...A,
      ["generated/codecs/a.ts", "changed\n"],
      ["generated/codecs/a.ts/b.ts", "under a file\n"],
    ]);
    expect(() => write(root, impossible)).toThrow(/ENOTDIR|EEXIST/);
    expect(() => write(root, new Map([...A, [`generated/${"x".repeat(300)}.ts`, ""]]))).toThrow(/ENAMETOOLONG/);
    expect(stamps()).toEqual(before);
    expect(tree()).toEqual(sorted(A));
    expect(readdirSync(root)).toEqual(["generated"]);
  });

  it("fails where there is no such root", () => {
    expect(() => write(join(root, "missing"), A)).toThrow(/ENOENT/);
  });

  it("finishes what a crash between the two renames left", () => {
    write(root, A);
    const before = stamps();
    renameSync(join(root, "generated"), join(root, ".generated-old"));
    mkdirSync(join(root, ".generated-next-abc"));
    writeFileSync(join(root, ".generated-next-abc/half.ts"), "half");
    expect(write(root, A)).toEqual({ changed: [], superfluous: [] });
    expect(stamps()).toEqual(before);
    expect(readdirSync(root)).toEqual(["generated"]);
  });

  it("clears away what a crash after the renames left", () => {
    write(root, A);
    mkdirSync(join(root, ".generated-old"));
    writeFileSync(join(root, ".generated-old/old.ts"), "old");
    write(root, A);
    expect(tree()).toEqual(sorted(A));
    expect(readdirSync(root)).toEqual(["generated"]);
  });
});

describe("compare", () => {
  it("tells what differs and writes nothing, not even after a crash", () => {
    write(root, A);
    writeFileSync(join(root, "generated/codecs/a.ts"), "edited by hand\n");
    writeFileSync(join(root, "generated/extra.ts"), "extra\n");
    rmSync(join(root, "generated/c/c.h"));
    const before = stamps();
    expect(compare(root, A)).toEqual({
      changed: ["generated/c/c.h", "generated/codecs/a.ts"],
      superfluous: ["generated/extra.ts"],
    });
    expect(stamps()).toEqual(before);

    renameSync(join(root, "generated"), join(root, ".generated-old"));
    expect(compare(root, A)).toEqual({ changed: [...A.keys()].sort(), superfluous: [] });
    expect(readdirSync(root)).toEqual([".generated-old"]);
  });
});

describe("a run that ends in the middle", () => {
  const MODULE = fileURLToPath(new URL("../../generator/write/index.ts", import.meta.url));
  /** A tree of 300 files that all differ. */
  const many = (text: string) =>
    new Map(
      Array.from({ length: 300 }, (_, index) => [
        `generated/${index % 7}/${index}.ts`,
        `${text} ${index}\n`.repeat(50),
      ]),
    );
  const MANY = `const many = ${many.toString()};`;
  const node = ["--import", "tsx", "--input-type=module", "-e"];

  it("leaves one tree whole, whenever it is killed", async () => {
    write(root, many("old"));
    const script = `
      import { write } from ${JSON.stringify(MODULE)};
      ${MANY}
      for (let round = 0; ; round++) {
        write(${JSON.stringify(root)}, many("round " + round % 2));
        if (round === 0) console.log("ready");
      }`;
    for (const delay of [3, 20, 55]) {
      const child = spawn(process.execPath, [...node, script], { stdio: ["ignore", "pipe", "inherit"] });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, delay));
      const exited = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
      child.kill("SIGKILL");
      expect(await exited).toBe("SIGKILL");

      const left = tree(existsSync(join(root, "generated")) ? "generated" : ".generated-old");
      const texts = [many("old"), many("round 0"), many("round 1")].map(sorted);
      expect(texts).toContainEqual(left);
      write(root, many("old"));
      expect(tree()).toEqual(sorted(many("old")));
      expect(readdirSync(root)).toEqual(["generated"]);
    }
  });

  /** Runs one write in another process; returns the code of its error. */
  function writeElsewhere(target: string, shell: string): string {
    const script = `
      import { write } from ${JSON.stringify(MODULE)};
      try {
        write(${JSON.stringify(target)}, new Map([["generated/a.ts", "new\\n"], ["generated/b.ts", "x".repeat(1 << 20)]]));
      } catch (error) {
        process.stdout.write(error.code);
      }`;
    const { stdout, stderr } = spawnSync("sh", ["-c", `${shell} exec "$0" "$@"`, process.execPath, ...node, script], {
      encoding: "utf8",
    });
    return stdout + stderr;
  }

  // A limit on the size of a file simulates a full disk.
  it.skipIf(process.platform === "win32")("leaves the old tree whole when a file cannot be written to its end", () => {
    write(root, A);
    const before = stamps();
    expect(writeElsewhere(root, "trap '' XFSZ; ulimit -f 64;")).toBe("EFBIG");
    expect(stamps()).toEqual(before);
    expect(readdirSync(root)).toEqual(["generated"]);
  });

  /** Mounts a file system of a few pages and unmounts it again; returns the reason when it cannot. */
  function mounted(use?: (directory: string) => void): string | undefined {
    const directory = mkdtempSync(join(tmpdir(), "ckpt-full-"));
    const why = failure(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", directory]);
    try {
      if (why === undefined) use?.(directory);
    } finally {
      if (why === undefined) spawnSync("umount", [directory]);
      rmSync(directory, { recursive: true, force: true });
    }
    return why;
  }

  // Tested with the limit above on all machines.
  it.skipIf(!permitted("mount a file system", mounted))("leaves the old tree whole when the disk is full", () => {
    expect.assertions(3);
    mounted((small) => {
      write(small, A);
      expect(writeElsewhere(small, "")).toBe("ENOSPC");
      expect(readdirSync(small)).toEqual(["generated"]);
      expect(compare(small, A)).toEqual({ changed: [], superfluous: [] });
    });
  });
});
