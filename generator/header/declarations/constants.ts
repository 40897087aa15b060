/** Constant expressions in declarations: they may use enumerators, convert to types and measure them. */
import { type Attributes, readAttributes } from "../attributes.js";
import { evaluate, type Names, NoConstant, NoExpression } from "../constant.js";
import { sourceOf } from "../tokens.js";
import { widthOf } from "../types.js";
import { extentOfResolved } from "./extents.js";
import { errorAt, type Reading } from "./reading.js";
import { isTypeAt, readTypeName } from "./type-name.js";
import { isUnusable } from "./typed.js";

/** The value of the expression at the cursor. Throws `BrokenHeader`. */
export function readConstant(reading: Reading): bigint {
  const { cursor } = reading;
  const first = cursor.token;
  try {
    return evaluate(cursor, namesOf(reading));
  } catch (error) {
    if (!(error instanceof NoConstant)) throw error;
    if (error instanceof NoExpression)
      throw cursor.unexpected(error.token ? cursor.tokens.indexOf(error.token) : cursor.at, "an expression");
    const token = error.token ?? cursor.token ?? first;
    if (!token) throw cursor.unexpected(cursor.at, "a number");
    throw errorAt(token, "no-constant", error.message);
  }
}

/** All attributes at the cursor. */
export function attributesAt(reading: Reading): Attributes {
  return readAttributes(reading.cursor, () => readConstant(reading));
}

/** What an expression of the reading may use. */
export function namesOf(reading: Reading): Names {
  const { scope, nesting } = reading;
  return {
    number: (name) => scope.number(name),
    int: 32,
    long: scope.arch.bits,
    nesting,
    conversion: () => conversion(reading),
    measure: (what) => measure(reading, what),
  };
}

function conversion(reading: Reading): { readonly bits: number; readonly unsigned: boolean } | undefined {
  const { cursor } = reading;
  const { token } = cursor;
  if (!token || !isTypeAt(reading, token)) return undefined;
  const from = cursor.at;
  const resolved = readTypeName(reading);
  const scalar =
    !isUnusable(resolved) && resolved.type.kind === "scalar" && resolved.dims.length === 0
      ? resolved.type.scalar
      : undefined;
  if (scalar === undefined || /^f|^char$/.test(scalar)) {
    const c = sourceOf(cursor.tokens.slice(from, cursor.at)) ?? token.text;
    throw new NoConstant(`\`(${c})\` is no conversion to an integer of known width`, token);
  }
  return { bits: widthOf(scalar) * 8, unsigned: !scalar.startsWith("s") };
}

function measure(reading: Reading, what: "size" | "align"): bigint {
  const { cursor } = reading;
  const open = cursor.token;
  const first = cursor.ahead(1);
  if (open?.text !== "(" || !first || !isTypeAt(reading, first))
    throw new NoConstant("only types can be measured, not values", open);
  cursor.next();
  const extent = extentOfResolved(reading, readTypeName(reading), first);
  cursor.expect(")");
  return BigInt(extent[what]);
}
