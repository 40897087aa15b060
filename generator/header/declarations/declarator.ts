/** Reads declarators: names with pointers, arrays and functions around them, `(*name)[2]`. */
import { type Attributes, NO_ATTRIBUTES, spellingAt, together } from "../attributes.js";
import { BrokenHeader } from "../broken.js";
import type { Dimension } from "../model.js";
import { type CToken, sourceText } from "../tokens.js";
import { pointerType } from "../types.js";
import { attributesAt, readConstant } from "./constants.js";
import { type DeclarationReader, errorAt } from "./reading.js";
import { isUnusable, type TypeReading, type Unusable, wordsOf } from "./typed.js";
import { ASM, QUALIFIERS } from "./words.js";

/** Most dimensions of an array, including those of typedefs. */
const MAX_DIMENSIONS = 64;

export interface Declarator {
  readonly name?: CToken;
  /** Derivations from the name outwards. */
  readonly derived: readonly ("pointer" | "function" | Bounds)[];
  readonly attributes: Attributes;
  /** Alignment in bytes that attributes after the outermost `*` require; 0 for none. */
  readonly pointerAlign: number;
}

/** An array's length, or the error for one without a value. */
type Bounds = { readonly dimension: Dimension } | Unusable;

/**
 * Reads a declarator. `common` are the attributes before all declarators of the declaration. The declarator of a type name (`isTypeName`) has no name
 * itself, so a parenthesis may begin parameters.
 */
export function readDeclarator(reading: DeclarationReader, common: Attributes, isTypeName = false): Declarator {
  const { cursor } = reading;
  const before = attributesAt(reading);
  const inner = readPlain(reading, isTypeName);
  if (cursor.text !== undefined && ASM.has(cursor.text)) {
    cursor.next();
    cursor.skipBrackets();
  }
  const after = attributesAt(reading);
  // Leading attributes apply last.
  return { ...inner, attributes: [after, before, common].reduce(together, inner.attributes) };
}

/** The type of a declarator, derived from the type before it. */
export function deriveType(
  { cursor, scope }: DeclarationReader,
  base: TypeReading,
  { name, derived, pointerAlign }: Declarator,
): TypeReading {
  const dims: Dimension[] = [];
  for (const [index, each] of derived.entries()) {
    if (typeof each === "object") {
      if (!("dimension" in each)) return each;
      dims.push(each.dimension);
    } else if (each === "pointer") {
      const c = derived[index + 1] === "function" ? "function pointer" : `${wordsOf(base)} *`;
      return { type: pointerType(c, scope.arch.bits), dims, ...(pointerAlign > 0 && { typeAlign: pointerAlign }) };
    } else {
      const at = name ?? (cursor.token as CToken);
      return { refusal: () => errorAt(at, "not-c", "a function cannot be a member") };
    }
  }
  if (isUnusable(base)) return base;
  const all = [...dims, ...base.dims];
  const at = name ?? (cursor.token as CToken);
  if (all.length > MAX_DIMENSIONS)
    return { refusal: () => errorAt(at, "too-deep", `an array of more than ${MAX_DIMENSIONS} dimensions`) };
  return { ...base, dims: all };
}

function readPlain(reading: DeclarationReader, isTypeName: boolean): Declarator {
  const { cursor } = reading;
  let pointers = 0;
  let pointerAlign = 0;
  while (cursor.take("*")) {
    pointers++;
    pointerAlign = 0;
    for (;;) {
      const { at } = cursor;
      // The first of several groups of attributes applies last.
      const spelling = spellingAt(cursor);
      const own = spelling ? attributesAt(reading, spelling).latest : 0;
      pointerAlign ||= own;
      while (cursor.token && (QUALIFIERS.has(cursor.token.text) || cursor.text === "_Atomic")) cursor.next();
      if (cursor.at === at) break;
    }
  }
  let name: CToken | undefined;
  let inner: Declarator | undefined;
  let attributes = NO_ATTRIBUTES;
  if (cursor.token?.kind === "name") {
    name = cursor.next();
    attributes = attributesAt(reading, "standard");
  } else if (cursor.text === "(" && (!isTypeName || isGrouping(reading))) {
    cursor.next();
    inner = reading.deeper(() => readDeclarator(reading, NO_ATTRIBUTES, isTypeName));
    cursor.expect(")");
    ({ attributes } = inner);
  }
  const derived: Declarator["derived"][number][] = [...(inner?.derived ?? [])];
  for (;;) {
    if (cursor.text === "[" && cursor.ahead(1)?.text !== "[") {
      derived.push(readBounds(reading));
      // Applies to the type of the array, which cannot be packed.
      const { aligned, latest } = attributesAt(reading, "standard");
      attributes = together({ ...NO_ATTRIBUTES, aligned, latest }, attributes);
    } else if (cursor.text === "(") {
      cursor.skipBrackets();
      derived.push("function");
    } else break;
  }
  // The outermost pointer is the type of the declared name.
  const own = inner?.derived.includes("pointer") ? inner.pointerAlign : pointerAlign;
  for (let count = 0; count < pointers; count++) derived.push("pointer");
  const named = name ?? inner?.name;
  return {
    ...(named && { name: named }),
    derived,
    attributes,
    pointerAlign: own,
  };
}

/** Whether a parenthesis contains a declarator, rather than the parameters of an unnamed function. */
function isGrouping(reading: DeclarationReader): boolean {
  const next = reading.cursor.ahead(1);
  return (
    next !== undefined &&
    (/^[*([]$/.test(next.text) || next.text.startsWith("__attribute") || !reading.isType(next)) &&
    next.text !== ")"
  );
}

/** Reads an array's length. An invalid length is an error only if a member has the type. */
function readBounds(reading: DeclarationReader): Bounds {
  const { cursor } = reading;
  const from = cursor.at;
  try {
    return { dimension: readDimension(reading) };
  } catch (error) {
    if (!(error instanceof BrokenHeader) || !/^(?:no-constant|bad-length)$/.test(error.code)) throw error;
    cursor.at = from;
    cursor.skipBrackets();
    return { refusal: () => error };
  }
}

function readDimension(reading: DeclarationReader): Dimension {
  const { cursor } = reading;
  cursor.next();
  while (cursor.token && (cursor.text === "static" || QUALIFIERS.has(cursor.token.text))) cursor.next();
  if (cursor.take("]")) return { value: 0 };
  const from = cursor.at;
  const value = readConstant(reading);
  const size = cursor.tokens.slice(from, cursor.at);
  const [first] = size as [CToken];
  cursor.expect("]");
  if (value < 0n || value > 0xffffffffn) throw errorAt(first, "bad-length", `the length of the array is ${value}`);
  if (value === 0n) return { value: 0 };
  const text = sourceText(size);
  return { ...(text !== undefined && { text }), value: Number(value) };
}
