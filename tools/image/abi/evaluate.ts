/**
 * Compiles the counts and conditions of the schema to functions. {@link compile} resolves names once, for expressions that are evaluated many times;
 * {@link evaluate} resolves them on each call.
 */
import type { BinaryOperator, Expression } from "../../../runtime/expression.js";

/** A compiled expression: returns its value at a place of an image. */
export type Term<Place> = (place: Place) => number;

/** Compiles the names in an expression to functions. */
export interface NameCompiler<Place> {
  /** A field of the nearest preceding record of that name, or of the record itself (`null`). */
  field(record: string | null, path: string): Term<Place>;
  /** A constant of the ABI; NaN if this version does not have it, so that no comparison with it holds. */
  constant(name: string): Term<Place>;
  /** `page_size`, `word_size` or `payload`, in bytes. */
  variable(name: string): Term<Place>;
  /** 1 if an object number was not seen before, else 0. The call marks the number as seen. */
  unseen(objref: Term<Place>): Term<Place>;
  /** Sum of a field over the elements of the payload with that label, e.g. of `depth` over `pids`. */
  sum(label: string, path: string): Term<Place>;
}

/**
 * Compiles an expression to a function that returns a number; 1 and 0 are true and false. `&&` and `||` evaluate their right side only if needed, `/`
 * truncates towards zero. 64-bit fields above 2^53 are rounded; no image has that many of anything.
 */
export function compile<Place>(expression: Expression, names: NameCompiler<Place>): Term<Place> {
  if (typeof expression === "number") return () => expression;
  switch (expression[0]) {
    case "constant":
      return names.constant(expression[1]);
    case "variable":
      return names.variable(expression[1]);
    case "field":
      return names.field(expression[1], expression[2]);
    case "call":
      return compileCall(expression[1], expression[2], names);
    case "not": {
      const operand = compile(expression[1], names);
      return (place) => (operand(place) === 0 ? 1 : 0);
    }
    case "negate": {
      const operand = compile(expression[1], names);
      return (place) => -operand(place);
    }
    default:
      return operation(expression[0], compile(expression[1], names), compile(expression[2], names));
  }
}

/** Whether the value of a condition is true. */
export function isTrue(value: number): boolean {
  return value !== 0 && !Number.isNaN(value);
}

function compileCall<Place>(name: string, argument: Expression, names: NameCompiler<Place>): Term<Place> {
  if (name === "unseen") return names.unseen(compile(argument, names));
  if (name === "sum" && typeof argument !== "number" && argument[0] === "field") {
    const [label = "", ...path] = argument[2].split(".");
    return names.sum(label, path.join("."));
  }
  throw new TypeError(`the schema calls ${name}, which is not known`);
}

function operation<Place>(operator: BinaryOperator, left: Term<Place>, right: Term<Place>): Term<Place> {
  switch (operator) {
    case "&&":
      return (place) => (isTrue(left(place)) && isTrue(right(place)) ? 1 : 0);
    case "||":
      return (place) => (isTrue(left(place)) || isTrue(right(place)) ? 1 : 0);
    case "==":
      return (place) => (left(place) === right(place) ? 1 : 0);
    case "!=":
      return (place) => (left(place) !== right(place) ? 1 : 0);
    case "<":
      return (place) => (left(place) < right(place) ? 1 : 0);
    case ">":
      return (place) => (left(place) > right(place) ? 1 : 0);
    case "<=":
      return (place) => (left(place) <= right(place) ? 1 : 0);
    case ">=":
      return (place) => (left(place) >= right(place) ? 1 : 0);
    case "+":
      return (place) => left(place) + right(place);
    case "-":
      return (place) => left(place) - right(place);
    case "*":
      return (place) => left(place) * right(place);
    case "/":
      return (place) => Math.trunc(left(place) / right(place));
    case "%":
      return (place) => left(place) % right(place);
    case "&":
      return (place) => and(left(place), right(place));
    default:
      throw new TypeError(`the schema has the operator ${operator satisfies never}, which is not known`);
  }
}

/** Bitwise AND of integers of any size; JavaScript's `&` truncates to signed 32 bits. */
function and(left: number, right: number): number {
  return Number.isInteger(left) && Number.isInteger(right) ? Number(BigInt(left) & BigInt(right)) : Number.NaN;
}

/** Values of the names in an expression at one place of an image; the members correspond to those of {@link NameCompiler}. */
export interface Scope {
  /**
   * The value of a field of the nearest preceding record of that name, or of the record itself (`null`).
   *
   * @throws when there is no such record or field
   */
  field(record: string | null, path: string): number;
  constant(name: string): number;
  variable(name: string): number;
  unseen(objref: number): boolean;
  sum(label: string, path: string): number;
}

/** Value of an expression; resolves its names on each call. */
export function evaluate(expression: Expression, scope: Scope): number {
  if (typeof expression === "number") return expression;
  const known = compiled.get(expression) ?? compile(expression, BY_NAME);
  compiled.set(expression, known);
  return known(scope);
}

/** Whether a condition is true; resolves its names on each call. */
export function holds(expression: Expression, scope: Scope): boolean {
  return isTrue(evaluate(expression, scope));
}

const compiled = new WeakMap<object, Term<Scope>>();

/** Resolves names on each call. */
const BY_NAME: NameCompiler<Scope> = {
  field: (record, path) => (scope) => scope.field(record, path),
  constant: (name) => (scope) => scope.constant(name),
  variable: (name) => (scope) => scope.variable(name),
  unseen: (objref) => (scope) => (scope.unseen(objref(scope)) ? 1 : 0),
  sum: (label, path) => (scope) => scope.sum(label, path),
};
