/**
 * Step 1: from YAML texts to documents that are valid under the JSON Schema.
 *
 * In: the files' paths and texts, and the JSON Schema. Out: documents with source positions, all problems of syntax and form, and the parts that were
 * removed because of them, so that the next steps can check the rest.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Problem } from "../problem.js";
import { decideChoices, EXCLUDES, NO_CHOICE } from "./choice.js";
import { Document } from "./document.js";
import { formProblems, type Lost, mend } from "./form.js";

export interface SchemaText {
  /** Path from the project's root, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

export interface Loaded {
  /** Documents that are valid under the JSON Schema, some with parts removed. */
  readonly documents: readonly Document[];
  readonly problems: readonly Problem[];
  readonly lost: Lost;
}

/** Sections that are required; each must be in one file, because the order within it matters. A unit without records needs no grammar. */
const NEEDED: readonly { readonly section: string; readonly with?: string }[] = [
  { section: "versions" },
  { section: "arches" },
  { section: "grammar", with: "records" },
];

/**
 * Loads the files of the schema.
 *
 * @throws {SyntaxError} when the JSON Schema itself is not valid JSON
 */
export function load(texts: readonly SchemaText[], jsonSchema: object): Loaded {
  const read = reader(jsonSchema);
  const documents: Document[] = [];
  const problems: Problem[] = [];
  const names = new Set<string>();
  let others = false;
  for (const text of texts) {
    const { document, problems: own, lost } = read(text);
    problems.push(...own);
    // A duplicate name was probably meant to be another, and duplicate keys may belong to an entry whose first line is missing.
    others ||= document.problems.some(({ rule }) => rule === "duplicate-name" || rule === "duplicate-key");
    if (lost) {
      documents.push(document);
      for (const name of lost.names) names.add(name);
    }
    others ||= !lost || lost.others;
  }
  const sections = others ? [] : sectionProblems(documents);
  problems.push(...sections);
  return { documents, problems, lost: { names, others: others || sections.length > 0 } };
}

/** A file read on its own. */
interface Read {
  readonly text: string;
  readonly document: Document;
  readonly problems: readonly Problem[];
  /** Parts that were removed from the document; undefined when it has no data. */
  readonly lost: Lost | undefined;
}

const readers = new WeakMap<object, (text: SchemaText) => Read>();

/** Returns a cached reader per JSON Schema, which reads a file again only if its text changed: `--watch`, imports and tests load repeatedly. */
function reader(jsonSchema: object): (text: SchemaText) => Read {
  const known = readers.get(jsonSchema);
  if (known) return known;
  const validate = validator(jsonSchema);
  const last = new Map<string, Read>();
  const read = ({ file, text }: SchemaText): Read => {
    const before = last.get(file);
    if (before?.text === text) return before;
    const document = new Document(file, text);
    const problems = [...document.problems];
    const lost = document.data === undefined ? undefined : checkForm(document, validate, problems);
    const now = { text, document, problems, lost };
    last.set(file, now);
    return now;
  };
  readers.set(jsonSchema, read);
  return read;
}

/** Validates the document, and removes the invalid parts. */
function checkForm(document: Document, validate: ValidateFunction, problems: Problem[]): Lost | undefined {
  if (validate(document.data)) return { names: new Set(), others: false };
  problems.push(...formProblems(document, validate.errors ?? []));
  return mend(document.data, validate);
}

function sectionProblems(documents: readonly Document[]): Problem[] {
  const [first] = documents;
  const having = (section: string) => documents.filter((document) => Object.hasOwn(document.data as object, section));
  return NEEDED.flatMap(({ section, with: other }) => {
    const [one, ...more] = having(section);
    if (!one && first && (other === undefined || having(other).length > 0))
      return [first.problem([], { rule: "missing-section", message: `no file of the schema has \`${section}\`` })];
    return more.map((document) =>
      document.problem([section], {
        rule: "duplicate-section",
        message: `\`${section}\` is defined twice: here and in ${one?.file}`,
        suggestion: "keep one of them",
      }),
    );
  });
}

function validator(jsonSchema: object): ValidateFunction {
  const ajv = new Ajv2020({
    // The code runs once, so optimising it would take longer than it saves.
    code: { optimize: false },
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
  });
  ajv.addKeyword({ keyword: NO_CHOICE, validate: () => false });
  ajv.addKeyword({
    keyword: EXCLUDES,
    type: "object",
    validate: (keys: string[], data: object) => !keys.some((key) => Object.hasOwn(data, key)),
  });
  try {
    return ajv.compile(decideChoices(jsonSchema));
  } catch (error) {
    throw new SyntaxError(`schema/schema.json: ${(error as Error).message}`);
  }
}
