/** `header import`: writes the headers' changes into the schema as a new version. */
import { resolve } from "node:path";
import { createTwoFilesPatch } from "diff";
import { attempt, CommandError } from "../../generator/command-error.js";
import { type Imported, importHeaders } from "../../generator/header/import/index.js";
import { saveTexts } from "../../generator/header/import/save.js";
import { report, reportLines } from "../../generator/header/report.js";
import type { HeaderSources } from "../../generator/header/sources.js";
import { requireSchema } from "../../generator/read-schema.js";
import { EXIT } from "../../tools/errors/exit.js";
import { lockSchema } from "../lock-schema.js";
import { type CommonOptions, readInputs } from "./inputs.js";

interface ImportOptions extends CommonOptions {
  readonly as: string;
  readonly date?: string;
  readonly renames: boolean;
  readonly dryRun?: true;
}

/** One import at a time, because it changes the schema that it reads. */
export async function importInto(paths: readonly string[], options: ImportOptions): Promise<number> {
  const root = resolve(options.root);
  requireSchema(root);
  const release = lockSchema("header", root);
  try {
    return await importAlone(paths, options);
  } finally {
    release();
  }
}

async function importAlone(paths: readonly string[], options: ImportOptions): Promise<number> {
  const { as: id, date = new Date().toISOString().slice(0, 10), renames, dryRun } = options;
  requireVersion(id, date);
  const { root, files, sources, defines } = await readInputs(paths, options);
  requireAll(sources);
  const imported = importHeaders(sources, files, { version: { id, date }, renames, defines });
  if (imported.outcome === "nothing") {
    say(`the headers are those of ${imported.as}; nothing to import`);
    return EXIT.done;
  }
  if (imported.outcome === "taken") {
    say(...reportLines(report(imported.comparison)));
    throw new CommandError(
      "taken-version",
      `${id} is described already, and these headers are others; nothing was written`,
    );
  }
  const { texts } = imported;
  const architectures = architectureLines(imported, id);
  if (dryRun) {
    const before = new Map(files.texts.map(({ file, text }) => [file, text]));
    say(...architectures, ...texts.flatMap(({ file, text }) => patch(file, before.get(file) ?? "", text)));
    return EXIT.done;
  }
  const written = attempt("unwritable-schema", "cannot write the schema (it is unchanged)", () =>
    saveTexts(root, texts),
  );
  say(...architectures, ...writtenLines(imported, id, architectures.length, written));
  return EXIT.done;
}

function requireVersion(id: string, date: string): void {
  if (!/^v[0-9][A-Za-z0-9-]*$/.test(id))
    throw new CommandError("wrong-usage", `--as ${id}: a version id is \`v\`, a digit, and letters, digits or hyphens`);
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new CommandError("wrong-usage", `--date ${date}: write YYYY-MM-DD`);
}

function requireAll(sources: HeaderSources): void {
  if (sources.asm && !sources.asmChooses && sources.byDirectory.size === 0)
    throw new CommandError(
      "wrong-usage",
      `${sources.asm.file} is the header of one architecture: put it where its name says which, as include/asm-x86/checkpoint_hdr.h`,
    );
  if (!sources.generic)
    throw new CommandError("no-headers", "linux/checkpoint_hdr.h is missing: a version is made from all headers");
}

type Written = Extract<Imported, { readonly outcome: "written" }>;

/** A line for each architecture that the new version does not have any more, or has for the first time. */
function architectureLines({ without, gained }: Written, id: string): string[] {
  return [
    ...without.map(({ arch, refusal }) =>
      refusal
        ? `${refusal.file}:${refusal.line}:${refusal.column}: ${id} does not have ${arch.id}: ${refusal.message}`
        : `${id} does not have ${arch.id}: there is no header for it`,
    ),
    ...gained.map((difference) => `${id} has ${difference.id}, which the version before does not have`),
  ];
}

/** What was written, and what is left to do by hand. */
function writtenLines(
  { comparison, texts, unplaced }: Written,
  id: string,
  architectures: number,
  written: readonly string[],
): string[] {
  const { differences } = report(comparison);
  const gone = differences.filter(({ change, name }) => change === "removed" && name.startsWith("CKPT_HDR_"));
  const count = differences.length + architectures;
  const renamed = differences.filter(({ change }) => change === "renamed");
  const open = texts.reduce((sum, { text }) => sum + (text.match(/\bTODO\b/g)?.length ?? 0), 0);
  return [
    ...renamed.map(
      ({ name, was }) => `taken for a new name of ${was}: ${name} (if it is something else: --no-renames)`,
    ),
    `${count} ${count === 1 ? "difference" : "differences"} written as ${id} into ${written.join(", ")}`,
    `${open} places say TODO; npm run gen refuses them until they are written`,
    ...(unplaced.length > 0
      ? [
          `the rule \`unplaced\` of schema/grammar.yaml holds ${unplaced.join(", ")}: put them in their place in the stream`,
        ]
      : []),
    ...gone.map(({ name }) => `${name} is gone: give its nodes in schema/grammar.yaml \`until: ${id}\``),
  ];
}

function patch(file: string, before: string, after: string): string[] {
  if (before === after) return [];
  const text = createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, "", "", { context: 2 });
  return text.replace(/^=+\n/, "").trimEnd().split("\n");
}

function say(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}
