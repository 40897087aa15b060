/** When a program that replaces an image is killed at any time, the image is the complete old or new one. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAssignment } from "../../tools/edit/path.js";
import { editImage } from "../../tools/edit/set.js";
import { saveEdited } from "../../tools/files/save-edited.js";
import { openImage } from "../../tools/image/image.js";
import { MemorySource } from "../../tools/image/index.js";
import { verify } from "../../tools/verify/index.js";
import { bytesOf, openedMade } from "../opened.js";
import { set } from "./images.js";

const ABI = "v21/x86_64";
const KILLS = 13;

const root = mkdtempSync(join(tmpdir(), "ckpt-kill-"));
const program = join(root, "editing-loop.mjs");
/** File that a killed program leaves next to `app.img`. */
const LEFTOVER = /^\.app\.img\.\d+-[0-9a-f]{8}\.tmp$/;

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL("editing-loop.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: program,
    logLevel: "error",
  });
});

afterAll(() => rmSync(root, { recursive: true }));

/** A path for an image in a new folder. */
function place(name: string): { folder: string; file: string } {
  const folder = join(root, name);
  mkdirSync(folder);
  return { folder, file: join(folder, "app.img") };
}

/** Other files in the folder of the image. */
const beside = (folder: string) => readdirSync(folder).filter((name) => name !== "app.img");

/** Starts the program, and waits until it has edited the image `times` times. */
async function start(file: string, assignments: readonly string[], times: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, file, ABI, ...assignments], { stdio: ["ignore", "pipe", "inherit"] });
  for (let dots = 0; dots < times; ) {
    const [data] = await once(child.stdout as NodeJS.ReadableStream, "data");
    dots += String(data).length;
  }
  return child;
}

describe("an image of some megabytes, killed while it is edited in place", () => {
  const image = openedMade(ABI, { tasks: 2, plain: true, pages: 1000 });

  it.concurrent.each([
    // The length is unchanged: a copy is patched.
    ["same", "task[0].comm=first", "task[0].comm=second"],
    // The length changes: everything after it moves.
    ["moved", "file[0].path=/a", "file[0].path=/some/other/path"],
  ])("%s", async (name, one, other) => {
    const { folder, file } = place(name);
    const both = [set(image, [one]).bytes, set(image, [other]).bytes];
    for (const bytes of both) {
      const source = new MemorySource(bytes);
      expect(verify(openImage(source, { abi: ABI }).format, source).summary.errors).toBe(0);
    }
    writeFileSync(file, both[0] as Uint8Array);
    const seen = new Set<number>();
    for (let kill = 0; kill < KILLS; kill++) {
      const child = await start(file, [other, one], 1 + (kill % 2));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      expect(await ended).toEqual([null, "SIGKILL"]);
      const now = readFileSync(file);
      const which = both.findIndex((bytes) => Buffer.compare(now, bytes) === 0);
      expect(which).not.toBe(-1);
      seen.add(which);
      const left = beside(folder);
      expect(left.filter((entry) => !LEFTOVER.test(entry))).toEqual([]);
      // Each attempt removes what the one before left.
      expect(left.length).toBeLessThanOrEqual(1);
    }
    expect(seen.size).toBe(2);
    const { result } = editImage(image, [parseAssignment(one)]);
    await saveEdited(result, file);
    expect(beside(folder)).toEqual([]);
  });

  it("is some megabytes long", () => {
    expect(bytesOf(image).length).toBeGreaterThan(4_000_000);
  });
});

describe("signals that ask a program to end", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s leaves nothing behind", async (signal) => {
    const { folder, file } = place(signal);
    writeFileSync(file, bytesOf(openedMade(ABI, { tasks: 2, plain: true, pages: 1000 })));
    const child = await start(file, ["file[0].path=/a", "file[0].path=/some/other/path"], 1);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
    const ended = once(child, "exit");
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    expect(beside(folder)).toEqual([]);
    expect(openImage(new MemorySource(readFileSync(file)), { abi: ABI }).problems).toEqual([]);
  });
});
