/** Runs gdb without a user's settings, and tells apart what it said to which question. */
import { spawnSync } from "node:child_process";
import { HANG } from "../hang.js";

/** Commands by what is asked. */
export type Questions = Readonly<Record<string, readonly string[]>>;

export interface Answers {
  /** By what was asked; before the first question it is what gdb said when it opened its files. */
  readonly of: Readonly<Record<string, string>>;
  /** Warnings and errors of all questions. */
  readonly complaints: string;
}

export const OPENED = "opened";

/**
 * A complaint about the core of a program with a dynamic loader: the kernel lends the pages of its vdso to all processes, and so they are in no image.
 * The loader lists the vdso among the libraries, by a name that stands in it.
 */
export const NO_VDSO = "warning: Can't read pathname for load map.";

export interface Session {
  /** `gdb`, or `gdb-multiarch` for processes of other machines. */
  readonly gdb: string;
  readonly folder: string;
  /** Executable with symbols, where there is one. */
  readonly program?: string;
  /** Core dump to open, or else commands that bring a process to where the questions are asked. */
  readonly core?: string;
  readonly before?: readonly string[];
  readonly questions: Questions;
}

/** Nothing from the network, from home directories, or from the language of the user. */
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
  // Commands of their own go on after an error, which those of a script do not.
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

/** Registers by thread id and name, from what `thread apply all info registers` says. */
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
