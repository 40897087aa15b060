/** Memory that was never written: zeros for every reader, without cost in time and disk space where files can have holes. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ckpt, json } from "../cli/ckpt.js";
import { made, nodesOf, setField } from "../memory/subjects.js";
import { askLldb, HAS_LLDB } from "./lldb.js";

const folder = mkdtempSync(join(tmpdir(), "ckpt-sparse-"));
afterAll(() => rmSync(folder, { recursive: true }));

const GIB = 2 ** 30;
const START = 0x7f00_0000_0000n;

/** CKPT_VMA_ANON. */
const ANONYMOUS = 2;

/** An image of a process that has reserved memory. */
function imageWith(abi: string, start: bigint, bytes: number): string {
  const subject = made(abi, { tasks: 1, plain: true });
  const last = nodesOf(subject.image, "VMA")
    .filter((vma) => subject.image.fields(vma).number("vma_type") === ANONYMOUS)
    .at(-1);
  if (!last) throw new Error("no anonymous mapping");
  setField(subject, last, "vm_start", start);
  setField(subject, last, "vm_end", start + BigInt(bytes));
  const path = join(folder, `${bytes}.img`);
  writeFileSync(path, subject.bytes);
  return path;
}

interface Facts {
  readonly size: number;
  readonly memory: { readonly contents: number; readonly zeros: number };
  readonly remarks: readonly { readonly code: string; readonly bytes?: number }[];
  readonly segments: readonly { readonly start: string | number; readonly fileSize: number }[];
}

describe("100 GiB that were never written to", () => {
  const image = imageWith("v21/x86_64", START, 100 * GIB);
  const core = join(folder, "core");

  it("are in a file, and take no space there", async () => {
    const { size, memory, remarks } = await json<Facts>("core", image, "-o", core);
    const { size: length, blocks } = statSync(core);
    expect(length).toBe(size);
    expect(size).toBeGreaterThan(100 * GIB);
    expect(memory.zeros).toBeGreaterThanOrEqual(100 * GIB);
    expect(blocks * 512).toBeLessThan(GIB / 100);
    expect(remarks.map(({ code }) => code)).not.toContain("zeros-without-bytes");
  });

  it.skipIf(!HAS_LLDB)("read as zeros in lldb", async () => {
    await ckpt(["core", image, "-o", core]);
    const middle = START + BigInt(77 * GIB);
    const { answers } = askLldb(core, [`memory read -f x -s 4 -c 2 0x${middle.toString(16)}`]);
    expect(answers[0]).toContain(`0x${middle.toString(16)}: 0x00000000 0x00000000`);
  });

  it("have nothing but their addresses in a pipe, and are told about", async () => {
    const { code, bytes, err } = await ckpt(["core", image, "-o", "-"]);
    expect(code).toBe(0);
    expect(bytes.length).toBeLessThan(GIB / 10);
    expect(err).toContain(
      "100.0 GiB never written to and too long for the output: of them the core has only the addresses, where gdb reads zeros and lldb nothing",
    );
  });
});

describe("a 32-bit process that has mapped all that it can address", () => {
  it("gets a core whose offsets fit", async () => {
    const image = imageWith("v21/x86_32", 0x1_0000n, 0xfffe_0000);
    const core = join(folder, "core32");
    const { size, remarks } = await json<Facts>("core", image, "-o", core);
    expect(size).toBeLessThan(2 ** 32);
    expect(statSync(core).size).toBe(size);
    expect(remarks.map(({ code }) => code)).toContain("zeros-without-bytes");
  });
});
