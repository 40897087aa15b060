/** A count or condition of the schema as a tree, e.g. of `nr_pages * (word_size + page_size)` or `FILE.f_type == CKPT_FILE_PIPE`. */
export type Expression =
  /** A literal. */
  | number
  /** A constant or an enumerator, by C name. */
  | readonly ["constant", name: string]
  /** A quantity of the machine or of the record, in bytes: `page_size`, `word_size`, `payload`. */
  | readonly ["variable", name: string]
  /** A field of the nearest preceding record of that name, or of the record itself (`null`). */
  | readonly ["field", record: string | null, path: string]
  /** A function of one argument, e.g. `unseen(FILE.pipe_objref)`, `sum(pids.depth)`. */
  | readonly ["call", name: string, argument: Expression]
  | readonly ["not" | "negate", Expression]
  | readonly [BinaryOperator, Expression, Expression];

export type BinaryOperator = "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" | "+" | "-" | "*" | "/" | "%" | "&";
