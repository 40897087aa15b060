/**
 * Drops the problems that only follow from others, so that one mistake is reported once: a struct whose form is wrong is not measured, and its name
 * is not reported as unknown.
 *
 * In: the problems of each step, and what the first step had to leave out. Out: the problems to report, in order.
 */
import type { Expression } from "../../runtime/expression.js";
import { mentions } from "../expression.js";
import type { Lost } from "../load/form.js";
import type { Field, Model } from "../model.js";
import { type Problem, sortProblems } from "../problem.js";

export interface ProblemsByStep {
  /** Problems of form: the text of an entry is wrong. */
  readonly form: readonly Problem[];
  /** Problems of names: a name refers to nothing. */
  readonly names: readonly Problem[];
  /** Problems of members: one cannot be resolved in some version or on some architecture. */
  readonly members: readonly Problem[];
  /** Problems that the checks find: a layout or a number breaks a rule. */
  readonly checks: readonly Problem[];
}

/** Rules about names that leave it unclear which members a struct has, in which order, and of which types. */
const OF_MEMBERS = new Set([
  "unknown-version",
  "unknown-arch",
  "empty-life",
  "history-order",
  "unknown-struct",
  "unknown-field",
  "duplicate-name",
  "bad-type",
  "ambiguous-width",
]);

export function withoutConsequences(steps: ProblemsByStep, lost: Lost, model: Model): Problem[] {
  const ill = new Set(steps.form.map(placeOf));
  const names = steps.names.filter((problem) => !ill.has(placeOf(problem)));
  const unclear = [...steps.form, ...names.filter((problem) => OF_MEMBERS.has(problem.rule))];
  const vague = new Set(unclear.map(placeOf));
  const members = steps.members.filter((problem) => !vague.has(placeOf(problem)));

  // An entry with a problem may be missing from the model, so references to its name prove nothing.
  const doubtful = new Set([...lost.names, ...unclear.map(({ entry }) => nameOf(entry))]);
  const isTrulyUnknown = (problem: Problem) =>
    !problem.rule.startsWith("unknown-") || (!lost.others && !subjectsOf(problem).some((name) => doubtful.has(name)));

  const unsound = [...unclear, ...members];
  const unmeasured = holdersOf(unsound, model);
  const isComplete =
    !lost.others &&
    ![...steps.form, ...names, ...members].some(({ entry }) => /^(versions|arches|families)\//.test(entry ?? ""));
  // The part of the grammar that could not be read may contain the record.
  const isGrammarWhole = !steps.form.some(({ entry }) => entry?.startsWith("grammar"));
  const isFounded = (problem: Problem) =>
    !unmeasured.has(placeOf(problem)) && (isGrammarWhole || problem.rule !== "unplaced-record");
  const checks = isComplete ? steps.checks.filter(isFounded) : [];

  const worthTelling = [...steps.form, ...[...names, ...members].filter(isTrulyUnknown), ...checks];
  return sortProblems(worthTelling).map(({ entry: _, ...problem }) => problem);
}

/** Identifies an entry. The file is part of the key because families have structs of the same name, in different files. */
function placeOf({ file, entry }: Pick<Problem, "file" | "entry">): string {
  return `${file}/${entry}`;
}

/** The name in backquotes at the beginning of a problem; for `FILE.f_type` also both of its parts. */
function subjectsOf(problem: Problem): string[] {
  const quoted = /`([^`]+)`/.exec(problem.message)?.[1] ?? "";
  return [quoted, ...quoted.split(".")];
}

function nameOf(entry = ""): string {
  return entry.slice(entry.lastIndexOf("/") + 1);
}

/** The entries of the problems, and of all structs that contain them at any depth. */
function holdersOf(problems: readonly Problem[], model: Model): Set<string> {
  const affected = new Set(problems.map(({ entry = "" }) => entry));
  const places = new Set(problems.map(placeOf));
  for (let before = -1; before !== affected.size; ) {
    before = affected.size;
    for (const struct of model.structs) {
      if (!struct.fields.some((field) => [...partsOf(field)].some((part) => affected.has(part)))) continue;
      affected.add(`structs/${struct.key}`);
      places.add(placeOf({ file: struct.origin.document.file, entry: `structs/${struct.key}` }));
    }
  }
  return places;
}

/** The structs and constants that the layout of a field depends on. */
function* partsOf(field: Field): Generator<string> {
  for (const type of field.type?.values() ?? []) {
    yield `structs/${type.base}`;
    yield* constantsOf(type.dims);
  }
  yield* constantsOf(field.nested?.dims ?? []);
  for (const inner of field.nested?.fields ?? []) yield* partsOf(inner);
}

function constantsOf(dims: readonly Expression[]): string[] {
  return dims.flatMap((dim) => [...mentions(dim)].map((mention) => `constants/${mention[1]}`));
}
