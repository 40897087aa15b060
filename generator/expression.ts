/** Parses counts, conditions and array lengths. The syntax is JavaScript's, read by jsep. */
import jsep from "jsep";
import type { BinaryOperator, Expression } from "../runtime/expression.js";

const BINARY = new Set<string>(["==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "%", "&"]);
const VARIABLES = new Set(["page_size", "word_size", "payload"]);
const FUNCTIONS = new Set(["unseen", "sum"]);

/** The tree of an expression, or what is wrong with its text. */
export function parseExpression(text: string | number): { expression: Expression } | { error: string } {
  if (typeof text === "number") return { expression: text };
  try {
    return { expression: convert(jsep(text)) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function convert(node: jsep.Expression): Expression {
  switch (node.type) {
    case "Literal": {
      const { value, raw } = node as jsep.Literal;
      if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Error(`${raw} is not an integer`);
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
      const callee = (call.callee as jsep.Identifier).name;
      if (!FUNCTIONS.has(callee)) throw new Error(`unknown function ${callee}`);
      if (call.arguments.length !== 1) throw new Error(`${callee} takes one argument`);
      return ["call", callee, convert(call.arguments[0] as jsep.Expression)];
    }
    case "UnaryExpression": {
      const { operator, argument } = node as jsep.UnaryExpression;
      if (operator === "!") return ["not", convert(argument)];
      if (operator === "-") return ["negate", convert(argument)];
      throw new Error(`unknown operator ${operator}`);
    }
    case "BinaryExpression": {
      const { operator, left, right } = node as jsep.BinaryExpression;
      if (!BINARY.has(operator)) throw new Error(`unknown operator ${operator}`);
      return [operator as BinaryOperator, convert(left), convert(right)];
    }
    default:
      throw new Error(`${node.type} is not part of an expression here`);
  }
}

/** Constants are in capitals or begin with an underscore (`__NEW_UTS_LEN`); anything else is a field of the record itself. */
function name(identifier: string): Expression {
  if (VARIABLES.has(identifier)) return ["variable", identifier];
  return isConstantName(identifier) ? ["constant", identifier] : ["field", null, identifier];
}

function isConstantName(identifier: string): boolean {
  return /^_*[A-Z][A-Za-z0-9_]*$/.test(identifier) && identifier.toUpperCase() === identifier;
}

/** `FILE.f_type` names a record, `rlim.cur` a nested field; labels of payloads (`pids.depth`) are told apart by the resolver. */
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

/** Value of an expression of literals and constants; undefined when a constant has no value. */
export function evaluateConstant(
  expression: Expression,
  constant: (name: string) => number | undefined,
): number | undefined {
  if (typeof expression === "number") return expression;
  const [kind] = expression;
  if (kind === "constant") return constant(expression[1] as string);
  if (kind === "+" || kind === "-" || kind === "*" || kind === "/") {
    const left = evaluateConstant(expression[1] as Expression, constant);
    const right = evaluateConstant(expression[2] as Expression, constant);
    if (left === undefined || right === undefined) return undefined;
    if (kind === "+") return left + right;
    if (kind === "-") return left - right;
    if (kind === "*") return left * right;
    return left / right;
  }
  return undefined;
}

/** Every name and field that an expression mentions. */
export function* mentions(expression: Expression): Generator<Extract<Expression, readonly unknown[]>> {
  if (typeof expression === "number") return;
  const [kind] = expression;
  if (kind === "constant" || kind === "variable" || kind === "field") yield expression;
  else if (kind === "call") {
    yield expression;
    yield* mentions(expression[2] as Expression);
  } else for (const part of expression.slice(1)) yield* mentions(part as Expression);
}
