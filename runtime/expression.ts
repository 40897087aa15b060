/**
 * Counts and conditions of the schema, e.g. `nr_pages * (word_size + page_size)` or `FILE.f_type == CKPT_FILE_PIPE`, as trees.
 */
export type Expression =
  /** A literal. */
  | number
  /** A constant or an enumerator by its C name. */
  | readonly ["constant", name: string]
  /** A quantity of the machine or of the record: `page_size`, `word_size`, `payload`. */
  | readonly ["variable", name: string]
  /** A field of the nearest record of that name read before, or of the record itself (no record name). */
  | readonly ["field", record: string | null, path: string]
  /** `unseen(FILE.pipe_objref)`, `sum(pids.depth)`. */
  | readonly ["call", name: string, argument: Expression]
  | readonly ["not" | "negate", Expression]
  | readonly [BinaryOperator, Expression, Expression];

export type BinaryOperator = "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" | "+" | "-" | "*" | "/" | "%" | "&";
