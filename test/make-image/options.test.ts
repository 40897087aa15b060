import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bundled } from "../bundled.js";
import { makeBytes } from "./make.js";
import { type MakeOptions, OptionError } from "./options.js";

const PROGRAM = await bundled("test/make-image/index.ts");

describe("options that make no sense", () => {
  it.each<[string, Partial<MakeOptions>, string]>([
    ["an architecture alone", { abi: "x86_64" }, "an ABI is VERSION/ARCH, such as v21/x86_64, not x86_64"],
    ["no task", { tasks: 0 }, "tasks: expected a whole number from 1 to 4000000, found 0"],
    ["half a page", { pages: 0.5 }, "pages: expected a whole number from 0 to 4294967295, found 0.5"],
    [
      "a kernel in words",
      { kernel: "new" },
      "kernel: expected up to three numbers below 256, such as 2.6.33, found new",
    ],
    ["odd pages", { pageSize: 5000 }, "page size: expected a power of two from 4096 to 65536, found 5000"],
    [
      "more memory than there are addresses",
      { abi: "v21/x86_32", pages: 1_000_000, tasks: 1 },
      "1000000 pages in 0 mappings do not fit into an address space",
    ],
  ])("%s", (_, options, message) => {
    const make = () => makeBytes({ abi: "v21/x86_64", ...options });
    expect(make).toThrow(OptionError);
    expect(make).toThrow(message);
  });

  it("an ABI that does not exist", () => {
    expect(() => makeBytes({ abi: "v21/arm" })).toThrow('unknown arch "arm": v21 does not have it');
  });
});

describe("npm run make-image", () => {
  const directory = mkdtempSync(join(tmpdir(), "make-image-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const run = (...args: string[]) => spawnSync(process.execPath, [PROGRAM, ...args], { encoding: "utf8" });

  it("writes what the library makes", () => {
    const file = join(directory, "image");
    const { status, stderr } = run("--abi", "v18/powerpc", "--tasks", "3", "--container", "-o", file);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^.*image: \d+ bytes in \d+\.\d s\n$/),
    });
    const made = makeBytes({ abi: "v18/powerpc", tasks: 3, container: true });
    expect(Buffer.compare(readFileSync(file), made)).toBe(0);
  });

  it("says in a line what is wrong", () => {
    const { status, stderr } = run("--abi", "v99/x86_64", "-o", join(directory, "none"));
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'make-image: unknown version "v99"\n' });
    expect(run("--abi", "v21/x86_64", "--pages", "-1", "-o", join(directory, "none")).status).toBe(2);
    expect(run("--help").status).toBe(0);
  });
});
