/** Runs gdb without the user's settings, and separates its output by question. */
import { spawnSync } from "node:child_process";
import { HANG } from "../hang.js";

/** Commands by name of the question. */
export type Questions = Readonly<Record<string, readonly string[]>>;

export interface Answers {
  /** Output by name of the question; that before the first question is from opening the files. */
  readonly of: Readonly<Record<string, string>>;
  /** Warnings and errors of all questions. */
  readonly complaints: string;
}

export const OPENED = "opened";

/**
 * A complaint about cores of dynamically linked programs: images do not have the vdso, whose pages the kernel shares with all processes. The loader
 * lists the vdso among the libraries, by a name that is stored in it.
 */
export const NO_VDSO = "warning: Can't read pathname for load map.";

export interface Session {
  /** `gdb`, or `gdb-multiarch` for other architectures. */
  readonly gdb: string;
  readonly folder: string;
  /** Executable with symbols, if there is one. */
  readonly program?: string;
  /** Core to open, or commands that bring a process to the point where the questions are put. */
  readonly core?: string;
  readonly before?: readonly string[];
  readonly questions: Questions;
}

/** No network, no home directory, no locale. */
const QUIET = ["-nx", "-batch", "-iex", "set disable-randomization off", "-iex", "set width 0"];
const ENVIRONMENT = { ...process.env, LC_ALL: "C", DEBUGINFOD_URLS: "" };
const MARK = "@@ ";
const MOST = 64 * 1024 * 1024;

export function ask({ gdb, folder, program, core, before = [], questions }: Session): Answers {
  const open = [
    ...(program === undefined ? [] : [`file ${program}`]),
    ...(core === undefined ? [] : [`core-file ${core}`]),
  ];
  const asked = Object.entries(questions).flatMap(([name, commands]) => [`echo \\n${MARK}${name}\\n`, ...commands]);
  // Separate commands continue after an error; those of a script do not.
  const commands = [...open, ...before, ...asked].flatMap((command) => ["-ex", command]);
  const { stdout, stderr, error } = spawnSync(gdb, [...QUIET, ...commands], {
    cwd: folder,
    encoding: "utf8",
    env: ENVIRONMENT,
    maxBuffer: MOST,
    timeout: HANG,
  });
  if (error) throw error;
  const parts = `${MARK}${OPENED}\n${stdout}`.split(`\n${MARK}`);
  const of = Object.fromEntries(
    parts.map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end).replace(MARK, ""), part.slice(end + 1).trim()];
    }),
  );
  return { of, complaints: stderr.trim() };
}

/** Registers by thread id and name, from the output of `thread apply all info registers`. */
export function registersIn(answer: string): Map<number, Map<string, string>> {
  const threads = new Map<number, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of answer.split("\n")) {
    const [, thread] = /^Thread \d+ \((?:.*\(LWP |LWP |Thread 1\.)(\d+)\b/.exec(line) ?? [];
    if (thread !== undefined) {
      current = threads.get(Number(thread)) ?? new Map();
      threads.set(Number(thread), current);
      continue;
    }
    const [, name, value] = /^(\w+)\s+(\S.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) current?.set(name, value);
  }
  return threads;
}
