/** Runs lldb without the user's settings, and separates its output by command. */
import { spawnSync } from "node:child_process";
import { available } from "../requirement.js";

export const LLDB = "lldb-14";
export const HAS_LLDB = available(LLDB, [LLDB, "--version"]);

export interface LldbAnswers {
  /** Output when the core was opened. */
  readonly opened: string;
  /** Output of each command, in order. Some also contain the current thread. */
  readonly answers: readonly string[];
  /** Errors of all commands. */
  readonly complaints: string;
}

/** Commands from standard input continue after an error; those of options do not. */
export function askLldb(core: string, commands: readonly string[]): LldbAnswers {
  const { stdout, stderr, error } = spawnSync(LLDB, ["--no-lldbinit", "-c", core], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", DEBUGINFOD_URLS: "" },
    input: [...commands, "quit", ""].join("\n"),
    timeout: 60_000,
  });
  if (error) throw error;
  // Each part begins with the command.
  const parts = stdout.split(/^\(lldb\) /m).slice(1);
  const [opened = "", ...answers] = parts.map((part) => part.slice(part.indexOf("\n") + 1).trim());
  return { opened, answers: answers.slice(0, commands.length), complaints: stderr };
}
