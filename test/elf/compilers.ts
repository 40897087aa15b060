/** C compilers with their headers of the C library and the kernel, one per architecture of core files. */
import { spawnSync } from "node:child_process";
import { registry } from "../../generated/elf/codecs/index.js";
import { COMPILERS, type Compiler } from "../c/compilers.js";
import { available } from "../requirement.js";

const KERNEL_HEADERS = ["-idirafter", "/usr/include/x86_64-linux-gnu"];

export const HOSTED: readonly Compiler[] = COMPILERS.filter(({ arch }) => registry.arches().includes(arch)).map(
  // The kernel's headers are the same for both word sizes, but only one compiler finds them by default.
  ({ arch, command }) => ({ arch, command: arch === "x86_32" ? [...command, ...KERNEL_HEADERS] : command }),
);

const OPTIONS = ["-std=gnu11", "-Wall", "-Werror", "-x", "c", "-"];

export function works({ command: [program = "", ...flags] }: Compiler): boolean {
  const name = `${[program, ...flags].join(" ")} with the headers of its C library`;
  return available(name, [program, ...flags, "-fsyntax-only", ...OPTIONS], "#include <sys/procfs.h>\n");
}

/** Messages of the compiler about a text that includes system headers; empty when it accepts the text. */
export function complaints({ command: [program = "", ...flags] }: Compiler, source: string): string {
  const { status, stderr, error } = spawnSync(program, [...flags, "-fsyntax-only", ...OPTIONS], {
    input: source,
    encoding: "utf8",
  });
  if (error) throw error;
  return status === 0 ? stderr : stderr || `exit ${status}`;
}

/** Compiles a text into an object file. */
export function compile({ command: [program = "", ...flags] }: Compiler, source: string, output: string): void {
  const { status, stderr, error } = spawnSync(program, [...flags, "-c", "-o", output, ...OPTIONS], {
    input: source,
    encoding: "utf8",
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr || `exit ${status}`);
}
