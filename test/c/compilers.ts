/** The C compilers that check generated/c, one per architecture. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { available } from "../requirement.js";

/** Folder of the emitted headers and assertions. */
export const GENERATED = fileURLToPath(new URL("../../generated/c/", import.meta.url));

export interface Compiler {
  readonly arch: string;
  readonly command: readonly string[];
}

export const COMPILERS: readonly Compiler[] = [
  { arch: "x86_32", command: ["gcc", "-m32"] },
  { arch: "x86_64", command: ["gcc", "-m64"] },
  { arch: "s390x", command: ["s390x-linux-gnu-gcc", "-m64"] },
  { arch: "s390", command: ["s390x-linux-gnu-gcc", "-m31"] },
  { arch: "powerpc", command: ["powerpc-linux-gnu-gcc", "-m32"] },
  { arch: "powerpc64", command: ["powerpc64-linux-gnu-gcc", "-m64"] },
  { arch: "arm", command: ["arm-linux-gnueabi-gcc"] },
];

/** No C library is required, so that a bare cross compiler is enough. */
const OPTIONS = ["-ffreestanding", "-std=gnu11", "-Wall", "-Werror", "-I", GENERATED, "-x", "c"];

export function works({ command: [program = "", ...flags] }: Compiler): boolean {
  const name = [program, ...flags].join(" ");
  return available(
    name,
    [program, ...flags, ...OPTIONS, "-fsyntax-only", "-"],
    "#include <stdint.h>\nuint64_t probe;\n",
  );
}

/** Messages of the compiler about a text; empty when it accepts the text. */
export function complaints({ command: [program = "", ...flags] }: Compiler, source: string): string {
  const { status, stderr, error } = spawnSync(program, [...flags, ...OPTIONS, "-fsyntax-only", "-"], {
    input: source,
    encoding: "utf8",
  });
  if (error) throw error;
  return status === 0 ? stderr : stderr || `exit ${status}`;
}

/** The preprocessed text: the parts for the compiler's architecture. */
export function preprocessed({ command: [program = "", ...flags] }: Compiler, source: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, [...flags, ...OPTIONS, "-E", "-P", "-"], {
    input: source,
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
