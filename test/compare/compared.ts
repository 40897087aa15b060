/** Compares the small schema with an edited one, and returns the report. */
import { compareSides } from "../../generator/compare/index.js";
import { type CompatibilityReport, compatibilityLines, compatibilityReport } from "../../generator/compare/report.js";
import { readSide, type Side } from "../../generator/compare/view.js";
import type { SchemaText } from "../../generator/load/index.js";
import { formatProblem } from "../../generator/problem.js";
import { type Edit, edited, JSON_SCHEMA } from "../generator/mistake.js";
import { SMALL_SCHEMA } from "../generator/small-schema.js";

const plain = (text: string) => text;
const PLAIN = { images: plain, readers: plain, documentation: plain, dim: plain };

export function sideOf(texts: readonly SchemaText[]): Side {
  const read = readSide(texts, JSON_SCHEMA);
  if ("side" in read) return read.side;
  throw new Error(`the schema of the test is wrong:\n${read.problems.map(formatProblem).join("\n")}`);
}

export function compared(before: readonly SchemaText[], after: readonly SchemaText[]): CompatibilityReport {
  return compatibilityReport(compareSides(sideOf(before), sideOf(after)));
}

/** The report after edits of the small schema. */
export function afterEdits(...edits: readonly Edit[]): CompatibilityReport {
  return compared(SMALL_SCHEMA, edited(SMALL_SCHEMA, ...edits));
}

/** The findings, one per line: `images v1..v2 on tiny32: ckpt_place.at: type u32 → u64`. */
export function brief({ entries }: CompatibilityReport): string[] {
  return entries.map(({ effect, where, message }) => `${effect}${where && ` ${where}`}: ${message}`);
}

/** The printed report. */
export function printed(report: CompatibilityReport): string[] {
  return compatibilityLines(report, "v1.0", PLAIN);
}

/** Edits that add a third version, on both architectures. */
export const V3: readonly Edit[] = [
  [
    "abi.yaml",
    "arches:\n",
    "  v3: { date: 2011-01-01, evidence: Made up for tests., summary: The third one. }\narches:\n",
  ],
  ["abi.yaml", "versions: [v1, v2]\n    id: CKPT_ARCH_TINY32", "versions: [v1, v3]\n    id: CKPT_ARCH_TINY32"],
  ["abi.yaml", "versions: [v1, v2]\n    id: CKPT_ARCH_TINY64", "versions: [v1, v3]\n    id: CKPT_ARCH_TINY64"],
];
