/** Parses counts, conditions and array lengths. The syntax is that of JavaScript, parsed by jsep. */
import jsep from "jsep";
import type { BinaryOperator, Expression } from "../runtime/expression.js";

const BINARY = new Set<string>(["==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "%", "&"]);
const VARIABLES = new Set(["page_size", "word_size", "payload"]);
const FUNCTIONS = new Set(["unseen", "sum"]);

/** Longest expression in characters: deep nesting in a longer one could exhaust the stack. */
const MAX_EXPRESSION_LENGTH = 500;

/** Node types of jsep that the schema does not support, with their names in messages. */
const FOREIGN: Readonly<Record<string, string>> = {
  ArrayExpression: "a list is not allowed here",
  ConditionalExpression: "`? :` is not allowed here",
  SequenceExpression: "a comma is not allowed here",
  ThisExpression: "`this` is not a name",
};

/** The tree of an expression, or the error in its text. */
export function parseExpression(text: string | number): { expression: Expression } | { error: string } {
  if (typeof text === "number") return { expression: text };
  if (text.length > MAX_EXPRESSION_LENGTH) return { error: `it is longer than ${MAX_EXPRESSION_LENGTH} characters` };
  try {
    // jsep does not parse hexadecimal numbers.
    return { expression: convert(jsep(text.replace(/\b0[xX][0-9a-fA-F]+\b/g, (digits) => String(Number(digits))))) };
  } catch (error) {
    return { error: inWords(error as Error & { description?: string }) };
  }
}

/** The parser's error message without the position, in the terms of this schema. */
function inWords({ description, message }: Error & { description?: string }): string {
  return (description ?? message)
    .replace(/^Expected expression after (.*)$/, "nothing follows `$1`")
    .replace(/^missing unaryOp argument$/, "nothing follows the sign")
    .replace(/^Unclosed (.)$/, "`$1` is not closed")
    .replace(/^Unexpected "="$/, "`==` compares, not `=`")
    .replace(/^Unexpected "?(.+?)"?$/, "`$1` is not expected")
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

function convert(node: jsep.Expression): Expression {
  switch (node.type) {
    case "Literal": {
      const { value, raw } = node as jsep.Literal;
      if (/^0[0-9]/.test(raw)) throw new Error(`\`${raw}\` is neither decimal nor, with 0x, hexadecimal`);
      if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Error(`\`${raw}\` is not an integer`);
      return value;
    }
    case "Identifier":
      return name((node as jsep.Identifier).name);
    case "MemberExpression": {
      const steps = fieldPath(node);
      const [first, ...rest] = steps;
      return isRecordName(first as string)
        ? ["field", first as string, rest.join(".")]
        : ["field", null, steps.join(".")];
    }
    case "CallExpression": {
      const call = node as jsep.CallExpression;
      const callee = (call.callee as jsep.Identifier).name ?? "";
      if (!FUNCTIONS.has(callee)) throw new Error(`the functions are ${[...FUNCTIONS].map(quote).join(" and ")}`);
      if (call.arguments.length !== 1) throw new Error(`${quote(callee)} takes one argument`);
      return ["call", callee, convert(call.arguments[0] as jsep.Expression)];
    }
    case "UnaryExpression": {
      const { operator, argument } = node as jsep.UnaryExpression;
      if (operator === "!") return ["not", convert(argument)];
      if (operator === "-") return ["negate", convert(argument)];
      throw unknownOperator(operator);
    }
    case "BinaryExpression": {
      const { operator, left, right } = node as jsep.BinaryExpression;
      if (!BINARY.has(operator)) throw unknownOperator(operator);
      return [operator as BinaryOperator, convert(left), convert(right)];
    }
    case "Compound":
      throw new Error((node as jsep.Compound).body.length > 0 ? "an operator is missing" : "it is empty");
    default:
      throw new Error(FOREIGN[node.type] ?? `${node.type} is not allowed here`);
  }
}

function unknownOperator(operator: string): Error {
  return new Error(`\`${operator}\` is not one of the operators ! ${[...BINARY].join(" ")}`);
}

function quote(name: string): string {
  return `\`${name}\``;
}

/** A constant, in capitals or beginning with an underscore (`__NEW_UTS_LEN`), or else a field of the record itself. */
function name(identifier: string): Expression {
  if (VARIABLES.has(identifier)) return ["variable", identifier];
  return isConstantName(identifier) ? ["constant", identifier] : ["field", null, identifier];
}

function isConstantName(identifier: string): boolean {
  return /^_*[A-Z][A-Za-z0-9_]*$/.test(identifier) && identifier.toUpperCase() === identifier;
}

/** Whether a name before a dot is a record (`FILE.f_type`), not a field (`rlim.cur`). Labels (`pids.depth`) are resolved later. */
function isRecordName(identifier: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(identifier);
}

function fieldPath(node: jsep.Expression): string[] {
  if (node.type === "Identifier") return [(node as jsep.Identifier).name];
  if (node.type !== "MemberExpression") throw new Error("a field is named by names and dots");
  const { object, property, computed } = node as jsep.MemberExpression;
  if (computed) throw new Error("a field is named by names and dots");
  return [...fieldPath(object), (property as jsep.Identifier).name];
}

/** Value of an expression of literals, constants and variables; undefined when one of these has no value. */
export function evaluateConstant(
  expression: Expression,
  constant: (name: string) => number | undefined,
  variable: (name: string) => number | undefined = () => undefined,
): number | undefined {
  if (typeof expression === "number") return expression;
  const [kind] = expression;
  if (kind === "constant") return constant(expression[1] as string);
  if (kind === "variable") return variable(expression[1] as string);
  const [left, right] = expression
    .slice(1)
    .map((part) =>
      typeof part === "number" || Array.isArray(part)
        ? evaluateConstant(part as Expression, constant, variable)
        : undefined,
    );
  if (kind === "negate") return left === undefined ? undefined : -left;
  const calculate = ARITHMETIC[kind];
  return calculate && left !== undefined && right !== undefined ? calculate(left, right) : undefined;
}

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
};

/** All names and fields that an expression mentions. */
export function* mentions(expression: Expression): Generator<Extract<Expression, readonly unknown[]>> {
  if (typeof expression === "number") return;
  const [kind] = expression;
  if (kind === "constant" || kind === "variable" || kind === "field") yield expression;
  else if (kind === "call") {
    yield expression;
    yield* mentions(expression[2] as Expression);
  } else for (const part of expression.slice(1)) yield* mentions(part as Expression);
}

/** Arithmetic in the notation of the schema, e.g. `2 * word_size`; without superfluous parentheses. */
export function expressionWords(expression: Expression): string {
  if (typeof expression === "number") return `${expression}`;
  if (expression[0] === "variable" || expression[0] === "constant") return expression[1];
  const [operator, ...operands] = expression as readonly [string, ...Expression[]];
  const words = operands.map((operand) =>
    Array.isArray(operand) && operand.length > 2 ? `(${expressionWords(operand)})` : expressionWords(operand),
  );
  return operator === "negate" ? `-${words[0]}` : words.join(` ${operator} `);
}
