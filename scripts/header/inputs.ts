/** Inputs of all header commands: the schema, the headers, the parser, and the versions and architectures that options name. */
import { resolve } from "node:path";
import { attempt, CommandError } from "../../generator/command-error.js";
import type { Description } from "../../generator/header/described.js";
import type { Defines } from "../../generator/header/read.js";
import { describeSchema } from "../../generator/header/schema.js";
import { findHeaders, type HeaderSources } from "../../generator/header/sources.js";
import type { Arch, Model, Version } from "../../generator/model.js";
import { formatProblem, suggest } from "../../generator/problem.js";
import { readSchemaFiles, requireSchema, type SchemaFiles } from "../../generator/read-schema.js";
import { IMAGE } from "../../generator/units.js";

export interface CommonOptions {
  readonly define: readonly string[];
  readonly undefine: readonly string[];
  readonly root: string;
}

/** Options of the commands that compare with a version. */
export interface ComparisonOptions extends CommonOptions {
  readonly version?: string;
  readonly arch?: string;
  readonly json?: true;
}

export interface Inputs {
  readonly root: string;
  readonly files: SchemaFiles;
  readonly description: Description;
  readonly sources: HeaderSources;
  readonly defines: Defines;
}

/**
 * Reads the schema and finds the headers that a command works on.
 *
 * @throws {CommandError} when an option is wrong, there are no headers, or the schema has a problem
 * @throws {BrokenHeader} when a header cannot be read
 */
export async function readInputs(paths: readonly string[], options: CommonOptions): Promise<Inputs> {
  const root = resolve(options.root);
  const defines = readDefines(options);
  const sources = findHeaders(paths);
  requireSchema(root);
  const [files, described] = attempt("unreadable-schema", "cannot read the schema", () => {
    const texts = readSchemaFiles(root, IMAGE);
    return [texts, describeSchema(texts)] as const;
  });
  if ("problems" in described) {
    const { problems } = described;
    const [first] = problems;
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    throw new CommandError(
      "wrong-schema",
      `the schema has ${count}; run: npm run gen\n${first ? formatProblem(first) : ""}`,
    );
  }
  return { root, files, description: described.description, sources, defines };
}

/** The version with that id; the newest by default. */
export function versionOf(model: Model, id: string | undefined): Version {
  const ids = model.versions.map((version) => version.id);
  const version = id === undefined ? model.versions.at(-1) : model.versions.find((candidate) => candidate.id === id);
  if (version) return version;
  const { suggestion } = suggest(id ?? "", ids);
  throw new CommandError("wrong-usage", `unknown version \`${id}\`: ${suggestion ?? `versions are ${ids.join(", ")}`}`);
}

/** Architectures from a list separated by commas: ids or families. */
export function archesOf(model: Model, list: string | undefined): Arch[] | undefined {
  return list?.split(",").flatMap((id) => {
    const exact = model.arches.filter((arch) => arch.id === id);
    const arches = exact.length > 0 ? exact : model.arches.filter((arch) => arch.family === id);
    if (arches.length > 0) return arches;
    const { suggestion } = suggest(
      id,
      model.arches.flatMap((arch) => [arch.id, arch.family]),
    );
    throw new CommandError("wrong-usage", `unknown architecture \`${id}\`${suggestion ? `: ${suggestion}` : ""}`);
  });
}

function readDefines({ define, undefine }: CommonOptions): Defines {
  const defines = new Map<string, string | undefined>();
  for (const text of define) {
    const [, name, value = "1"] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(text) ?? [];
    if (name === undefined) throw new CommandError("wrong-usage", `--define ${text}: write NAME or NAME=VALUE`);
    defines.set(name, value);
  }
  for (const name of undefine) {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new CommandError("wrong-usage", `--undefine ${name}: write NAME`);
    defines.set(name, undefined);
  }
  return defines;
}
