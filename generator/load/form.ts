/** Errors of the JSON Schema in the terms of the schema's authors, and removal of the invalid parts. */
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { nearest, type Problem, suggest } from "../problem.js";
import { EXCLUDES, form, NO_CHOICE, type NoChoice } from "./choice.js";
import type { DataPath, Document } from "./document.js";

/** Keys with prose. */
const DOCUMENTATION = new Set(["doc", "summary", "purpose", "reason"]);

/** Descriptions of the patterns in the JSON Schema. */
const PATTERNS: Readonly<Record<string, string>> = {
  "^v[0-9]": "a version id, e.g. `v19`",
  "^v[0-9][A-Za-z0-9-]*$": "a version id, e.g. `v19`",
  "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a date, e.g. `2009-09-23`",
  "^[A-Za-z_][A-Za-z0-9_]*$": "a name as in C: letters, digits and `_`",
  "^[A-Z][A-Z0-9_]*$": "a name in capitals, e.g. `FILE_PIPE`",
  "^[a-z][a-z0-9_]*$": "a name in small letters, e.g. `task_tail`",
  "^[a-z]": "an architecture or a family, e.g. `x86_32`",
  "^[0-9]+(\\.[0-9]+)+$": 'a release of Linux in quotes, e.g. `"2.6.36"`',
  "^[a-z0-9]+$": "small letters and digits",
  "^[A-Za-z_][A-Za-z0-9_]*( [A-Za-z_][A-Za-z0-9_]*)*( \\*+)?$": "a type of C, e.g. `unsigned long` or `void *`",
  "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\\.h$": "a header, e.g. `asm/ptrace.h`",
  "^[0-9a-f]{7,40}$": "an id of git, e.g. `0abe2fef1b3a`",
  "^(\\[[^\\]]+\\])+$": "lengths in brackets, e.g. `[NUM_FPRS]`",
};

export function formProblems(document: Document, errors: readonly ErrorObject[]): Problem[] {
  const misnamed = new Set(errors.flatMap((error) => misnamedKey(error) ?? []));
  const byPlace = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    // These are errors of a whole condition, whose parts have been reported.
    if (error.keyword === "if" || error.keyword === "propertyNames") continue;
    const errorsHere = byPlace.get(error.instancePath) ?? [];
    errorsHere.push(error);
    byPlace.set(error.instancePath, errorsHere);
  }
  return [...byPlace]
    .filter(([pointer]) => !ancestors(pointer).some((ancestor) => misnamed.has(ancestor)))
    .flatMap(([pointer, errorsHere]) => problemsAt(document, parsePointer(pointer), errorsHere));
}

/** Pointer to the value of an invalid key, whose other errors are irrelevant. */
function misnamedKey({ instancePath, propertyName }: ErrorObject): string | undefined {
  return propertyName === undefined
    ? undefined
    : `${instancePath}/${propertyName.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function ancestors(pointer: string): string[] {
  const steps = pointer.split("/");
  return steps.map((_, index) => steps.slice(0, index + 1).join("/"));
}

/** Problems of one value. */
function problemsAt(document: Document, path: DataPath, errors: readonly ErrorObject[]): Problem[] {
  const foreign = new Set(errors.flatMap((error) => (error.keyword === EXCLUDES ? (error.schema as string[]) : [])));
  const unknown = errors
    .filter((error) => error.keyword === "additionalProperties")
    .map((error) => error.params.additionalProperty as string);
  // A missing key is not reported when an unknown key looks like a misspelling of it.
  const isMisspelt = (missing: readonly string[]) =>
    missing.length > 0 && unknown.some((key) => nearest(bare(key), missing) !== undefined);
  const missing = errors.filter(
    ({ keyword, params }) => keyword === "required" && !isMisspelt([params.missingProperty]),
  );

  return [
    ...(missing.length > 0 ? [missingProblem(document, path, missing)] : []),
    ...errors.flatMap((error) => {
      if (error.keyword === "required" || isMisspelt(tellingKeys(error))) return [];
      // A key of another alternative is reported as an exclusion.
      if (error.keyword === "additionalProperties" && foreign.has(error.params.additionalProperty)) return [];
      return formProblem(document, path, error);
    }),
  ];
}

/** The key without the value that YAML treats as part of it when no space follows the colon: `type:u32`. */
function bare(key: string): string {
  return key.replace(/:.*/, "");
}

/** Distinguishing keys of the alternatives, when none is present. */
function tellingKeys(error: ErrorObject): readonly string[] {
  const choice = error.keyword === NO_CHOICE ? (error.schema as NoChoice) : undefined;
  return choice && "keys" in choice ? choice.keys : [];
}

function missingProblem(document: Document, path: DataPath, errors: readonly ErrorObject[]): Problem {
  const keys = errors.map((error) => error.params.missingProperty as string);
  const [first] = errors as [ErrorObject];
  const { properties } = first.parentSchema as { properties?: Record<string, { description?: string }> };
  const description = keys.length === 1 ? properties?.[keys[0] as string]?.description : undefined;
  return document.problem(path, {
    rule: keys.every((key) => DOCUMENTATION.has(key)) ? "undocumented" : "missing-key",
    message: `${nameOf(path)} has no ${list(keys.map((key) => `\`${key}\``))}`,
    ...(description && { suggestion: `add it: ${inSentence(description)}` }),
  });
}

function formProblem(document: Document, path: DataPath, error: ErrorObject): Problem[] {
  const name = nameOf(path);
  const schema = error.parentSchema as { description?: string; properties?: Record<string, { description?: string }> };
  const key = (key: string, rule: string, message: string, suggestion: { suggestion?: string } = {}) => [
    document.problem([...path, key], { rule, message, ...suggestion }),
  ];
  const value = (message: string, suggestion: { suggestion?: string } = {}, rule = "bad-value") => [
    document.problem(path, { rule, message, ...suggestion }, "value"),
  ];

  switch (error.keyword) {
    case "additionalProperties": {
      const unknown = error.params.additionalProperty as string;
      const known = Object.keys(schema.properties ?? {});
      const slip = (error.data as Record<string, unknown>)[unknown] === null && slipOfYaml(unknown, known);
      if (slip) return key(unknown, "unknown-key", `unknown key \`${unknown}\``, { suggestion: slip });
      return key(unknown, "unknown-key", `unknown key \`${unknown}\``, suggest(unknown, known));
    }
    case EXCLUDES:
      return (error.schema as string[])
        .filter((foreign) => Object.hasOwn(error.data as object, foreign))
        .flatMap((foreign) => {
          const own = (error.parentSchema as { required: string[] }).required[0];
          return key(foreign, "bad-value", `\`${own}\` and \`${foreign}\` exclude each other`);
        });
    case NO_CHOICE: {
      const choice = error.schema as NoChoice;
      if ("forms" in choice)
        return value(`${name} ${isNow(error.data)}`, { suggestion: `expected ${list(choice.forms)}` });
      const keys = list(choice.keys.map((known) => `\`${known}\``));
      if (isMapping(error.data))
        return [document.problem(path, { rule: "missing-key", message: `${name} has no ${keys}` })];
      return value(`${name} ${isNow(error.data)}`, { suggestion: `expected a mapping with ${keys}` });
    }
    case "type": {
      const { pattern } = error.parentSchema as { pattern?: string };
      return value(`${name} ${isNow(error.data)}`, {
        suggestion: `expected ${(pattern && PATTERNS[pattern]) || form(error.schema)}`,
      });
    }
    case "enum": {
      const allowed = (error.params.allowedValues as unknown[]).map(String);
      if (typeof error.data === "object") return value(`${name} ${isNow(error.data)}`, suggest("", allowed));
      return value(`\`${String(error.data)}\` is not a value of ${name}`, suggest(String(error.data), allowed));
    }
    case "const":
      return value(`${name} can only be \`${String(error.schema)}\``, { suggestion: "leave the key out otherwise" });
    case "pattern": {
      const pattern = error.schema as string;
      const expected = { suggestion: `expected ${PATTERNS[pattern] ?? `what matches ${pattern}`}` };
      return error.propertyName === undefined
        ? value(`\`${String(error.data)}\` does not fit ${name}`, expected)
        : key(error.propertyName, "bad-name", `\`${error.propertyName}\` does not fit here`, expected);
    }
    case "minimum":
      return value(`\`${String(error.data)}\` is too small for ${name}`, {
        suggestion: `at least ${String(error.schema)}`,
      });
    case "minLength":
      return value(`${name} is empty`, {}, "undocumented");
    case "minItems":
    case "minProperties":
      return value(`${name} is too short`, {
        suggestion: `at least ${String(error.schema)} ${error.schema === 1 ? "entry" : "entries"}`,
      });
    case "not":
      if (typeof error.data !== "string") return [];
      return value(`${name} still says TODO`, {}, "undocumented");
    default:
      return value(`${name} ${error.message ?? "does not fit"}`);
  }
}

/** Hint on YAML syntax that turns something else into a key without a value, in a mapping in braces. */
function slipOfYaml(unknown: string, known: readonly string[]): string | undefined {
  if (unknown.includes(":")) return "a space follows the colon";
  return nearest(unknown, known) === undefined ? "put a text that contains a comma in quotes" : undefined;
}

/** Name of a value in messages: the last key of its path, ignoring indexes and version ids of histories. */
function nameOf(path: DataPath): string {
  if (path.length === 0) return "the file";
  const steps = path.filter((step) => typeof step === "string" && !/^v[0-9]/.test(step));
  const last = path[path.length - 1];
  return `${typeof last === "number" ? "an item of " : ""}\`${steps[steps.length - 1] ?? last}\``;
}

function isNow(data: unknown): string {
  if (data === null) return "has no value";
  if (Array.isArray(data)) return "is a list";
  if (isMapping(data)) return Object.keys(data).length > 0 ? "is a mapping" : "is empty";
  if (typeof data === "string") return "is a text";
  return `is the ${typeof data === "number" ? "number" : "value"} \`${String(data)}\``;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;
}

function inSentence(description: string): string {
  const text = description.replace(/\.$/, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Steps of a JSON pointer; indexes of lists are numbers. */
function parsePointer(pointer: string): DataPath {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^(0|[1-9][0-9]*)$/.test(step) ? Number(step) : step));
}

/** Parts that were removed from the documents. */
export interface Lost {
  /** Keys that were removed. */
  readonly names: ReadonlySet<string>;
  /** Whether unknown entries may have been removed: those of an unreadable file, or of an invalid key. */
  readonly others: boolean;
}

/** Most rounds of removal; each may reveal that the rest is invalid too. */
const ROUNDS = 16;

/** Removes invalid parts from the data, in place, so that the next steps can check the rest. Undefined when nothing useful is left. */
export function mend(data: unknown, validate: ValidateFunction): Lost | undefined {
  const names = new Set<string>();
  let others = false;
  for (let round = 0; round < ROUNDS; round++) {
    if (validate(data)) return { names, others };
    for (const error of validate.errors ?? []) {
      const path = parsePointer(error.instancePath);
      const missing = error.keyword === "required" ? (error.params.missingProperty as string) : undefined;
      const holder = at(data, path);
      if (missing !== undefined && DOCUMENTATION.has(missing) && isMapping(holder))
        holder[missing] = "Not written yet.";
      else if (error.keyword !== "if" && error.keyword !== "propertyNames") {
        const key = error.propertyName ?? (error.params.additionalProperty as string | undefined);
        if (!leaveOut(key === undefined ? path : [...path, key])) return undefined;
        if (error.propertyName !== undefined) others = true;
      }
    }
  }
  return undefined;

  /** Removes a part; false when that would remove the whole file. */
  function leaveOut(path: DataPath): boolean {
    // Removing one item of a list would shift the others, so the whole list is removed.
    let end = path.length;
    while (end > 0 && typeof path[end - 1] === "number" && Array.isArray(at(data, path.slice(0, end - 1)))) end--;
    if (end < 2) return false;
    const holder = at(data, path.slice(0, end - 1));
    const key = String(path[end - 1]);
    if (isMapping(holder) && Object.hasOwn(holder, key)) {
      names.add(key);
      for (const inner of keysWithin(holder[key])) names.add(inner);
      delete holder[key];
    }
    return true;
  }
}

function at(data: unknown, path: DataPath): unknown {
  return path.reduce<unknown>(
    (part, step) =>
      typeof part === "object" && part !== null && Object.hasOwn(part, step)
        ? (part as Record<string | number, unknown>)[step]
        : undefined,
    data,
  );
}

function keysWithin(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysWithin);
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => [key, ...keysWithin(part)]);
}
