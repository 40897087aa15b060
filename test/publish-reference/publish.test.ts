/** The reference is published to the given place, complete and reproducible, and nothing else is changed. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { publishToArchive } from "../../scripts/publish-reference/archive.js";
import { publishToBranch } from "../../scripts/publish-reference/branch.js";
import { publishToDirectory } from "../../scripts/publish-reference/directory.js";
import { listFiles, readTree } from "../../scripts/publish-reference/tree.js";
import { bundled } from "../bundled.js";
import { available } from "../requirement.js";

const PROGRAM = await bundled("scripts/publish-reference/index.ts");

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const hasGit = available("git");
const hasTar = available("tar");

let place: string;
let site: string;
const at = (...path: string[]) => join(place, ...path);
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "ckpt-abi-publish-"));
  site = at("site");
  mkdirSync(join(site, "structs"), { recursive: true });
  writeFileSync(join(site, "index.html"), "<!doctype html>\n");
  writeFileSync(join(site, "structs", "größe.html"), "with an umlaut\r\n");
  writeFileSync(join(site, "style.css"), "p { color: red }\n");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true });
});

const files = () => readTree(site);

describe("a directory", () => {
  it("gets every file, and nothing twice", () => {
    expect(publishToDirectory(files(), at("out"))).toBe(`${at("out")}: 3 files, 0.0 MB (3 changed)`);
    expect(listFiles(at("out")).filter((path) => !path.startsWith("."))).toEqual(listFiles(site));
    expect(readFileSync(at("out", "structs", "größe.html"), "utf8")).toBe("with an umlaut\r\n");
    expect(publishToDirectory(files(), at("out"))).toMatch(/, unchanged$/);
  });

  it("loses what is gone", () => {
    publishToDirectory(files(), at("out"));
    rmSync(join(site, "style.css"));
    expect(publishToDirectory(files(), at("out"))).toMatch(/ \(1 changed\)$/);
    expect(existsSync(at("out", "style.css"))).toBe(false);
    expect(readdirSync(place).sort()).toEqual(["out", "site"]);
  });

  it("that holds anything else is refused and stays", () => {
    mkdirSync(at("home"));
    writeFileSync(at("home", "letter"), "precious");
    expect(() => publishToDirectory(files(), at("home"))).toThrow(
      `${at("home")} holds letter, which no publication put there; name a directory that is empty or does not exist`,
    );
    publishToDirectory(files(), at("out"));
    writeFileSync(at("out", "letter"), "precious");
    writeFileSync(join(site, "index.html"), "new");
    expect(() => publishToDirectory(files(), at("out"))).toThrow(/holds letter/);
    expect(readFileSync(at("out", "letter"), "utf8")).toBe("precious");
  });

  it("is whole again after a run that was killed between the two renames", () => {
    publishToDirectory(files(), at("out"));
    renameSync(at("out"), at(".out.ckpt-abi-old"));
    expect(publishToDirectory(files(), at("out"))).toMatch(/, unchanged$/);
    expect(readdirSync(place).sort()).toEqual(["out", "site"]);
  });

  it("is rid of what a run that was killed while it built left beside it", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    mkdirSync(at(`.out.ckpt-abi-next-${pid}`));
    publishToDirectory(files(), at("out"));
    expect(readdirSync(place).sort()).toEqual(["out", "site"]);
  });

  it("leaves what has a similar name alone", () => {
    mkdirSync(at("out.old"));
    writeFileSync(at("out.old", "letter"), "precious");
    publishToDirectory(files(), at("out"));
    writeFileSync(join(site, "index.html"), "new");
    publishToDirectory(files(), at("out"));
    expect(readFileSync(at("out.old", "letter"), "utf8")).toBe("precious");
    mkdirSync(at(".out.ckpt-abi-old"));
    writeFileSync(at(".out.ckpt-abi-old", "letter"), "precious");
    expect(() => publishToDirectory(files(), at("out"))).toThrow(/\.out\.ckpt-abi-old holds letter/);
  });

  it("is not a file", () => {
    writeFileSync(at("letter"), "precious");
    expect(() => publishToDirectory(files(), at("letter"))).toThrow(`${at("letter")} is not a directory; name a`);
    expect(readFileSync(at("letter"), "utf8")).toBe("precious");
  });

  it("is found through a link, which stays", () => {
    mkdirSync(at("out"));
    symlinkSync("out", at("link"));
    publishToDirectory(files(), at("link"));
    expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
    expect(listFiles(at("out"))).toEqual([".ckpt-abi-reference", ...listFiles(site)]);
  });

  it("that holds a link to somewhere else is refused", () => {
    publishToDirectory(files(), at("out"));
    symlinkSync("/", at("out", "elsewhere"));
    expect(() => publishToDirectory(files(), at("out"))).toThrow(/out holds elsewhere, which no publication put there/);
  });

  // A limit on the size of a file simulates a full disk.
  it.skipIf(process.platform === "win32")("keeps the old tree when a file cannot be written to its end", () => {
    publishToDirectory(files(), at("out"));
    writeFileSync(join(site, "index.html"), "x".repeat(1 << 20));
    const script = `
      import { publishToDirectory } from "./scripts/publish-reference/directory.ts";
      import { readTree } from "./scripts/publish-reference/tree.ts";
      try {
        publishToDirectory(readTree(process.argv[1]), process.argv[2]);
      } catch (error) {
        process.stdout.write(error.code);
      }`;
    const node = [process.execPath, "--import", "tsx", "--input-type=module", "--eval", script, site, at("out")];
    const shell = `trap '' XFSZ; ulimit -f 64; exec "$0" "$@"`;
    const { stdout, stderr } = spawnSync("sh", ["-c", shell, ...node], { cwd: ROOT, encoding: "utf8" });
    expect(stdout + stderr).toBe("EFBIG");
    expect(readFileSync(at("out", "index.html"), "utf8")).toBe("<!doctype html>\n");
    expect(readdirSync(place).sort()).toEqual(["out", "site"]);
  });
});

describe("an archive", () => {
  it.skipIf(!hasTar)("has the same bytes each time, whatever its name", async () => {
    await publishToArchive(files(), at("one.tar.gz"));
    await publishToArchive(files(), at("two.tar.gz"));
    expect(readFileSync(at("one.tar.gz")).equals(readFileSync(at("two.tar.gz")))).toBe(true);
    const { stdout } = spawnSync("tar", ["tzf", at("one.tar.gz")], { encoding: "utf8" });
    expect(stdout).toContain("ckpt-abi-reference/index.html\n");
    expect(stdout.trim().split("\n")).toHaveLength(3);
    expect(readdirSync(place).sort()).toEqual(["one.tar.gz", "site", "two.tar.gz"]);
    expect(await publishToArchive(files(), at("one.tar.gz"))).toMatch(/, unchanged$/);
  });

  it.skipIf(!hasTar)("says nothing of when, by whom and with which rights it was made", async () => {
    await publishToArchive(files(), at("one.tar.gz"));
    chmodSync(join(site, "index.html"), 0o600);
    const umask = process.umask(0o077);
    try {
      await publishToArchive(files(), at("deep", "two.tar.gz"));
    } finally {
      process.umask(umask);
    }
    const bytes = readFileSync(at("one.tar.gz"));
    expect(readFileSync(at("deep", "two.tar.gz")).equals(bytes)).toBe(true);
    // Time and system in the header of gzip (RFC 1952): none, unknown.
    expect([bytes.readUInt32LE(4), bytes.readUInt8(9)]).toEqual([0, 255]);
    const unpacked = spawnSync("tar", ["xzf", at("one.tar.gz"), "-C", at("deep")]);
    expect(unpacked.status).toBe(0);
    const packed = readTree(at("deep", "ckpt-abi-reference"));
    expect(packed.map(({ path, bytes }) => [path, bytes])).toEqual(files().map(({ path, bytes }) => [path, bytes]));
  });
});

describe.skipIf(!hasGit)("a branch", () => {
  const git = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync("git", ["-C", at("repository"), ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  };
  beforeEach(() => {
    mkdirSync(at("repository"));
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.name", "Somebody");
    git("config", "user.email", "somebody@example.org");
    writeFileSync(at("repository", "code"), "old");
    git("add", "code");
    git("commit", "--quiet", "--message=code");
  });
  const publish = () => publishToBranch(files(), "gh-pages", at("repository"));

  it("gets a commit, and work tree, index and HEAD stay as they are", () => {
    writeFileSync(at("repository", "code"), "changed");
    writeFileSync(at("repository", "staged"), "staged");
    git("add", "staged");
    const before = [git("status", "--porcelain"), git("rev-parse", "HEAD"), git("symbolic-ref", "HEAD")];
    const index = readFileSync(at("repository", ".git", "index"));
    expect(publish()).toMatch(/^gh-pages: 3 files, 0\.0 MB, commit [0-9a-f]{12} \(new branch\)$/);
    expect([git("status", "--porcelain"), git("rev-parse", "HEAD"), git("symbolic-ref", "HEAD")]).toEqual(before);
    expect(readFileSync(at("repository", ".git", "index")).equals(index)).toBe(true);
    expect(git("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "gh-pages").split("\n")).toEqual([
      ".nojekyll",
      "index.html",
      "structs/größe.html",
      "style.css",
    ]);
    expect(git("show", "gh-pages:structs/größe.html")).toBe("with an umlaut");
    expect(git("log", "--format=%cI", "gh-pages")).toBe(git("log", "--format=%cI", "main"));
  });

  it("gets none when nothing changed, and one on top when something did", () => {
    publish();
    expect(publish()).toMatch(/, unchanged$/);
    writeFileSync(join(site, "index.html"), "new");
    rmSync(join(site, "style.css"));
    expect(publish()).toMatch(/ \(2 changed\)$/);
    expect(git("rev-list", "--count", "gh-pages")).toBe("2");
    expect(git("show", "gh-pages:index.html")).toBe("new");
  });

  it("that is checked out is refused", () => {
    expect(() => publishToBranch(files(), "main", at("repository"))).toThrow(
      /^main is checked out in .*repository, whose files would no longer match it; name another branch$/,
    );
    expect(() => publishToBranch(files(), "a..b", at("repository"))).toThrow("a..b is not the name of a branch");
  });

  it("that is checked out elsewhere, or is another name of one that is, is refused", () => {
    git("worktree", "add", "--quiet", "-b", "gh-pages", at("elsewhere"));
    expect(publish).toThrow(/^gh-pages is checked out in .*elsewhere, whose files/);
    git("symbolic-ref", "refs/heads/alias", "refs/heads/main");
    expect(() => publishToBranch(files(), "alias", at("repository"))).toThrow(
      "alias is another name of refs/heads/main; name a branch of its own",
    );
    expect(git("log", "--format=%s", "--all")).toBe("code");
  });

  it("gets the same commit each time it is made anew", () => {
    publish();
    const commit = git("rev-parse", "gh-pages");
    git("branch", "--quiet", "-D", "gh-pages");
    git("config", "core.abbrev", "20");
    publish();
    expect(git("rev-parse", "gh-pages")).toBe(commit);
  });

  it("gets nothing when nobody is its author", () => {
    git("config", "--unset", "user.name");
    git("config", "--unset", "user.email");
    git("config", "user.useConfigOnly", "true");
    for (const name of ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"])
      vi.stubEnv(name, undefined);
    vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
    vi.stubEnv("GIT_CONFIG_NOSYSTEM", "1");
    expect(publish).toThrow(
      /^a commit needs an author, and git has no name and address for one \(.*\); run: git config user\.name NAME && /,
    );
    expect(git("for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
  });

  it("is in the repository that was named, also within a hook of another", () => {
    vi.stubEnv("GIT_DIR", at("other.git"));
    vi.stubEnv("GIT_INDEX_FILE", at("other.git", "index"));
    vi.stubEnv("GIT_WORK_TREE", site);
    publish();
    vi.unstubAllEnvs();
    expect(existsSync(at("other.git"))).toBe(false);
    expect(git("show", "gh-pages:index.html")).toBe("<!doctype html>");
  });

  // A git that moves the branch just before the last step.
  it.skipIf(process.platform === "win32")("keeps a commit that somebody makes at the same time", () => {
    const { stdout } = spawnSync("sh", ["-c", "command -v git"], { encoding: "utf8" });
    const real = stdout.trim();
    mkdirSync(at("bin"));
    const script = `#!/bin/sh
case "$*" in *update-ref*) ${real} -C "${at("repository")}" update-ref refs/heads/gh-pages main;; esac
exec ${real} "$@"
`;
    writeFileSync(at("bin", "git"), script, { mode: 0o755 });
    vi.stubEnv("PATH", `${at("bin")}:${process.env.PATH}`);
    expect(publish).toThrow(/^git refuses: .*gh-pages/);
    vi.unstubAllEnvs();
    expect(git("rev-parse", "gh-pages")).toBe(git("rev-parse", "main"));
  });

  it("of no repository is refused", () => {
    expect(() => publishToBranch(files(), "gh-pages", site)).toThrow(/^git refuses: fatal: not a git repository/);
  });
});

describe("the command", () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, "--from", site, ...args], {
      cwd: ROOT,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };

  it("publishes to several places at once", () => {
    const { status, stdout } = run("--no-check", "--to", at("out"), "--archive", at("out.tar.gz"));
    expect(status).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(2);
    expect(statSync(at("out.tar.gz")).size).toBeGreaterThan(100);
  });

  it("says what is missing", () => {
    expect(run("--no-check")).toMatchObject({ status: 2, stderr: expect.stringContaining("where to? name --to DIR") });
  });

  it("refuses wrong usage before anything is written", () => {
    expect(run("--no-check", "--to", "")).toMatchObject({ status: 2, stderr: expect.stringContaining("an empty one") });
    expect(run("--no-check", "--to", at("out"), "--archive", at("site.zip"))).toMatchObject({
      status: 2,
      stderr: `publish-reference: --archive takes the name of a .tar.gz file, not ${at("site.zip")}\n`,
    });
    expect(run("--no-check", "--to", join(site, "sub"))).toMatchObject({
      status: 2,
      stderr: `publish-reference: ${join(site, "sub")} is inside ${site}, which is what is published; name a place outside\n`,
    });
    expect(existsSync(at("out"))).toBe(false);
  });

  it("says when there is nothing to publish", () => {
    rmSync(join(site, "index.html"));
    expect(run("--no-check", "--to", at("out"))).toMatchObject({
      status: 3,
      stderr: `publish-reference: ${site} holds no reference; run: npm run gen\n`,
    });
  });
});
