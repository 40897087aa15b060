/** A header that cannot be read: what is wrong and where. */
import { CkptError, type ExitClass } from "../../runtime/errors.js";
import { formatProblem, type Problem } from "../problem.js";
import type { Place } from "./model.js";

export class BrokenHeader extends CkptError {
  /** The rule of the problem. */
  readonly code: string;
  readonly exit: ExitClass = "input";
  readonly problem: Problem;

  constructor({ file, line, column, source }: Place, rule: string, message: string, suggestion?: string) {
    const problem = { rule, file, line, column, source, message, ...(suggestion !== undefined && { suggestion }) };
    super(formatProblem(problem), { file, line, column });
    this.code = rule;
    this.problem = problem;
  }
}

/** Code of an `#error` that is reached: the headers are not meant for the architecture. */
export const REFUSED = "refused";

/** Whether headers could not be read because they are not meant for the architecture. */
export function isRefusal(error: unknown): error is BrokenHeader {
  return error instanceof BrokenHeader && error.code === REFUSED;
}
