/** Small C programs for tests of the machine: a compiler that links does not prove that its programs run here. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { available, failure, permitted } from "./requirement.js";

const SOURCE = '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n';

/**
 * Compiles a program, which is removed after the tests of the file.
 *
 * @returns its path; undefined when the compiler fails
 */
export function smallProgram(arch: string, compiler: readonly string[]): string | undefined {
  const place = mkdtempSync(join(tmpdir(), "ckpt-program-"));
  afterAll(() => rmSync(place, { recursive: true }));
  const program = join(place, "program");
  const build = [...compiler, "-pthread", "-xc", "-", "-o", program];
  return available(`C compiler with a C library for ${arch}`, build, SOURCE) ? program : undefined;
}

/** Whether programs of an architecture run natively on this machine. */
export function runs(arch: string, program: string): boolean {
  return permitted(`run programs of ${arch}`, () => failure([program]));
}

/** Whether gdb may run a program here and take a core of it, which some containers forbid. */
export function traces(arch: string, program: string): boolean {
  return permitted(`trace programs of ${arch}`, () => {
    const core = `${program}.core`;
    const commands = ["set disable-randomization off", "starti", `gcore ${core}`, "kill"];
    const why = failure(["gdb", "-nx", "-batch", ...commands.flatMap((command) => ["-ex", command]), program], "", {
      DEBUGINFOD_URLS: "",
    });
    const size = statSync(core, { throwIfNoEntry: false })?.size ?? 0;
    return size > 0 ? undefined : (why ?? "gdb took no core");
  });
}
