/** The pipeline: texts to texts. Pure, so that tests, `--check` and `--watch` run the same code. */
import { withoutConsequences } from "./consequences.js";
import { findCycles } from "./cycles.js";
import { emitC } from "./emit/c.js";
import { emitCodecs } from "./emit/codecs.js";
import { emitFormats } from "./emit/formats/index.js";
import { emitManifest, type Manifest } from "./emit/manifest.js";
import { checkExample } from "./emit/reference/example/index.js";
import { emitReference } from "./emit/reference/index.js";
import { layOut } from "./layout.js";
import { lint } from "./lint/index.js";
import { load, type SchemaText } from "./load.js";
import type { Problem } from "./problem.js";
import { compareReleased } from "./released.js";
import { resolve } from "./resolve/index.js";

export interface Generated {
  /** Texts by path from the project's root; empty when there are problems. */
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  readonly counts: {
    readonly structs: number;
    readonly layouts: number;
    readonly versions: number;
    readonly arches: number;
    readonly abis: number;
  };
}

/** Called when a stage begins and when it has ended. */
export type Progress = (stage: string, what?: string) => void;

/**
 * Compiles the schema. Problems of one step do not hide those of the next, except those that only follow from them; nothing is emitted
 * when there are any. `released` is what the last run wrote: what a version had then it must have now.
 */
export function generate(
  texts: readonly SchemaText[],
  jsonSchema: object,
  progress: Progress = () => {},
  released?: Manifest,
): Generated {
  progress("load");
  const loaded = load(texts, jsonSchema);
  progress("load", `${texts.length} files`);

  progress("resolve");
  const resolved = resolve(loaded.documents);
  const { model } = resolved;
  const names = [...resolved.problems];
  progress("resolve", `${model.structs.length} structs, ${model.records.length} records`);

  progress("layout");
  const layouts = layOut(model, resolved.structs);
  const distinct = [...layouts.distinct.values()].reduce((count, list) => count + list.length, 0);
  progress("layout", `${distinct} distinct layouts on ${model.abis.length} versions × arches`);

  progress("lint");
  // What could not be read has not vanished.
  const isWhole = loaded.problems.length + resolved.problems.length === 0;
  const vanished = isWhole && released ? compareReleased(model, layouts, released) : [];
  const found = withoutConsequences(
    {
      form: loaded.problems,
      names,
      members: [...resolved.problems.slice(names.length), ...findCycles(model, layouts)],
      lints: [...lint(model, layouts), ...vanished],
    },
    loaded.lost,
    model,
  );
  // Other problems would explain why the image does not fit.
  const problems = found.length > 0 ? found : checkExample(model, layouts);
  progress("lint", `${problems.length} problems`);

  const counts = {
    structs: model.structs.length,
    layouts: distinct,
    versions: model.versions.length,
    arches: model.arches.length,
    abis: model.abis.length,
  };
  if (problems.length > 0) return { files: new Map(), problems, counts };

  progress("codecs");
  const codecs = emitCodecs(model, layouts);
  progress("codecs", `${codecs.size} files`);
  progress("c");
  const c = emitC(model, layouts);
  progress("c", `${c.size} files`);
  progress("formats");
  const formats = emitFormats(model, layouts);
  progress("formats", `${formats.size} files`);
  progress("reference");
  const reference = emitReference(model, layouts);
  progress("reference", `${reference.size} files`);
  return {
    files: new Map([...codecs, ...c, ...formats, ...reference, ...emitManifest(model, layouts)]),
    problems,
    counts,
  };
}
