/** Shared by the tests of headers: the schema of the project, the parser, comparisons of texts. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { compareHeaders, type HeaderComparison } from "../../generator/header/compare.js";
import type { Description } from "../../generator/header/described.js";
import { describeSchema } from "../../generator/header/schema.js";
import { findHeaders } from "../../generator/header/sources.js";
import { readSchemaFiles } from "../../generator/read-schema.js";
import { IMAGE } from "../../generator/units.js";
import { headerMeasurements } from "../codecs/measurements.js";
import { DIALECTS, type HeaderFiles, headerFiles, writeTree } from "./header-text.js";

export const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

export const description = readDescription(PROJECT);

export function readDescription(root: string): Description {
  const described = describeSchema(readSchemaFiles(root, IMAGE));
  if ("problems" in described) throw new Error(described.problems[0]?.message);
  return described.description;
}

/** A new folder, which is removed at the end of the run. */
export function temporary(): string {
  return mkdtempSync(join(inject("runFolder"), "ckpt-header-"));
}

export const measured = headerMeasurements();

/** Headers of a version, for all measured architectures. */
export function madeFiles(version: string, dialect = DIALECTS[0]): HeaderFiles {
  if (!dialect) throw new Error("no dialects");
  return headerFiles(
    measured.filter((measurement) => measurement.version === version),
    dialect,
  );
}

/** Writes the files into a new tree. */
export function tree(files: HeaderFiles): string {
  return writeTree(temporary(), files);
}

/** Differences between the headers of a tree, or single files, and the schema. */
export function compare(
  paths: string | readonly string[],
  versionId: string,
  archIds?: readonly string[],
): HeaderComparison {
  const { model } = description;
  const version = model.versions.find(({ id }) => id === versionId);
  if (!version) throw new Error(`no version ${versionId}`);
  const arches = archIds && model.arches.filter(({ id }) => archIds.includes(id));
  return compareHeaders(findHeaders([paths].flat()), description, { version, ...(arches && { arches }) });
}

/** The files after an edit of one of them, which must contain the text once. */
export function edited(files: HeaderFiles, path: string, from: string | RegExp, to: string): HeaderFiles {
  const text = files.get(path);
  if (text === undefined) throw new Error(`no ${path}`);
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${path} has ${from} ${parts.length - 1} times`);
  return new Map([...files, [path, parts.join(to)]]);
}
