/** When publishing is killed at any call of the file system, the published reference is the old or the new one, and the next run publishes it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { publishToArchive } from "../../scripts/publish-reference/archive.js";
import { publishToDirectory } from "../../scripts/publish-reference/directory.js";
import { listFiles, type TreeFile } from "../../scripts/publish-reference/tree.js";
import { dies } from "../mortal.js";

vi.mock("node:fs", async (original) => (await import("../mortal.js")).mortal(await original()));

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "ckpt-publish-killed-"));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

function files(text: string): TreeFile[] {
  return ["index.html", "deep/page.html", `only-${text}.html`].map((path) => ({
    path,
    source: join(place, "source", path),
    bytes: Buffer.from(`${text} ${path}`),
  }));
}

function published(directory: string): Record<string, string> {
  const paths = listFiles(directory).filter((path) => path !== ".ckpt-abi-reference");
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(directory, path), "utf8")]));
}

function expected(text: string): Record<string, string> {
  return Object.fromEntries(files(text).map(({ path, bytes }) => [path, bytes.toString()]));
}

test("a directory", async () => {
  const out = join(place, "out");
  let moments = 0;
  for (let at = 1; ; at++) {
    publishToDirectory(files("old"), out);
    if (!(await dies(at, () => publishToDirectory(files("new"), out)))) break;
    moments++;
    // Between two renames the old tree is next to its place, where the next run finds it.
    const left = published(existsSync(out) ? out : join(place, ".out.ckpt-abi-old"));
    expect([expected("old"), expected("new")], `moment ${at}`).toContainEqual(
      Object.fromEntries(Object.entries(left).sort()),
    );
    publishToDirectory(files("new"), out);
    expect(published(out), `moment ${at}`).toEqual(expected("new"));
    expect(readdirSync(place), `moment ${at}`).toEqual(["out"]);
  }
  expect(moments).toBeGreaterThan(15);
});

test("an archive", async () => {
  const archive = join(place, "out.tar.gz");
  await publishToArchive(files("new"), archive);
  const fresh = readFileSync(archive);
  await publishToArchive(files("old"), archive);
  const old = readFileSync(archive);
  expect(old).not.toEqual(fresh);
  let moments = 0;
  for (let at = 1; ; at++) {
    await publishToArchive(files("old"), archive);
    if (!(await dies(at, () => publishToArchive(files("new"), archive)))) break;
    moments++;
    expect([old, fresh], `moment ${at}`).toContainEqual(readFileSync(archive));
    await publishToArchive(files("new"), archive);
    expect(readFileSync(archive), `moment ${at}`).toEqual(fresh);
    expect(readdirSync(place), `moment ${at}`).toEqual(["out.tar.gz"]);
  }
  expect(moments).toBeGreaterThan(5);
});
