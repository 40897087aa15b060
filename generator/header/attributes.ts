/** What `__attribute__`, `[[…]]` and `_Alignas` say about a layout. */
import { BrokenHeader } from "./broken.js";
import { type Cursor, placeOf, type Token } from "./tokens.js";

export interface Attributes {
  /** The greatest alignment, which counts at a member, in bytes; 0 for none. */
  readonly aligned: number;
  /** The alignment that comes last, which counts at a type, in bytes; 0 for none. */
  readonly latest: number;
  readonly packed: boolean;
  /** Makes the error that says why the declaration with these attributes cannot be understood. */
  readonly refused?: () => BrokenHeader;
}

export const NO_ATTRIBUTES: Attributes = { aligned: 0, latest: 0, packed: false };

/** How attributes are written: `__attribute__((packed))`, `[[gnu::packed]]`. They do not count at the same places. */
export type Spelling = "gnu" | "standard";

/** Attributes that change what bytes mean, and that the schema has no word for. */
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
/** GCC takes none beyond 256 MiB. */
const ALIGNMENTS = [...Array(29).keys()].map((power) => 1n << BigInt(power));

/** The value of the expression at the cursor. */
export type Constant = (cursor: Cursor) => bigint;

/** All attributes that stand at the cursor, or those of one spelling. */
export function readAttributes(cursor: Cursor, constant: Constant, spelling?: Spelling): Attributes {
  let all = NO_ATTRIBUTES;
  for (;;) {
    const own = spellingAt(cursor);
    if (!own || (spelling && own !== spelling)) return all;
    all = together(all, readOne(cursor, constant, own));
  }
}

/** How an attribute is written that stands at the cursor; undefined when none does. */
export function spellingAt(cursor: Cursor): Spelling | undefined {
  if (cursor.text === "__attribute__" || cursor.text === "__attribute") return "gnu";
  return cursor.text === "[" && cursor.ahead(1)?.text === "[" ? "standard" : undefined;
}

/** First those of `a` apply, then those of `b`. */
export function together(a: Attributes, b: Attributes): Attributes {
  const refused = a.refused ?? b.refused;
  return {
    aligned: Math.max(a.aligned, b.aligned),
    latest: b.latest || a.latest,
    packed: a.packed || b.packed,
    ...(refused && { refused }),
  };
}

function readOne(cursor: Cursor, constant: Constant, spelling: Spelling): Attributes {
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

function readList(cursor: Cursor, constant: Constant, end: string): Attributes {
  let all = NO_ATTRIBUTES;
  while (cursor.text !== end) {
    if (cursor.take(",")) continue;
    const name = cursor.next();
    if (name?.kind !== "name") throw cursor.unexpected(cursor.at - 1, "an attribute");
    if (end === ")") {
      all = together(all, meaning(cursor, name, constant));
      continue;
    }
    // `[[gnu::packed]]`; those of C itself and of other compilers say nothing about a layout, even `[[packed]]`.
    const scoped = cursor.text === ":" && cursor.ahead(1)?.text === ":" ? cursor.ahead(2) : undefined;
    if (scoped) cursor.at += 3;
    if (scoped?.kind === "name" && /^(?:gnu|__gnu__)$/.test(name.text))
      all = together(all, meaning(cursor, scoped, constant));
    else if (cursor.text === "(") cursor.skipBrackets();
  }
  return all;
}

function meaning(cursor: Cursor, token: Token, constant: Constant): Attributes {
  const name = token.text.replace(/^__(\w+)__$/, "$1");
  if (name === "aligned" && cursor.text === "(" && cursor.ahead(1)?.text !== ")") {
    cursor.next();
    const from = cursor.at;
    const value = constant(cursor);
    cursor.expect(")");
    // Compilers warn of it.
    if (value === 0n) return NO_ATTRIBUTES;
    return alignment(value, cursor.tokens[from] as Token);
  }
  if (cursor.text === "(") cursor.skipBrackets();
  if (name === "packed") return { ...NO_ATTRIBUTES, packed: true };
  if (name === "aligned") return refuse(token, "`aligned` without a number means something else on every architecture");
  if (REFUSED.has(name)) return refuse(token, `the attribute \`${name}\` is not understood`);
  return NO_ATTRIBUTES;
}

export function alignment(value: bigint, at: Token): Attributes {
  if (ALIGNMENTS.includes(value)) return { aligned: Number(value), latest: Number(value), packed: false };
  return refuse(at, `an alignment of ${value} is none`);
}

function refuse(token: Token, message: string): Attributes {
  return { ...NO_ATTRIBUTES, refused: () => new BrokenHeader(placeOf(token), "unsupported", message) };
}
