/** The declared C type of a member, in short names such as `u32`. */

const TYPES_BY_C_NAME: Readonly<Record<string, string>> = {
  char: "char",
  int: "int",
  "unsigned int": "uint",
  "unsigned long": "ulong",
  float: "float",
  double: "double",
};

export interface CType {
  /** `u8`…`u64`, `s8`…`s64`, `be32`, `char`, `int`, `uint`, `ulong`, `float`, `double`, `struct NAME`. */
  readonly type: string;
  /** Name of a typedef that is not one of the kernel's `__u32` kind. */
  readonly c_type?: string;
  /** Explicit width of the schema, if it says more than `type`: `le16` for a `__u16` that is always little-endian. */
  readonly width?: string;
}

/**
 * C type of a member that is not a nested aggregate.
 *
 * @param c declared C type of one element
 * @param width explicit width of the schema, or `struct KEY`
 */
export function cType(c: string, width: string): CType {
  if (c.startsWith("struct ")) return { type: c };
  const named = c.startsWith("__") ? c.slice(2) : TYPES_BY_C_NAME[c];
  // A typedef does not state its width, and C has no byte order: the rest of the explicit width is the plain integer.
  const type = named ?? width.replace(/^[bl]e/, "u");
  return {
    type,
    ...(named === undefined && { c_type: c }),
    ...(type !== width && { width }),
  };
}
