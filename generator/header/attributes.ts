/** Layout attributes in `__attribute__`, `[[…]]` and `_Alignas`. */
import { BrokenHeader } from "./broken.js";
import { type CToken, type Cursor, placeOf } from "./tokens.js";

export interface Attributes {
  /** The greatest alignment, in bytes; 0 for none. It applies to members. */
  readonly aligned: number;
  /** The last alignment, in bytes; 0 for none. It applies to types. */
  readonly latest: number;
  readonly packed: boolean;
  /** Creates the error for an attribute that is not supported. */
  readonly refused?: () => BrokenHeader;
}

export const NO_ATTRIBUTES: Attributes = { aligned: 0, latest: 0, packed: false };

/** Syntax of attributes: `__attribute__((packed))` is `gnu`, `[[gnu::packed]]` is `standard`. They are effective at different places. */
export type Spelling = "gnu" | "standard";

/** Attributes that change the meaning of bytes and that the schema cannot express. */
const REFUSED = new Set([
  "mode",
  "vector_size",
  "ext_vector_type",
  "scalar_storage_order",
  "ms_struct",
  "warn_if_not_aligned",
  "address_space",
  "btf_type_tag",
]);
/** Valid alignments; GCC accepts up to 256 MiB. */
const ALIGNMENTS = [...Array(29).keys()].map((power) => 1n << BigInt(power));

/** Reads the constant expression at the cursor. */
export type ConstantReader = (cursor: Cursor) => bigint;

/** Reads all attributes at the cursor, or those in one syntax. */
export function readAttributes(cursor: Cursor, constant: ConstantReader, spelling?: Spelling): Attributes {
  let all = NO_ATTRIBUTES;
  for (;;) {
    const own = spellingAt(cursor);
    if (!own || (spelling && own !== spelling)) return all;
    all = together(all, readOne(cursor, constant, own));
  }
}

/** Syntax of the attribute at the cursor; undefined when there is none. */
export function spellingAt(cursor: Cursor): Spelling | undefined {
  if (cursor.text === "__attribute__" || cursor.text === "__attribute") return "gnu";
  return cursor.text === "[" && cursor.ahead(1)?.text === "[" ? "standard" : undefined;
}

/** Combines attributes: those of `a` apply first, then those of `b`. */
export function together(a: Attributes, b: Attributes): Attributes {
  const refused = a.refused ?? b.refused;
  return {
    aligned: Math.max(a.aligned, b.aligned),
    latest: b.latest || a.latest,
    packed: a.packed || b.packed,
    ...(refused && { refused }),
  };
}

function readOne(cursor: Cursor, constant: ConstantReader, spelling: Spelling): Attributes {
  if (spelling === "gnu") {
    cursor.next();
    cursor.expect("(");
    cursor.expect("(");
    const own = readList(cursor, constant, ")");
    cursor.expect(")");
    cursor.expect(")");
    return own;
  }
  cursor.next();
  cursor.next();
  const own = readList(cursor, constant, "]");
  cursor.expect("]");
  cursor.expect("]");
  return own;
}

function readList(cursor: Cursor, constant: ConstantReader, end: string): Attributes {
  let all = NO_ATTRIBUTES;
  while (cursor.text !== end) {
    if (cursor.take(",")) continue;
    const name = cursor.next();
    if (name?.kind !== "name") throw cursor.unexpected(cursor.at - 1, "an attribute");
    if (end === ")") {
      all = together(all, attributeOf(cursor, name, constant));
      continue;
    }
    // Only `[[gnu::packed]]` and the like affect layouts. Attributes of C itself and of other compilers do not, even `[[packed]]`.
    const scoped = cursor.text === ":" && cursor.ahead(1)?.text === ":" ? cursor.ahead(2) : undefined;
    if (scoped) cursor.at += 3;
    if (scoped?.kind === "name" && /^(?:gnu|__gnu__)$/.test(name.text))
      all = together(all, attributeOf(cursor, scoped, constant));
    else if (cursor.text === "(") cursor.skipBrackets();
  }
  return all;
}

function attributeOf(cursor: Cursor, token: CToken, constant: ConstantReader): Attributes {
  const name = token.text.replace(/^__(\w+)__$/, "$1");
  if (name === "aligned" && cursor.text === "(" && cursor.ahead(1)?.text !== ")") {
    cursor.next();
    const from = cursor.at;
    const value = constant(cursor);
    cursor.expect(")");
    // Compilers ignore it with a warning.
    if (value === 0n) return NO_ATTRIBUTES;
    return alignment(value, cursor.tokens[from] as CToken);
  }
  if (cursor.text === "(") cursor.skipBrackets();
  if (name === "packed") return { ...NO_ATTRIBUTES, packed: true };
  if (name === "aligned") return refuse(token, "`aligned` without a number depends on the architecture");
  if (REFUSED.has(name)) return refuse(token, `the attribute \`${name}\` is not understood`);
  return NO_ATTRIBUTES;
}

export function alignment(value: bigint, at: CToken): Attributes {
  if (ALIGNMENTS.includes(value)) return { aligned: Number(value), latest: Number(value), packed: false };
  return refuse(at, `${value} is not a valid alignment: expected a power of two up to 2^28`);
}

function refuse(token: CToken, message: string): Attributes {
  return { ...NO_ATTRIBUTES, refused: () => new BrokenHeader(placeOf(token), "unsupported", message) };
}
