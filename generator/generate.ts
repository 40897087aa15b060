/** The pipeline, from texts to texts. It is pure, so tests, `--check` and `--watch` run the same code. */
import { withoutConsequences } from "./check/consequences.js";
import { findCycles } from "./check/cycles.js";
import { checkModel } from "./check/index.js";
import { compareReleased } from "./check/released.js";
import { emitC } from "./emit/c.js";
import { emitCodecs } from "./emit/codecs.js";
import { emitFormats } from "./emit/formats/index.js";
import { emitManifest } from "./emit/manifest.js";
import { checkExample } from "./emit/reference/example/index.js";
import { emitReference } from "./emit/reference/index.js";
import { type Layouts, layOut } from "./layout.js";
import { load, type SchemaText } from "./load/index.js";
import type { Manifest } from "./manifest.js";
import type { Model } from "./model.js";
import { type Problem, sortProblems } from "./problem.js";
import { resolve } from "./resolve/index.js";
import { type Output, UNITS, type Unit, unitOf } from "./units.js";

export interface Generated {
  /** Texts by path from the project's root; empty when there are problems. */
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  /** Counts by unit; units without files are left out. */
  readonly units: readonly (Counts & { readonly name: string })[];
}

export interface Counts {
  readonly structs: number;
  readonly layouts: number;
  readonly versions: number;
  readonly arches: number;
  readonly abis: number;
}

/** Called when a stage begins, and again when it has ended, then with `what` it did. */
export type StageProgress = (stage: string, what?: string) => void;

/**
 * Compiles the units of the schema. Problems of one step do not hide those of the next, except those that only follow from them. With any problem
 * nothing is emitted. `released` is the manifest of the last run: everything that a version had then must still exist.
 */
export function generate(
  texts: readonly SchemaText[],
  jsonSchema: object,
  progress: StageProgress = () => {},
  released?: Manifest,
): Generated {
  const compiled = UNITS.flatMap((unit) => {
    const own = texts.filter(({ file }) => unitOf(file) === unit);
    return own.length > 0 ? [compile(unit, own, jsonSchema, progress, released)] : [];
  });
  const problems = sortProblems(compiled.flatMap((one) => one.problems));
  const files = problems.length > 0 ? [] : compiled.flatMap((one) => emit(one, progress));
  return {
    files: new Map(files),
    problems,
    units: compiled.map(({ unit, counts }) => ({ name: unit.name, ...counts })),
  };
}

/** A unit that is compiled up to the emitters. */
interface Compiled {
  readonly unit: Unit;
  readonly model: Model;
  readonly layouts: Layouts;
  readonly problems: readonly Problem[];
  readonly counts: Counts;
}

function compile(
  unit: Unit,
  texts: readonly SchemaText[],
  jsonSchema: object,
  progress: StageProgress,
  released: Manifest | undefined,
): Compiled {
  progress("load");
  const loaded = load(texts, jsonSchema);
  progress("load", `${texts.length} files`);

  progress("resolve");
  const resolved = resolve(loaded.documents);
  const { model } = resolved;
  progress("resolve", `${model.structs.length} structs, ${model.records.length} records`);

  progress("layout");
  const layouts = layOut(model, resolved.structs);
  const distinct = [...layouts.distinct.values()].reduce((count, list) => count + list.length, 0);
  progress("layout", `${distinct} distinct layouts on ${model.abis.length} versions × arches`);

  progress("check");
  // Parts that could not be read must not be reported as removed.
  const isWhole = loaded.problems.length + resolved.problems.length + layouts.problems.length === 0;
  const vanished =
    isWhole && released && unit.emits.includes("manifest") ? compareReleased(model, layouts, released) : [];
  const found = withoutConsequences(
    {
      form: loaded.problems,
      names: resolved.problems,
      members: [...layouts.problems, ...findCycles(model, layouts)],
      checks: [...checkModel(model, layouts, unit), ...vanished],
    },
    loaded.lost,
    model,
  );
  // Other problems could be the reason why the image does not match.
  const problems = found.length > 0 || !unit.emits.includes("reference") ? found : checkExample(model, layouts);
  progress("check", `${problems.length} problems`);

  const counts = {
    structs: model.structs.length,
    layouts: distinct,
    versions: model.versions.length,
    arches: model.arches.length,
    abis: model.abis.length,
  };
  return { unit, model, layouts, problems, counts };
}

const EMITTERS: Readonly<Record<Output, (model: Model, layouts: Layouts, unit: Unit) => Map<string, string>>> = {
  codecs: emitCodecs,
  c: emitC,
  formats: emitFormats,
  reference: emitReference,
  manifest: emitManifest,
};

function emit({ unit, model, layouts }: Compiled, progress: StageProgress): [path: string, text: string][] {
  return unit.emits.flatMap((output) => {
    progress(output);
    const files = EMITTERS[output](model, layouts, unit);
    progress(output, `${files.size} files`);
    return [...files];
  });
}
