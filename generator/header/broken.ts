/** The error for a header that cannot be read, with its place. */
import { CkptError, type ExitClass } from "../../runtime/errors.js";
import { formatProblem, type Problem } from "../problem.js";
import type { SourcePlace } from "./model.js";

export class BrokenHeader extends CkptError {
  /** Rule of the problem. */
  readonly code: string;
  readonly exit: ExitClass = "input";
  readonly problem: Problem;

  constructor({ file, line, column, source }: SourcePlace, rule: string, message: string, suggestion?: string) {
    const problem = { rule, file, line, column, source, message, ...(suggestion !== undefined && { suggestion }) };
    super(formatProblem(problem), { file, line, column });
    this.code = rule;
    this.problem = problem;
  }
}

/** Code for a reached `#error`: the headers do not support the architecture. */
export const REFUSED = "refused";

/** Whether an error means that the headers do not support the architecture. */
export function isRefusal(error: unknown): error is BrokenHeader {
  return error instanceof BrokenHeader && error.code === REFUSED;
}
