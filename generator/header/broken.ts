/** A header that cannot be read: what is wrong and where. */
import { formatProblem, type Problem } from "../problem.js";
import type { Place } from "./model.js";

export class BrokenHeader extends Error {
  readonly problem: Problem;

  constructor(place: Place, rule: string, message: string, suggestion?: string) {
    const { file, line, column, source } = place;
    const problem = { rule, file, line, column, source, message, ...(suggestion !== undefined && { suggestion }) };
    super(formatProblem(problem));
    this.problem = problem;
  }
}

/** An `#error` that the architecture runs into: the headers are not meant for it. */
export class RefusedArchitecture extends BrokenHeader {}
