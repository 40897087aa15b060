/**
 * Problems of the schema: what is wrong, where, and how to correct it. Every step returns problems instead of throwing, so that one run reports all
 * of them.
 */
import leven from "leven";

export interface Problem {
  /** Name of the check, e.g. `unknown-type`. */
  readonly rule: string;
  /** Path from the project's root. */
  readonly file: string;
  /** Line number, from 1. */
  readonly line: number;
  /** Column, from 1, in UTF-16 units as in editors. */
  readonly column: number;
  /** Text of the line. */
  readonly source: string;
  /** The named entry that contains it, e.g. `structs/ckpt_hdr_vma`. Internal: problems that the generator returns do not have it. */
  readonly entry?: string;
  /** What is wrong, without a final dot. */
  readonly message: string;
  /** How to correct it, e.g. ``did you mean `u64`?`` */
  readonly suggestion?: string;
}

/** A problem as text: `file:line:column: message: suggestion [rule]`, and, if it is not blank, the line with a caret under the column. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, source, message, suggestion, rule } = problem;
  const gutter = String(line);
  // Tabs are kept, so that the caret is under its character.
  const pad = source.slice(0, column - 1).replace(/[^\t]/g, " ");
  const sentence = `${file}:${line}:${column}: ${message}${suggestion ? `: ${suggestion}` : ""} [${rule}]`;
  // A blank line is not shown.
  if (source.trim() === "") return sentence;
  return [sentence, `  ${gutter} | ${source}`, `  ${" ".repeat(gutter.length)} | ${pad}^`].join("\n");
}

/** Problems in the order of files and lines, without duplicates. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return [...problems]
    .sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.message, b.message))
    .filter((problem) => {
      const key = [problem.file, problem.line, problem.column, problem.message].join("\0");
      return !seen.has(key) && seen.add(key);
    });
}

/** ``did you mean `x`?`` for the nearest known name, a list of known names when there are few, or no suggestion. */
export function suggest(unknown: string, known: Iterable<string>): { suggestion?: string } {
  const names = [...new Set(known)];
  const near = nearest(unknown, names);
  if (near) return { suggestion: `did you mean \`${near}\`?` };
  if (names.length === 1) return { suggestion: `the only one is \`${names[0]}\`` };
  if (names.length > 0 && names.length <= 12)
    return { suggestion: `it is one of ${names.map((name) => `\`${name}\``).join(", ")}` };
  return {};
}

/** The nearest name, if at most two letters or a third of them differ; undefined otherwise. Transposed letters count least. */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(unknown.length / 3)) + 1;
  for (const name of known) {
    const distance = areSameLetters(unknown, name)
      ? 0.5
      : leven(unknown.toLowerCase(), name.toLowerCase(), { maxDistance: bestDistance });
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

function areSameLetters(a: string, b: string): boolean {
  return a.length === b.length && [...a.toLowerCase()].sort().join("") === [...b.toLowerCase()].sort().join("");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
