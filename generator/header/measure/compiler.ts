/** Runs the C compilers of the architectures. */
import { spawnSync } from "node:child_process";

/** Compilers to try by default. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  x86_32: ["gcc", "-m32"],
  x86_64: ["gcc", "-m64"],
  s390x: ["s390x-linux-gnu-gcc", "-m64"],
  s390: ["s390x-linux-gnu-gcc", "-m31"],
  powerpc: ["powerpc-linux-gnu-gcc", "-m32"],
  powerpc64: ["powerpc64-linux-gnu-gcc", "-m64"],
  arm: ["arm-linux-gnueabi-gcc"],
};

/** Nothing of the host is used. The version of C is that of `compiler-macros`. */
const OPTIONS = ["-nostdinc", "-std=gnu11", "-w", "-O0", "-S", "-o", "-", "-x", "c", "-"];
/** Timeout in milliseconds; even on a busy machine only a compiler that hangs reaches it. */
const MAX_MILLISECONDS = 600_000;

export type Command = readonly string[];

export function usualCompiler(arch: string): Command | undefined {
  return USUAL[arch];
}

/** Whether the compiler can be started and targets a machine of that word size. */
export function works(command: Command, bits: 32 | 64): boolean {
  const text = `typedef char right[sizeof(void *) == ${bits / 8} ? 1 : -1];\n`;
  return compile(command, [], text, []).status === 0;
}

export function compile(
  [program = "", ...flags]: Command,
  include: readonly string[],
  text: string,
  defines: readonly string[],
): { readonly status: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr, error } = spawnSync(
    program,
    [...flags, ...defines, ...include.flatMap((directory) => ["-I", directory]), ...OPTIONS],
    { input: text, encoding: "utf8", maxBuffer: 64 << 20, timeout: MAX_MILLISECONDS },
  );
  return { status: error ? null : status, out: stdout ?? "", err: error ? error.message : stderr };
}
