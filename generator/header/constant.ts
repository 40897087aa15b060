/** Evaluates C constant expressions with the integer types of C. */
import { Nesting } from "./nesting.js";
import { NoConstant, noExpression } from "./no-constant.js";
import { type CToken, type Cursor, shortened, sourceText } from "./tokens.js";

/** An integer with its type. */
export interface Integer {
  readonly value: bigint;
  readonly bits: 32 | 64;
  readonly unsigned: boolean;
}

/** Returns the value of a name; undefined for an unknown one. */
export type ConstantLookup = (name: string) => bigint | undefined;

/** Measurements of a type, in bytes. `preferred` is the alignment outside of structs, which is greater for 64-bit types on i386. */
export type Measure = "size" | "align" | "preferred";

/** The properties of a type that matter for conversions to it. */
export interface IntegerType {
  readonly bits: number;
  readonly unsigned: boolean;
  /** Whether all values but 0 become 1, as for `_Bool`. */
  readonly truth?: boolean;
}

/** What an expression may use in addition to numbers. */
export interface ConstantNames {
  /** A name's value, with its type unless that is the smallest; undefined for an unknown name. May throw `NoConstant`. */
  readonly number: (name: string, token: CToken) => Integer | bigint | undefined;
  /** Bits of `int`. In a conditional of the preprocessor, `int` and `long` have 64. */
  readonly int: 32 | 64;
  readonly long: 32 | 64;
  /** Nesting of the construct that contains the expression, if that can be nested itself. */
  readonly nesting?: Nesting;
  /** Reads the type of a cast after its opening parenthesis, up to the closing one; undefined if there is no type. */
  readonly conversion?: () => IntegerType | undefined;
  /** Reads the operand of `sizeof`, `_Alignof` or `__alignof__`. */
  readonly measure?: (what: Measure) => bigint;
  /** Reads the parentheses after `__builtin_offsetof`. */
  readonly offset?: () => bigint;
}

const MAX_EXPRESSION_DEPTH = 200;

/**
 * Evaluates the expression at the cursor, as far as it goes.
 *
 * @throws {NoConstant} when it has no value
 */
export function evaluate(cursor: Cursor, names: ConstantNames): Integer {
  return new Evaluation(cursor, names).conditional(true);
}

/**
 * Evaluates an expression that consists of all tokens.
 *
 * @throws {NoConstant} when it has no value
 */
export function evaluateAll(cursor: Cursor, names: ConstantNames): bigint {
  const { value } = evaluate(cursor, names);
  if (cursor.token) throw noExpression(cursor.token);
  return value;
}

const LEVELS: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ["||"],
    ["&&"],
    ["|"],
    ["^"],
    ["&"],
    ["==", "!="],
    ["<", ">", "<=", ">="],
    ["<<", ">>"],
    ["+", "-"],
    ["*", "/", "%"],
  ].flatMap((operators, index) => operators.map((operator) => [operator, index + 1])),
);

const MEASURES: Readonly<Record<string, Measure>> = {
  sizeof: "size",
  _Alignof: "align",
  alignof: "align",
  __alignof__: "preferred",
  __alignof: "preferred",
};

/** Recursive descent parser. `live` is false in a part that is not evaluated; such a part need not have a value. */
class Evaluation {
  private readonly nesting: Nesting;

  constructor(
    private readonly cursor: Cursor,
    private readonly names: ConstantNames,
  ) {
    this.nesting = names.nesting ?? new Nesting(MAX_EXPRESSION_DEPTH);
  }

  conditional(live: boolean): Integer {
    const condition = this.binary(1, live);
    if (!this.cursor.take("?")) return condition;
    const first = condition.value !== 0n;
    return this.deeper(() => {
      // GNU C: an omitted operand is the condition itself.
      const consequence = this.cursor.text === ":" ? condition : this.conditional(live && first);
      if (!this.cursor.take(":")) throw noExpression(this.cursor.token);
      const alternative = this.conditional(live && !first);
      return wrap((first ? consequence : alternative).value, common(consequence, alternative));
    });
  }

  private binary(level: number, live: boolean): Integer {
    const { cursor } = this;
    const begin = cursor.token;
    let left = this.unary(live);
    for (;;) {
      const { token } = cursor;
      const own = token?.kind === "mark" ? LEVELS[token.text] : undefined;
      if (!token || own === undefined || own < level) return left;
      cursor.next();
      const operator = token.text;
      // The right operand is then not evaluated.
      const decided = (operator === "&&" && left.value === 0n) || (operator === "||" && left.value !== 0n);
      const right = this.deeper(() => this.binary(own + 1, live && !decided));
      left = decided ? this.truth(operator === "||") : this.combine(operator, left, right, live, begin ?? token);
    }
  }

  private combine(operator: string, left: Integer, right: Integer, live: boolean, at: CToken): Integer {
    if (operator === "<<" || operator === ">>") {
      if (right.value >= 0n && right.value < BigInt(left.bits))
        return wrap(operator === "<<" ? left.value << right.value : left.value >> right.value, left);
      if (live) throw new NoConstant(`a shift by ${right.value} bits has no result`, at);
      return left;
    }
    const { bits, unsigned } = common(left, right);
    const [a, b] = [wrap(left.value, { bits, unsigned }).value, wrap(right.value, { bits, unsigned }).value];
    if ((operator === "/" || operator === "%") && b === 0n) {
      if (live) throw new NoConstant("a division by zero has no result", at);
      return left;
    }
    const result = (OPERATORS[operator] as (a: bigint, b: bigint) => bigint | boolean)(a, b);
    return typeof result === "boolean" ? this.truth(result) : wrap(result, { bits, unsigned });
  }

  private unary(live: boolean): Integer {
    const { cursor, names } = this;
    const token = cursor.next();
    if (!token) throw noExpression();
    const inner = () => this.deeper(() => this.unary(live));
    switch (token.text) {
      case "-": {
        const argument = inner();
        return wrap(-argument.value, argument);
      }
      case "+":
        return inner();
      case "~": {
        const argument = inner();
        return wrap(~argument.value, argument);
      }
      case "!":
        return this.truth(inner().value === 0n);
      case "__extension__":
        return inner();
      case "(": {
        const type = names.conversion?.();
        if (type) {
          this.close(token);
          return this.convert(inner().value, type);
        }
        const value = this.deeper(() => this.conditional(live));
        this.close(token);
        return value;
      }
    }
    const what = token.kind === "name" && Object.hasOwn(MEASURES, token.text) ? MEASURES[token.text] : undefined;
    if (what && names.measure) return { value: names.measure(what), bits: names.long, unsigned: true };
    if (token.text === "__builtin_offsetof" && names.offset)
      return { value: names.offset(), bits: names.long, unsigned: true };
    if (token.kind === "name") return this.name(token, live);
    if (token.kind === "number") return this.literal(token);
    if (token.kind === "character") return this.character(token);
    if (token.kind === "string") throw new NoConstant(`\`${shortened(token.text)}\` is not a constant`, token);
    throw noExpression(token);
  }

  private name(token: CToken, live: boolean): Integer {
    const { cursor, names } = this;
    if (cursor.text === "(") {
      const from = cursor.at - 1;
      cursor.skipBrackets();
      if (!live) return this.natural(0n);
      const call = sourceText(cursor.tokens.slice(from, cursor.at)) ?? `${token.text}(…)`;
      throw new NoConstant(`\`${shortened(call)}\` is not a constant`, token);
    }
    const value = live ? names.number(token.text, token) : 0n;
    if (value === undefined) throw new NoConstant(`\`${token.text}\` has no value`, token);
    return typeof value === "bigint" ? this.natural(value) : value;
  }

  private character(token: CToken): Integer {
    const [, plain, octal, hex, escaped] =
      /^'(?:([^\\'])|\\([0-7]{1,3})|\\x([0-9a-fA-F]{1,2})|\\([abfnrtv\\'"?e]))'$/.exec(token.text) ?? [];
    const code =
      octal !== undefined
        ? Number.parseInt(octal, 8)
        : hex !== undefined
          ? Number.parseInt(hex, 16)
          : (plain?.charCodeAt(0) ?? ESCAPES[escaped ?? ""]);
    // The sign of greater values depends on the machine.
    if (code === undefined || code > 127)
      throw new NoConstant(`${shortened(token.text)} is not an ASCII character`, token);
    return { value: BigInt(code), bits: this.names.int, unsigned: false };
  }

  private literal(token: CToken): Integer {
    const [, digits = "", suffix = ""] = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uUlL]*)$/.exec(token.text) ?? [];
    if (digits === "" || !/^(?:[uU]?(?:ll?|LL?)?|(?:ll?|LL?)[uU]?)$/.test(suffix))
      throw new NoConstant(`\`${shortened(token.text)}\` is not an integer`, token);
    const octal = /^0[0-7]+$/.test(digits);
    if (!octal && /^0[0-9]+$/.test(digits)) throw new NoConstant(`\`${digits}\` is not an octal number`, token);
    // Numbers with more digits than 64 bits can have are rejected early.
    if (digits.length > 66) throw new NoConstant("the number does not fit into 64 bits", token);
    const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
    if (value >> 64n) throw new NoConstant("the number does not fit into 64 bits", token);
    const decimal = /^[1-9]/.test(digits);
    const marked = /[uU]/.test(suffix);
    const longs = suffix.replace(/[uU]/, "").length;
    const { int, long } = this.names;
    // The first type from int to unsigned long long that holds the value.
    for (const bits of longs === 2 ? [64] : longs === 1 ? [long, 64] : [int, long, 64]) {
      const is = { value, bits: bits as 32 | 64 };
      if (!marked && value >> BigInt(bits - 1) === 0n) return { ...is, unsigned: false };
      if ((marked || !decimal) && value >> BigInt(bits) === 0n) return { ...is, unsigned: true };
    }
    return { value, bits: 64, unsigned: true };
  }

  private convert(value: bigint, { bits, unsigned, truth }: IntegerType): Integer {
    const { int } = this.names;
    if (truth) return this.truth(value !== 0n);
    const narrow = unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value);
    return bits < int
      ? { value: narrow, bits: int, unsigned: false }
      : { value: narrow, bits: bits as 32 | 64, unsigned };
  }

  /** A value in the smallest type that holds it, as for an enumerator. */
  private natural(value: bigint): Integer {
    const { int } = this.names;
    if (value === BigInt.asIntN(int, value)) return { value, bits: int, unsigned: false };
    return { value, bits: value >> BigInt(int) === 0n ? int : 64, unsigned: value > 0n };
  }

  private truth(holds: boolean): Integer {
    return { value: holds ? 1n : 0n, bits: this.names.int, unsigned: false };
  }

  private close(open: CToken): void {
    if (this.cursor.take(")")) return;
    // A comma, a statement, or an assignment.
    throw noExpression(this.cursor.token ?? open);
  }

  private deeper<T>(read: () => T): T {
    return this.nesting.deeper(read, () => new NoConstant("the expression is nested too deeply", this.cursor.token));
  }
}

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  e: 27,
  "\\": 92,
  "'": 39,
  '"': 34,
  "?": 63,
};

const OPERATORS: Readonly<Record<string, (a: bigint, b: bigint) => bigint | boolean>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "&&": (a, b) => a !== 0n && b !== 0n,
  "||": (a, b) => a !== 0n || b !== 0n,
};

/** Whether `int` can represent a value. */
export function fitsInt(value: bigint): boolean {
  return value === BigInt.asIntN(32, value);
}

/** The common type of two operands. */
function common(a: Integer, b: Integer): Pick<Integer, "bits" | "unsigned"> {
  const bits = a.bits > b.bits ? a.bits : b.bits;
  return { bits, unsigned: (a.unsigned && a.bits === bits) || (b.unsigned && b.bits === bits) };
}

function wrap(value: bigint, { bits, unsigned }: Pick<Integer, "bits" | "unsigned">): Integer {
  return { value: unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value), bits, unsigned };
}
