/** What `__attribute__`, `[[…]]` and `_Alignas` say about a layout. */
import { BrokenHeader } from "./broken.js";
import { type Cursor, placeOf, type Token } from "./tokens.js";

export interface Attributes {
  /** Bytes, 0 for none. */
  readonly aligned: number;
  readonly packed: boolean;
  /** Makes the error that tells why what they stand at cannot be understood. */
  readonly refused?: () => BrokenHeader;
}

export const NO_ATTRIBUTES: Attributes = { aligned: 0, packed: false };

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
const ALIGNMENTS = [...Array(17).keys()].map((power) => 1n << BigInt(power));

/** The value of the expression at the cursor. */
export type Constant = (cursor: Cursor) => bigint;

/** All attributes that stand at the cursor. */
export function readAttributes(cursor: Cursor, constant: Constant): Attributes {
  let all = NO_ATTRIBUTES;
  for (;;) {
    const own = readOne(cursor, constant);
    if (!own) return all;
    all = together(all, own);
  }
}

export function together(a: Attributes, b: Attributes): Attributes {
  const refused = a.refused ?? b.refused;
  return { aligned: Math.max(a.aligned, b.aligned), packed: a.packed || b.packed, ...(refused && { refused }) };
}

function readOne(cursor: Cursor, constant: Constant): Attributes | undefined {
  const { text } = cursor;
  if (text === "__attribute__" || text === "__attribute") {
    cursor.next();
    cursor.expect("(");
    cursor.expect("(");
    const own = readList(cursor, constant, ")");
    cursor.expect(")");
    cursor.expect(")");
    return own;
  }
  if (text === "[" && cursor.ahead(1)?.text === "[") {
    cursor.next();
    cursor.next();
    const own = readList(cursor, constant, "]");
    cursor.expect("]");
    cursor.expect("]");
    return own;
  }
  return undefined;
}

function readList(cursor: Cursor, constant: Constant, end: string): Attributes {
  let all = NO_ATTRIBUTES;
  while (cursor.text !== end) {
    if (cursor.take(",")) continue;
    let name = cursor.next();
    if (name?.kind !== "name") throw cursor.unexpected(cursor.at - 1, "an attribute");
    // `gnu::packed`
    if (cursor.text === ":" && cursor.ahead(1)?.text === ":") {
      cursor.next();
      cursor.next();
      name = cursor.next() ?? name;
    }
    all = together(all, meaning(cursor, name, constant));
  }
  return all;
}

function meaning(cursor: Cursor, token: Token, constant: Constant): Attributes {
  const name = token.text.replace(/^__(\w+)__$/, "$1");
  if (name === "aligned" && cursor.text === "(") {
    cursor.next();
    const from = cursor.at;
    const value = constant(cursor);
    cursor.expect(")");
    return { ...NO_ATTRIBUTES, ...alignment(value, cursor.tokens[from] as Token) };
  }
  if (cursor.text === "(") cursor.skipBrackets();
  if (name === "packed") return { aligned: 0, packed: true };
  if (name === "aligned") return refuse(token, "`aligned` without a number means something else on every architecture");
  if (REFUSED.has(name)) return refuse(token, `the attribute \`${name}\` is not understood`);
  return NO_ATTRIBUTES;
}

/** `_Alignas` has 0 for none. */
export function alignment(value: bigint, at: Token): Pick<Attributes, "aligned" | "refused"> {
  if (ALIGNMENTS.includes(value)) return { aligned: Number(value) };
  return {
    aligned: 0,
    refused: () => new BrokenHeader(placeOf(at), "unsupported", `an alignment of ${value} is none`),
  };
}

function refuse(token: Token, message: string): Attributes {
  return { ...NO_ATTRIBUTES, refused: () => new BrokenHeader(placeOf(token), "unsupported", message) };
}
