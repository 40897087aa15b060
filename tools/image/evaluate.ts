/** Evaluates the counts and conditions of the schema. */
import type { Expression } from "../../runtime/index.js";

/** What the names in an expression stand for at one place of an image. */
export interface Scope {
  /**
   * A field of the nearest record of that name read before, or of the record itself (`null`).
   *
   * @throws when there is no such record or field
   */
  field(record: string | null, path: string): number;
  /** Not a number when this version does not have the constant, so that no comparison with it holds. */
  constant(name: string): number;
  /** `page_size`, `word_size` or `payload`, in bytes. */
  variable(name: string): number;
  /** Whether an object number stands for something new. Asking binds the number. */
  unseen(objref: number): boolean;
  /** Sum of a field over the elements of the payload with that label, e.g. of `depth` over `pids`. */
  sum(label: string, path: string): number;
}

/**
 * Value of an expression; 1 and 0 stand for true and false. `&&` and `||` evaluate their right side only if needed, `/` cuts off
 * towards zero. 64-bit fields count as numbers: what is above 2^53 is rounded, and no image has that many of anything.
 */
export function evaluate(expression: Expression, scope: Scope): number {
  if (typeof expression === "number") return expression;
  switch (expression[0]) {
    case "constant":
      return scope.constant(expression[1]);
    case "variable":
      return scope.variable(expression[1]);
    case "field":
      return scope.field(expression[1], expression[2]);
    case "call":
      return call(expression[1], expression[2], scope);
    case "not":
      return evaluate(expression[1], scope) === 0 ? 1 : 0;
    case "negate":
      return -evaluate(expression[1], scope);
    case "&&":
      return holds(expression[1], scope) && holds(expression[2], scope) ? 1 : 0;
    case "||":
      return holds(expression[1], scope) || holds(expression[2], scope) ? 1 : 0;
    default:
      return operate(expression[0], evaluate(expression[1], scope), evaluate(expression[2], scope));
  }
}

/** Whether a condition is true. */
export function holds(expression: Expression, scope: Scope): boolean {
  const value = evaluate(expression, scope);
  return value !== 0 && !Number.isNaN(value);
}

function call(name: string, argument: Expression, scope: Scope): number {
  if (name === "unseen") return scope.unseen(evaluate(argument, scope)) ? 1 : 0;
  if (name === "sum" && typeof argument !== "number" && argument[0] === "field") {
    const [label = "", ...path] = argument[2].split(".");
    return scope.sum(label, path.join("."));
  }
  throw new TypeError(`the schema calls ${name}, which is not known`);
}

function operate(operator: string, left: number, right: number): number {
  switch (operator) {
    case "==":
      return left === right ? 1 : 0;
    case "!=":
      return left !== right ? 1 : 0;
    case "<":
      return left < right ? 1 : 0;
    case ">":
      return left > right ? 1 : 0;
    case "<=":
      return left <= right ? 1 : 0;
    case ">=":
      return left >= right ? 1 : 0;
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return Math.trunc(left / right);
    case "%":
      return left % right;
    case "&":
      // Not JavaScript's `&`, which cuts off at 32 bits and knows no unsigned numbers.
      return Number.isInteger(left) && Number.isInteger(right) ? Number(BigInt(left) & BigInt(right)) : Number.NaN;
    default:
      throw new TypeError(`the schema has the operator ${operator}, which is not known`);
  }
}
