/** The YAML files of the schema while they are edited. */
import type { DataPath, Document } from "../../load/document.js";
import type { SchemaText } from "../../load/index.js";
import { YamlFile } from "./yaml-file.js";

export class SchemaEdit {
  readonly files: readonly YamlFile[];

  constructor(texts: readonly SchemaText[]) {
    this.files = texts.map(({ file, text }) => new YamlFile(file, text));
  }

  of(document: Pick<Document, "file">): YamlFile {
    const found = this.files.find(({ file }) => file === document.file);
    if (!found) throw new Error(`no ${document.file}`);
    return found;
  }

  /** Files with a section: those of a family, or those of none. */
  withSection(section: string, family?: string): YamlFile[] {
    return this.files.filter((file) => {
      if (!file.has([section])) return false;
      const own = file.has(["family"]) ? file.source(["family"]) : undefined;
      return own === family;
    });
  }

  texts(): SchemaText[] {
    return this.files.map((file) => ({ file: file.file, text: file.edited() }));
  }
}

/** First version in which a value without a history holds: the `since` of the entry or of an enclosing one, else the oldest version. */
export function firstVersion(document: Document, path: DataPath, oldest: string): string {
  for (let length = path.length; length > 0; length--) {
    let data = document.data as Record<string, unknown> | undefined;
    for (const step of path.slice(0, length)) data = data?.[step] as Record<string, unknown> | undefined;
    if (typeof data?.since === "string") return data.since;
  }
  return oldest;
}

/** The value at a path of the schema. */
export function valueAtPath(document: Document, path: DataPath): unknown {
  let data: unknown = document.data;
  for (const step of path) data = (data as Record<string, unknown> | undefined)?.[step];
  return data;
}
