/** Last part of an import: changes the keys of renamed things, adds the history of their names, and updates all references. Prose is not changed. */
import { isScalar } from "yaml";
import type { Origin } from "../../load/document.js";
import type { Model, Struct } from "../../model.js";
import { firstVersion, type SchemaEdit, valueAtPath } from "./files.js";
import { scalarText, type YamlFile, type YamlPath } from "./yaml-file.js";

export type Rename =
  | { readonly kind: "struct"; readonly struct: Struct; readonly name: string }
  | {
      readonly kind: "field";
      readonly struct: Struct;
      readonly origin: Origin;
      readonly path: readonly string[];
      readonly name: string;
    };

/** Keys whose values are prose. */
const PROSE = new Set([
  "doc",
  "summary",
  "purpose",
  "reason",
  "evidence",
  "source",
  "notes",
  "known_by",
  "framing",
  "confidence",
]);

export function renameAll(edit: SchemaEdit, model: Model, renames: readonly Rename[], version: string): void {
  const replacements = renames.map((rename) =>
    rename.kind === "struct" ? structReferences(rename) : fieldReferences(rename, model),
  );
  for (const file of edit.files)
    for (const { path, node } of file.scalars()) {
      if (!isScalar(node) || typeof node.value !== "string" || path.some((step) => PROSE.has(String(step)))) continue;
      let text = node.value;
      for (const replace of replacements) text = replace(file, path, text);
      if (text !== node.value) file.replaceValue(path, scalarText(text));
    }
  for (const rename of renames) {
    const { document, path } = rename.kind === "struct" ? rename.struct.origin : rename.origin;
    const file = edit.of(document);
    const old = String(path.at(-1));
    const first = firstVersion(document, path, model.versions[0]?.id ?? "");
    if (valueAtPath(document, [...path, "names"]) === undefined) {
      const keys = rename.kind === "struct" ? ["summary", "purpose", "since", "until"] : ["since", "until"];
      file.addKey(path, "names", `{ ${first}: ${old}, ${version}: ${rename.name} }`, keys);
    } else
      file.addKey(
        [...path, "names"],
        version,
        rename.name,
        Object.keys(valueAtPath(document, [...path, "names"]) as object),
      );
    file.renameKey(path, rename.name);
  }
}

/** Returns the value after the rename. */
type Replace = (file: YamlFile, path: YamlPath, text: string) => string;

function structReferences({ struct, name }: Extract<Rename, { kind: "struct" }>): Replace {
  const whole = new RegExp(`^${struct.key}(?=$|\\[)`);
  const { file } = struct.origin.document;
  return (own, path, text) => {
    // A struct of a family can be referred to only in the files of the family.
    if (struct.family !== undefined && own.file !== file) return text;
    const key = String(path.at(-1));
    const isName = path.includes("names");
    return !isName &&
      (key === "of" || key === "struct" || key === "else" || path.includes("type") || path.includes("structs"))
      ? text.replace(whole, name)
      : text;
  };
}

function fieldReferences(rename: Extract<Rename, { kind: "field" }>, model: Model): Replace {
  const { struct, path: steps, name } = rename;
  const dotted = steps.join(".");
  const renamed = [...steps.slice(0, -1), name].join(".");
  const holders = model.records.filter((record) => record.struct === struct.key).map((record) => record.name);
  const mention =
    holders.length > 0
      ? new RegExp(`\\b(${holders.join("|")})\\.${dotted.replaceAll(".", "\\.")}(?![\\w])`, "g")
      : undefined;
  const own: YamlPath = struct.origin.path;
  return (file, path, text) => {
    const isOwn = file.file === struct.origin.document.file && own.every((step, index) => path[index] === step);
    const key = path[own.length];
    if (
      isOwn &&
      (key === "order" || key === "acknowledged" || path.at(-1) === "count") &&
      (text === dotted || text === steps.at(-1))
    )
      return text === dotted ? renamed : name;
    if (
      path[0] === "records" &&
      path[2] === "variants" &&
      path[3] === "on" &&
      holders.includes(String(path[1])) &&
      text === dotted
    )
      return renamed;
    if (path[0] !== "grammar" && path[0] !== "records") return text;
    const within =
      path[0] === "records" && holders.includes(String(path[1])) && /^(?:count|length)$/.test(String(path.at(-1)));
    const bare = within
      ? text.replace(new RegExp(`(?<![.\\w])${dotted.replaceAll(".", "\\.")}(?![\\w.])`, "g"), renamed)
      : text;
    return mention ? bare.replace(mention, (_, record) => `${record}.${renamed}`) : bare;
  };
}
