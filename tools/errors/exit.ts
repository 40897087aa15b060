/** Exit codes of `ckpt`. */
import type { ExitClass } from "../../runtime/errors.js";

/** Exit codes: `done`, and one for each class of errors. Findings of a command that succeeded (damage, differences) count as `findings`. */
export const EXIT = { done: 0, findings: 1, usage: 2, input: 3, output: 4 } as const satisfies Record<
  ExitClass | "done",
  number
>;

/** Meaning of each exit code, for the help. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "done",
  findings: "done with findings or not done because of them",
  usage: "wrong usage or an unknown name",
  input: "the input cannot be read",
  output: "the output cannot be written",
};
