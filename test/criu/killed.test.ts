/** A directory of files appears as a whole or not at all, whenever the program that makes it is killed. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { makeDirectory, type NewDirectory } from "../../tools/files/new-directory.js";
import { dies } from "../mortal.js";

vi.mock("node:fs", async (original) => {
  const { mortal } = await import("../mortal.js");
  return mortal(await original());
});

const base = mkdtempSync(join(tmpdir(), "ckpt-directory-"));
afterAll(() => rmSync(base, { recursive: true }));

let folder: string;
let count = 0;
beforeEach(() => {
  folder = join(base, String(count++));
  mkdirSync(folder);
});

const FILES = { "inventory.img": "first", "pages-1.img": "second" };

async function fill(directory: NewDirectory): Promise<void> {
  for (const [name, text] of Object.entries(FILES)) directory.file(name).write(Buffer.from(text));
}

function contents(place: string): Record<string, string> {
  return Object.fromEntries(readdirSync(place).map((name) => [name, readFileSync(join(place, name), "utf8")]));
}

it("is there with all files, and nothing beside it", async () => {
  await makeDirectory(join(folder, "dump"), fill);
  expect(readdirSync(folder)).toEqual(["dump"]);
  expect(contents(join(folder, "dump"))).toEqual(FILES);
});

it("is not there if a file cannot be made", async () => {
  const failing = async (directory: NewDirectory) => {
    await fill(directory);
    throw new Error("no more");
  };
  await expect(makeDirectory(join(folder, "dump"), failing)).rejects.toThrow("no more");
  expect(readdirSync(folder)).toEqual([]);
});

it("is whole or absent when the program is killed at any call", async () => {
  const place = join(folder, "dump");
  let deaths = 0;
  for (let at = 1; await dies(at, () => makeDirectory(place, fill)); at++) {
    deaths++;
    const there = readdirSync(folder).includes("dump");
    if (there) expect(contents(place)).toEqual(FILES);
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
  expect(deaths).toBeGreaterThan(5);
  expect(contents(place)).toEqual(FILES);
});

it("removes what a killed program left", async () => {
  // No program has the largest number.
  mkdirSync(join(folder, ".dump.4194304-0123abcd.tmp"));
  mkdirSync(join(folder, `.dump.${process.pid}-0123abcd.tmp`));
  await makeDirectory(join(folder, "dump"), fill);
  expect(readdirSync(folder).sort()).toEqual([`.dump.${process.pid}-0123abcd.tmp`, "dump"]);
});
