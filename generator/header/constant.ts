/** The value of a C constant expression, in the integer types that C computes it in. */
import type { Node } from "./parse.js";

/** An integer with its type: 32 or 64 bits, signed or not. */
interface Integer {
  readonly value: bigint;
  readonly bits: 32 | 64;
  readonly unsigned: boolean;
}

/** Value of a name, undefined for an unknown one. */
export type Lookup = (name: string) => bigint | undefined;

/** Why an expression has no value. */
export class NoConstant extends Error {
  constructor(
    message: string,
    /** The part of the expression, where there is one. */
    readonly node?: Node,
  ) {
    super(message);
  }
}

const DEEPEST = 200;

/** Throws `NoConstant`. */
export function evaluate(node: Node, lookup: Lookup): bigint {
  return integer(node, lookup, 0).value;
}

function integer(node: Node, lookup: Lookup, depth: number): Integer {
  if (depth > DEEPEST) throw new NoConstant("the expression is nested too deeply", node);
  const of = (part: Node) => integer(part, lookup, depth + 1);
  switch (node.type) {
    case "number_literal":
      return literal(node);
    case "char_literal": {
      const [, plain, escaped] = /^'(?:([^\\'])|\\([0abfnrtv\\'"]))'$/.exec(node.text) ?? [];
      const code = plain?.charCodeAt(0) ?? ESCAPES[escaped ?? ""];
      if (code === undefined || code > 127) throw new NoConstant(`${node.text} is not a character`, node);
      return { value: BigInt(code), bits: 32, unsigned: false };
    }
    case "identifier": {
      const value = lookup(node.text);
      if (value === undefined) throw new NoConstant(`\`${node.text}\` has no value`, node);
      return natural(value);
    }
    case "true":
    case "false":
      return natural(node.type === "true" ? 1n : 0n);
    case "parenthesized_expression":
      return of(child(node, 0));
    case "unary_expression":
      return unary(node, of(field(node, "argument")));
    case "binary_expression":
      return binary(node, of);
    case "conditional_expression":
      return of(field(node, of(field(node, "condition")).value !== 0n ? "consequence" : "alternative"));
    case "cast_expression": {
      const to = CASTS[field(node, "type").text.replace(/\s+/g, " ")];
      if (!to)
        throw new NoConstant(`\`(${field(node, "type").text})\` is no conversion to an integer of known width`, node);
      const { value } = of(field(node, "value"));
      const [bits, unsigned] = to;
      const narrow = unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value);
      return bits < 32
        ? { value: narrow, bits: 32, unsigned: false }
        : { value: narrow, bits: bits as 32 | 64, unsigned };
    }
    default:
      throw new NoConstant(`\`${shortened(node.text)}\` is no constant`, node);
  }
}

const ESCAPES: Readonly<Record<string, number>> = {
  "0": 0,
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  "\\": 92,
  "'": 39,
  '"': 34,
};

const CASTS: Readonly<Record<string, readonly [bits: number, unsigned: boolean]>> = Object.fromEntries(
  [8, 16, 32, 64]
    .flatMap((bits) => [
      ...[`__u${bits}`, `u${bits}`, `uint${bits}_t`].map((name) => [name, [bits, true]] as const),
      ...[`__s${bits}`, `s${bits}`, `int${bits}_t`].map((name) => [name, [bits, false]] as const),
    ])
    .concat([
      ["int", [32, false]],
      ["unsigned int", [32, true]],
      ["unsigned", [32, true]],
      ["long long", [64, false]],
      ["unsigned long long", [64, true]],
    ]),
);

function literal(node: Node): Integer {
  const [, sign = "", digits = "", suffix = ""] =
    /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uUlL]*)$/.exec(node.text) ?? [];
  if (digits === "" || !/^(?:[uU]?(?:ll?|LL?)?|(?:ll?|LL?)[uU]?)$/.test(suffix))
    throw new NoConstant(`\`${shortened(node.text)}\` is no integer`, node);
  const octal = /^0[0-7]+$/.test(digits);
  if (!octal && /^0[0-9]+$/.test(digits)) throw new NoConstant(`\`${digits}\` is no octal number`, node);
  // More digits than 64 bits have are refused before they cost anything.
  if (digits.length > 66) throw new NoConstant("the number does not fit into 64 bits", node);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  if (value >> 64n) throw new NoConstant("the number does not fit into 64 bits", node);
  const decimal = /^[1-9]/.test(digits);
  const long = /[lL]/.test(suffix);
  const marked = /[uU]/.test(suffix);
  const unsigned = marked || (!decimal && (value >> 63n !== 0n || (!long && value >> 31n === 1n)));
  const bits = long || value >> (unsigned ? 32n : 31n) ? 64 : 32;
  // The grammar takes the sign for a part of the number.
  return wrap(sign === "-" ? -value : value, { bits, unsigned });
}

/** The type of a name's value: the smallest that holds it. */
function natural(value: bigint): Integer {
  if (value === BigInt.asIntN(32, value)) return { value, bits: 32, unsigned: false };
  return { value, bits: 64, unsigned: value !== BigInt.asIntN(64, value) };
}

function unary(node: Node, argument: Integer): Integer {
  switch (field(node, "operator").text) {
    case "-":
      return wrap(-argument.value, argument);
    case "+":
      return argument;
    case "~":
      return wrap(~argument.value, argument);
    case "!":
      return natural(argument.value === 0n ? 1n : 0n);
    default:
      throw new NoConstant(`\`${shortened(node.text)}\` is no constant`, node);
  }
}

function binary(node: Node, of: (part: Node) => Integer): Integer {
  const operator = field(node, "operator").text;
  const left = of(field(node, "left"));
  // The other side need not have a value then.
  if (operator === "&&" && left.value === 0n) return natural(0n);
  if (operator === "||" && left.value !== 0n) return natural(1n);
  const right = of(field(node, "right"));
  if (operator === "<<" || operator === ">>") {
    if (right.value < 0n || right.value >= BigInt(left.bits))
      throw new NoConstant(`a shift by ${right.value} bits has no result`, node);
    return wrap(operator === "<<" ? left.value << right.value : left.value >> right.value, left);
  }
  const bits = left.bits > right.bits ? left.bits : right.bits;
  const unsigned = (left.unsigned && left.bits === bits) || (right.unsigned && right.bits === bits);
  const [a, b] = [wrap(left.value, { bits, unsigned }).value, wrap(right.value, { bits, unsigned }).value];
  const compute = OPERATORS[operator];
  if (!compute) throw new NoConstant(`\`${shortened(node.text)}\` is no constant`, node);
  if ((operator === "/" || operator === "%") && b === 0n)
    throw new NoConstant("a division by zero has no result", node);
  const result = compute(a, b);
  return typeof result === "boolean" ? natural(result ? 1n : 0n) : wrap(result, { bits, unsigned });
}

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

function wrap(value: bigint, { bits, unsigned }: Pick<Integer, "bits" | "unsigned">): Integer {
  return { value: unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value), bits, unsigned };
}

function field(node: Node, name: string): Node {
  const part = node.childForFieldName(name);
  if (!part) throw new NoConstant(`\`${shortened(node.text)}\` is no constant`, node);
  return part;
}

function child(node: Node, index: number): Node {
  const part = node.namedChild(index);
  if (!part) throw new NoConstant(`\`${shortened(node.text)}\` is no constant`, node);
  return part;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
