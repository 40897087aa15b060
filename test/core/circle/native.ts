/** Runs the program on this machine under gdb until it faults, and takes a core with `gcore`. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Answers, ask, type Questions } from "../gdb.js";
import { foundInCore, processOf } from "./capture.js";
import type { Process } from "./process.js";

export interface Captured {
  readonly process: Process;
  readonly program: string;
  /** Answers of gdb about its own core, or about the process where that core lacks half of it. */
  readonly answers: Answers;
}

export interface CapturedWithCore extends Captured {
  /** Path of the core that gdb wrote. */
  readonly core: string;
}

const SOURCE = fileURLToPath(new URL("program.c", import.meta.url));
const FLAGS = ["-O1", "-g", "-fno-omit-frame-pointer", "-Wall", "-Wextra", "-Werror", "-pthread"];

export function compile(folder: string, compiler: readonly string[], name: string): string {
  const program = join(folder, name);
  const [command = "", ...flags] = compiler;
  const { status, stderr } = spawnSync(command, [...FLAGS, ...flags, SOURCE, "-o", program], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${compiler.join(" ")}: ${stderr}`);
  return program;
}

/** A file of three pages that the program maps. */
export function mappedFile(folder: string): string {
  const path = join(folder, "mapped");
  writeFileSync(path, "mapped file\n".repeat(1024));
  return path;
}

export function captureNative(
  folder: string,
  arch: string,
  compiler: readonly string[],
  questions: Questions,
): CapturedWithCore {
  const program = compile(folder, compiler, "program");
  const core = join(folder, `${arch}.gcore`);
  const said = join(folder, `${arch}.said`);
  const argument = mappedFile(folder);
  const { complaints } = ask({
    gdb: "gdb",
    folder,
    program,
    before: [`run ${argument} > ${said}`, `gcore ${core}`, "kill"],
    questions: {},
  });
  try {
    return {
      process: processOf({
        arch,
        program,
        argument,
        said: readFileSync(said, "utf8"),
        found: foundInCore(arch, readFileSync(core)),
      }),
      program,
      core,
      answers: ask({ gdb: "gdb", folder, program, core, questions }),
    };
  } catch (error) {
    throw new Error(`gdb cannot run the program and take a core: ${complaints}`, { cause: error });
  }
}
