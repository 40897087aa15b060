/** Constant expressions in declarations. They may use enumerators, casts and measurements of types. */
import { type Attributes, readAttributes, type Spelling } from "../attributes.js";
import { type ConstantNames, evaluate, type Integer, type IntegerType, type Measure } from "../constant.js";
import { NoConstant } from "../no-constant.js";
import { sourceText } from "../tokens.js";
import { widthOf } from "../types.js";
import { extentOfResolved, preferredAlignment } from "./extents.js";
import { readOffset } from "./offset.js";
import { type DeclarationReader, errorAt } from "./reading.js";
import { isUnusable } from "./typed.js";

/**
 * Evaluates the expression at the cursor.
 *
 * @throws {BrokenHeader} when it has no value
 */
export function readConstant(reading: DeclarationReader): bigint {
  return readInteger(reading).value;
}

/**
 * Evaluates the expression at the cursor, and determines its type.
 *
 * @throws {BrokenHeader} when it has no value
 */
export function readInteger(reading: DeclarationReader): Integer {
  const { cursor } = reading;
  const first = cursor.token;
  try {
    return evaluate(cursor, namesOf(reading));
  } catch (error) {
    if (!(error instanceof NoConstant)) throw error;
    if (error.code === "no-expression")
      throw cursor.unexpected(error.token ? cursor.tokens.indexOf(error.token) : cursor.at, "an expression");
    const token = error.token ?? cursor.token ?? first;
    if (!token) throw cursor.unexpected(cursor.at, "a number");
    throw errorAt(token, "no-constant", error.message);
  }
}

/** Reads all attributes at the cursor, or those in one syntax. */
export function attributesAt(reading: DeclarationReader, spelling?: Spelling): Attributes {
  return readAttributes(reading.cursor, () => readConstant(reading), spelling);
}

/** The names and operators available to expressions. */
export function namesOf(reading: DeclarationReader): ConstantNames {
  const { scope, nesting } = reading;
  return {
    number: (name) => scope.number(name),
    int: 32,
    long: scope.arch.bits,
    nesting,
    conversion: () => conversion(reading),
    measure: (what) => measure(reading, what),
    offset: () => readOffset(reading, () => readConstant(reading)),
  };
}

function conversion(reading: DeclarationReader): IntegerType | undefined {
  const { cursor, scope } = reading;
  const { token } = cursor;
  if (!token || !reading.isType(token)) return undefined;
  const from = cursor.at;
  const resolved = reading.typeName();
  const type =
    !isUnusable(resolved) && resolved.type.kind === "scalar" && resolved.dims.length === 0 ? resolved.type : undefined;
  if (!type || type.scalar.startsWith("f")) {
    const c = sourceText(cursor.tokens.slice(from, cursor.at)) ?? token.text;
    throw new NoConstant(`\`(${c})\` is not a conversion to an integer of known width`, token);
  }
  const { scalar } = type;
  if (scalar === "char") return { bits: 8, unsigned: scope.unit.macros.has("__CHAR_UNSIGNED__") };
  return { bits: widthOf(scalar) * 8, unsigned: !scalar.startsWith("s"), ...(type.truth && { truth: true }) };
}

function measure(reading: DeclarationReader, what: Measure): bigint {
  const { cursor } = reading;
  const open = cursor.token;
  const first = cursor.ahead(1);
  if (open?.text !== "(" || !first || !reading.isType(first))
    throw new NoConstant("only types can be measured, not values", open);
  cursor.next();
  const resolved = reading.typeName();
  const extent = extentOfResolved(reading, resolved, first);
  cursor.expect(")");
  return BigInt(what === "preferred" ? preferredAlignment(resolved, extent) : extent[what]);
}
