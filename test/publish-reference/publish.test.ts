/** The reference goes where it is asked to, whole and the same each time, and nothing else is touched. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publishToArchive } from "../../scripts/publish-reference/archive.js";
import { publishToBranch } from "../../scripts/publish-reference/branch.js";
import { publishToDirectory } from "../../scripts/publish-reference/directory.js";
import { listFiles, readTree } from "../../scripts/publish-reference/tree.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

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
afterEach(() => rmSync(place, { recursive: true }));

const files = () => readTree(site);

describe("a directory", () => {
  it("gets every file, and nothing twice", () => {
    expect(publishToDirectory(files(), at("out"))).toBe(`${at("out")}: 3 files, 0.0 MB`);
    expect(listFiles(at("out")).filter((path) => !path.startsWith("."))).toEqual(listFiles(site));
    expect(readFileSync(at("out", "structs", "größe.html"), "utf8")).toBe("with an umlaut\r\n");
    expect(publishToDirectory(files(), at("out"))).toMatch(/, unchanged$/);
  });

  it("loses what is gone", () => {
    publishToDirectory(files(), at("out"));
    rmSync(join(site, "style.css"));
    publishToDirectory(files(), at("out"));
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
    spawnSync("mv", [at("out"), at("out.old")]);
    expect(publishToDirectory(files(), at("out"))).toMatch(/, unchanged$/);
    expect(readdirSync(place).sort()).toEqual(["out", "site"]);
  });
});

describe("an archive", () => {
  it("has the same bytes each time, whatever its name", async () => {
    await publishToArchive(files(), at("one.tar.gz"));
    await publishToArchive(files(), at("two.tar.gz"));
    expect(readFileSync(at("one.tar.gz")).equals(readFileSync(at("two.tar.gz")))).toBe(true);
    const { stdout } = spawnSync("tar", ["tzf", at("one.tar.gz")], { encoding: "utf8" });
    expect(stdout).toContain("ckpt-abi-reference/index.html\n");
    expect(stdout.trim().split("\n")).toHaveLength(3);
    expect(readdirSync(place).sort()).toEqual(["one.tar.gz", "site", "two.tar.gz"]);
  });

  it("has a name that says what it is", async () => {
    await expect(publishToArchive(files(), at("site.zip"))).rejects.toThrow(
      /--archive takes the name of a \.tar\.gz file/,
    );
  });
});

describe("a branch", () => {
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
    expect(publish()).toMatch(/^gh-pages: 3 files, 0\.0 MB, commit [0-9a-f]{12}$/);
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
    publish();
    expect(git("rev-list", "--count", "gh-pages")).toBe("2");
    expect(git("show", "gh-pages:index.html")).toBe("new");
  });

  it("that is checked out is refused", () => {
    expect(() => publishToBranch(files(), "main", at("repository"))).toThrow(
      /^main is checked out in .*repository, whose files would no longer match it; name another branch$/,
    );
    expect(() => publishToBranch(files(), "a..b", at("repository"))).toThrow("a..b is no name of a branch");
  });

  it("of no repository is refused", () => {
    expect(() => publishToBranch(files(), "gh-pages", site)).toThrow(/^git refuses: fatal: not a git repository/);
  });
});

describe("the command", () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "scripts/publish-reference/index.ts", "--from", site, ...args],
      { cwd: ROOT, encoding: "utf8" },
    );
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
    rmSync(join(site, "index.html"));
    expect(run("--no-check", "--to", at("out"))).toMatchObject({
      status: 1,
      stderr: `publish-reference: ${site} holds no reference; run: npm run gen\n`,
    });
  });
});
