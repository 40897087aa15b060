/** A process with very many mappings: commands do not keep an object for each of them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundled } from "../bundled.js";
import { writeImage } from "../make-image/write-image.js";

const BIN = await bundled("test/cli/program.ts");

/** Number of mappings; objects for them would take four times the heap. */
const MAPPINGS = 200_000;
/** Heap limit for old objects in MiB. Unbundled sources need more than the packaged command. */
const HEAP = 64;

const folder = mkdtempSync(join(tmpdir(), "ckpt-mappings-"));
const [image, changed, core] = ["image", "changed", "core"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
beforeAll(() => {
  writeImage({ abi: "v21/x86_64", tasks: 1, vmas: MAPPINGS, pages: 1, plain: true }, image);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`--max-old-space-size=${HEAP}`, BIN, ...argv], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  return { status, stdout, stderr };
}

test("core", () => {
  const { status, stdout } = run("core", image, "-o", core);
  expect({ status, stdout: stdout.split("\n")[0] }).toEqual({
    status: 0,
    stdout: expect.stringMatching(/, 200,\d{3} mappings, /),
  });
  expect(statSync(core).size).toBeGreaterThan(MAPPINGS * 56);
});

test("diff", () => {
  expect(run("diff", image, image)).toMatchObject({ status: 0, stderr: "" });
  const { stderr } = run("set", image, "vma[7].vm_pgoff=5", "--force", "-o", changed);
  expect(stderr).toBe("");
  const { status, stdout } = run("diff", image, changed);
  expect(status).toBe(1);
  expect(stdout).toContain("vm_pgoff");
});

test.each(["maps", "verify", "info"])("%s", (command) => {
  expect(run(command, image, "--json").status).toBe(0);
});
