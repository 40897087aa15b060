/** Conditions and counts in words, as the notes of drawings. */
import type { Expression } from "../../../../runtime/expression.js";
import { enumerated } from "../spans.js";

/** Words for operators; the others are written as symbols. */
const WORDS: Readonly<Record<string, string>> = {
  "==": "is",
  "!=": "is not",
  "<": "is below",
  ">": "is above",
  "<=": "is at most",
  ">=": "is at least",
  "&&": "and",
  "||": "or",
};

/** Characters per line. */
const LINE_LENGTH = 34;

/** A condition in words, such as `FILE.f_type is CKPT_FILE_PIPE or CKPT_FILE_FIFO, and FILE.pipe_objref is new`. */
export function conditionWords(expression: Expression): string {
  if (typeof expression === "number") return `${expression}`;
  switch (expression[0]) {
    case "constant":
    case "variable":
      return expression[1];
    case "field":
      return expression[1] === null ? expression[2] : `${expression[1]}.${expression[2]}`;
    case "call":
      return callWords(expression[1], conditionWords(expression[2]));
    case "not":
      return `not ${inBrackets(expression[1])}`;
    case "negate":
      return `-${inBrackets(expression[1])}`;
    case "||":
      return oneOf(expression) ?? `${conditionWords(expression[1])} or ${conditionWords(expression[2])}`;
    case "&&":
      return `${conditionWords(expression[1])}, and ${conditionWords(expression[2])}`;
    default: {
      const inner = isComparison(expression[0]) ? conditionWords : inBrackets;
      return `${inner(expression[1])} ${WORDS[expression[0]] ?? expression[0]} ${inner(expression[2])}`;
    }
  }
}

function callWords(name: string, argument: string): string {
  if (name === "unseen") return `${argument} is new`;
  return name === "sum" ? `the sum of ${argument}` : `${name}(${argument})`;
}

/** `X is A, B or C`, when the expression only compares one thing with values; else undefined. */
function oneOf(expression: Expression): string | undefined {
  const questions = alternativesOf(expression).map((one) =>
    typeof one !== "number" && one[0] === "==" ? [conditionWords(one[1]), conditionWords(one[2])] : [],
  );
  const [[subject] = []] = questions;
  if (subject === undefined || questions.some(([own]) => own !== subject)) return undefined;
  return `${subject} is ${enumerated(questions.map(([, value = ""]) => value)).replace(/ and (\S+)$/, " or $1")}`;
}

function alternativesOf(expression: Expression): Expression[] {
  return typeof expression !== "number" && expression[0] === "||"
    ? [...alternativesOf(expression[1]), ...alternativesOf(expression[2])]
    : [expression];
}

function isComparison(operator: string): boolean {
  return ["==", "!=", "<", ">", "<=", ">="].includes(operator);
}

function inBrackets(expression: Expression): string {
  const text = conditionWords(expression);
  return text.includes(" ") ? `(${text})` : text;
}

/** A text broken into lines. Names are not split, so a line may be longer than {@link LINE_LENGTH}. */
export function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LINE_LENGTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
