/**
 * Step 1: YAML texts to documents that fit the JSON Schema.
 *
 * In: the files' paths and texts, and the JSON Schema. Out: documents with source positions, and every problem of syntax and form.
 */
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { Document, type Path } from "./document.js";
import { type Problem, suggest } from "./problem.js";

export interface SchemaText {
  /** Path from the project's root, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

export function load(texts: readonly SchemaText[], jsonSchema: object): { documents: Document[]; problems: Problem[] } {
  const validate = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
  }).compile(jsonSchema);

  const documents: Document[] = [];
  const problems: Problem[] = [];
  for (const { file, text } of texts) {
    const document = new Document(file, text);
    const syntax = document.syntaxProblems();
    problems.push(...syntax);
    if (syntax.length > 0) continue;
    if (document.data === null || document.data === undefined) continue;
    if (validate(document.data)) documents.push(document);
    else problems.push(...formProblems(document, validate.errors ?? []));
  }
  return { documents, problems };
}

/**
 * What ajv found, told once per place. A value that fits none of several alternatives brings an error for each of them; only the
 * deepest ones point at what the author meant.
 */
function formProblems(document: Document, errors: readonly ErrorObject[]): Problem[] {
  const telling = errors.filter((error) => !["anyOf", "oneOf", "not", "propertyNames"].includes(error.keyword));
  const alternatives = errors.filter((error) => error.keyword === "anyOf" || error.keyword === "oneOf");
  const problems: Problem[] = [];
  for (const error of telling) {
    const within = alternatives.filter((alternative) => isAtOrBelow(error.instancePath, alternative.instancePath));
    // Among alternatives, keep what lies deeper than the choice itself: it belongs to the branch that was meant.
    if (within.some((alternative) => alternative.instancePath === error.instancePath && !isMissingOrUnknown(error)))
      continue;
    problems.push(formProblem(document, error));
  }
  for (const alternative of alternatives) {
    const told = telling.some(
      (error) =>
        isAtOrBelow(error.instancePath, alternative.instancePath) &&
        (error.instancePath !== alternative.instancePath || isMissingOrUnknown(error)),
    );
    const nested = alternatives.some(
      (other) => other !== alternative && other.instancePath.startsWith(`${alternative.instancePath}/`),
    );
    if (!told && !nested) problems.push(formProblem(document, alternative));
  }
  for (const error of errors)
    if (error.keyword === "not" && !alternatives.some((a) => isAtOrBelow(error.instancePath, a.instancePath)))
      problems.push(formProblem(document, error));
  return problems;
}

function isMissingOrUnknown(error: ErrorObject): boolean {
  return error.keyword === "additionalProperties" || error.keyword === "required";
}

function isAtOrBelow(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(`${ancestor}/`);
}

function formProblem(document: Document, error: ErrorObject): Problem {
  const path = parsePointer(error.instancePath);
  const name = path.length > 0 ? `\`${path[path.length - 1]}\`` : "the file";
  const schema = error.parentSchema as { description?: string; properties?: object } | undefined;
  switch (error.keyword) {
    case "additionalProperties": {
      const key = error.params.additionalProperty as string;
      return document.problem([...path, key], {
        rule: "unknown-key",
        message: `unknown key \`${key}\``,
        ...suggest(key, Object.keys(schema?.properties ?? {})),
      });
    }
    case "required": {
      const missing = error.params.missingProperty as string;
      const undocumented = missing === "doc" || missing === "summary" || missing === "purpose";
      return document.problem(path, {
        rule: undocumented ? "undocumented" : "missing-key",
        message: `${name} has no \`${missing}\``,
      });
    }
    case "enum": {
      const allowed = (error.params.allowedValues as unknown[]).map(String);
      return document.problem(
        path,
        {
          rule: "bad-value",
          message: `\`${String(error.data)}\` is not a value of ${name}`,
          ...suggest(String(error.data), allowed),
        },
        "value",
      );
    }
    case "not":
      return document.problem(path, { rule: "undocumented", message: `${name} is still to be written` }, "value");
    default: {
      const expected = schema?.description ? `: ${schema.description.replace(/\.$/, "")}` : "";
      return document.problem(
        path,
        { rule: "bad-value", message: `${name} ${error.message ?? "does not fit"}${expected}` },
        "value",
      );
    }
  }
}

function parsePointer(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
