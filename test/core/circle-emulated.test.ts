/**
 * Round trip for the other architectures: a program runs on an emulated machine, an image is built from what gdb finds there, and gdb must report the
 * same about the core that `ckpt core` makes of the image.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { smallProgram } from "../programs.js";
import { available } from "../requirement.js";
import { expectMapped, expectSame } from "./circle/compare.js";
import { captureEmulated, type Emulation } from "./circle/emulated.js";
import { madeCore } from "./circle/made-core.js";
import type { Captured } from "./circle/native.js";
import { QUESTIONS } from "./circle/questions.js";
import { underKernel } from "./circle/selectors.js";
import { byNumber, x86Registers } from "./circle/x86-registers.js";
import { ask, OPENED } from "./gdb.js";

interface Machine extends Emulation {
  /** ABIs of the images: `version/arch`. */
  readonly abis: readonly string[];
  /** Registers of the images and cores; emulators show many more. */
  readonly registers: readonly string[];
  /** Returns the value of a register under a kernel of the architecture, where it differs from that under the emulator. */
  readonly instead?: (kernel: string, name: string, value: string) => string;
  readonly form?: (name: string, value: string) => string;
}

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);
const POWERPC = [...numbered("r", 32), "pc", "msr", "cr", "lr", "ctr", "xer", ...numbered("f", 32), "fpscr"];

const MACHINES: readonly Machine[] = [
  {
    arch: "s390x",
    // Without vector registers: Linux 2.6.30 to 3.0 does not support them, and gdb would look for them in the core.
    emulator: ["qemu-s390x", "-cpu", "qemu,vx=off"],
    compiler: ["s390x-linux-gnu-gcc", "-static"],
    abis: ["v18/s390x", "v19/s390x", "v23-rc2/s390x"],
    registers: ["pswm", "pswa", ...numbered("r", 16), ...numbered("acr", 16), "fpc", ...numbered("f", 16)],
  },
  {
    arch: "powerpc",
    emulator: ["qemu-ppc"],
    compiler: ["powerpc-linux-gnu-gcc", "-static"],
    abis: ["v18/powerpc", "v21/powerpc"],
    registers: POWERPC,
  },
  {
    arch: "powerpc64",
    emulator: ["qemu-ppc64"],
    compiler: ["powerpc64-linux-gnu-gcc", "-static", "-maltivec"],
    abis: ["v19/powerpc64", "v23-rc1-a/powerpc64"],
    registers: [...POWERPC, ...numbered("vr", 32), "vrsave"],
  },
  {
    arch: "arm",
    emulator: ["qemu-arm"],
    compiler: ["arm-linux-gnueabi-gcc", "-static"],
    abis: ["v22-arm/arm", "v23-rc2-arm/arm"],
    registers: [...numbered("r", 13), "sp", "lr", "pc", "cpsr"],
  },
  // Also on machines that can run them natively: circle-x86.test.ts tests more versions there.
  {
    arch: "x86_32",
    emulator: ["qemu-i386"],
    compiler: ["gcc", "-m32", "-msse2", "-static"],
    abis: ["v18/x86_32", "v21/x86_32", "v23-rc2/x86_32", "v19/x86_64", "v23-rc2/x86_64"],
    registers: x86Registers("x86_32"),
    instead: underKernel,
    form: byNumber,
  },
  {
    arch: "x86_64",
    emulator: ["qemu-x86_64"],
    compiler: ["gcc", "-m64", "-static"],
    abis: ["v19/x86_64", "v23-rc2/x86_64"],
    registers: x86Registers("x86_64"),
    form: byNumber,
  },
];

const gdb = available("gdb for all architectures", ["gdb-multiarch", "-nx", "-batch"]);

function works({ arch, emulator, compiler }: Machine): boolean {
  const program = smallProgram(arch, compiler);
  return program !== undefined && available(`emulator of ${arch}`, [...emulator, program]);
}

describe.each(MACHINES.map((machine) => [machine.arch, machine] as const))("a program of %s", (arch, machine) => {
  describe.skipIf(!gdb || !works(machine))("stopped, saved, and opened in gdb", () => {
    const folder = mkdtempSync(join(tmpdir(), `ckpt-circle-${arch}-`));
    afterAll(() => rmSync(folder, { recursive: true }));

    const { auxv, mappings, ...questions } = QUESTIONS;
    const asked = {
      ...questions,
      auxv,
      registers: [`thread apply all info registers ${machine.registers.join(" ")}`],
    };
    let captured: Captured;

    beforeAll(async () => {
      captured = await captureEmulated(folder, machine, asked);
    });

    test("it has threads, values and marks to be compared", () => {
      const { of } = captured.answers;
      expect(of.backtraces?.match(/\b(fault|descend|sleeper|spinner) \(/g)).toHaveLength(9);
      expect(of.memory?.split("\n")).toHaveLength(23);
    });

    test.each(machine.abis)("as an image of %s", async (abi) => {
      const { process, program } = captured;
      const [, kernel = ""] = abi.split("/");
      const core = await madeCore(folder, process, { abi });
      const answers = ask({ gdb: "gdb-multiarch", folder, program, core, questions: { ...asked, files: mappings } });
      const { instead, form } = machine;
      expectSame(answers, {
        answers: captured.answers,
        threads: process.threads.map(({ tid }) => tid),
        ...(instead && { instead: (name, value) => instead(kernel, name, value) }),
        ...(form && { form }),
      });
      expectMapped(readFileSync(core), process);
      expect(answers.of[OPENED]).toContain("Program terminated with signal SIGSEGV, Segmentation fault.");
      expect(filesIn(answers.of.files)).toEqual(
        process.mappings
          .filter(({ path }) => path.startsWith("/") && !path.endsWith("(deleted)"))
          .map(({ start, end, offset, path }) => [start, end, end - start, offset, path]),
      );
    });
  });
});

/** The lines of `info proc mappings`: start, end, size, offset, file. */
function filesIn(answer = ""): (bigint | string)[][] {
  return [...answer.matchAll(/^\s*(0x\w+)\s+(0x\w+)\s+(0x\w+)\s+(0x\w+)\s+(\/.*)$/gm)].map(
    ([, start = "", end = "", size = "", offset = "", path = ""]) => [...[start, end, size, offset].map(BigInt), path],
  );
}
