/**
 * The counts and conditions of the schema, made into functions. Whoever evaluates an expression many times resolves its names once and
 * calls what {@link compile} gives; {@link evaluate} is for all others.
 */
import type { BinaryOperator, Expression } from "../../../runtime/expression.js";

/** An expression as a function of the place it is evaluated at. */
export type Term<Place> = (place: Place) => number;

/** Makes the names in an expression into functions. */
export interface Names<Place> {
  /** A field of the nearest record of that name read before, or of the record itself (`null`). */
  field(record: string | null, path: string): Term<Place>;
  /** Not a number when this version does not have the constant, so that no comparison with it holds. */
  constant(name: string): Term<Place>;
  /** `page_size`, `word_size` or `payload`, in bytes. */
  variable(name: string): Term<Place>;
  /** 1 when an object number stands for something new, else 0. Asking binds the number. */
  unseen(objref: Term<Place>): Term<Place>;
  /** Sum of a field over the elements of the payload with that label, e.g. of `depth` over `pids`. */
  sum(label: string, path: string): Term<Place>;
}

/**
 * Makes an expression into a function; 1 and 0 stand for true and false. `&&` and `||` evaluate their right side only if needed, `/` cuts
 * off towards zero. 64-bit fields count as numbers: what is above 2^53 is rounded, and no image has that many of anything.
 */
export function compile<Place>(expression: Expression, names: Names<Place>): Term<Place> {
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

/** Whether a value means true. */
export function isTrue(value: number): boolean {
  return value !== 0 && !Number.isNaN(value);
}

function compileCall<Place>(name: string, argument: Expression, names: Names<Place>): Term<Place> {
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

/** Not JavaScript's `&`, which cuts off at 32 bits and knows no unsigned numbers. */
function and(left: number, right: number): number {
  return Number.isInteger(left) && Number.isInteger(right) ? Number(BigInt(left) & BigInt(right)) : Number.NaN;
}

/** What the names in an expression stand for at one place of an image; the members are those of {@link Names}. */
export interface Scope {
  /** @throws when there is no such record or field */
  field(record: string | null, path: string): number;
  constant(name: string): number;
  variable(name: string): number;
  unseen(objref: number): boolean;
  sum(label: string, path: string): number;
}

/** Value of an expression. */
export function evaluate(expression: Expression, scope: Scope): number {
  if (typeof expression === "number") return expression;
  const known = compiled.get(expression) ?? compile(expression, BY_NAME);
  compiled.set(expression, known);
  return known(scope);
}

/** Whether a condition is true. */
export function holds(expression: Expression, scope: Scope): boolean {
  return isTrue(evaluate(expression, scope));
}

const compiled = new WeakMap<object, Term<Scope>>();

/** Looks the names up each time. */
const BY_NAME: Names<Scope> = {
  field: (record, path) => (scope) => scope.field(record, path),
  constant: (name) => (scope) => scope.constant(name),
  variable: (name) => (scope) => scope.variable(name),
  unseen: (objref) => (scope) => (scope.unseen(objref(scope)) ? 1 : 0),
  sum: (label, path) => (scope) => scope.sum(label, path),
};
