/** First part of an import: adds the new version with its architectures. At this point it equals the previous version. */
import type { Arch, Model } from "../../model.js";
import type { SchemaEdit } from "./files.js";

export interface NewVersion {
  readonly id: string;
  /** Date of the version: `YYYY-MM-DD` */
  readonly date: string;
}

export function addVersion(edit: SchemaEdit, model: Model, { id, date }: NewVersion, arches: readonly Arch[]): void {
  const [abi] = edit.withSection("versions");
  if (!abi) throw new Error("no file has `versions`");
  const last = model.versions.at(-1)?.id;
  abi.addEntry(
    ["versions"],
    [`${id}:`, `  date: "${date}"`, "  posted: false", "  evidence: TODO", "  summary: TODO"],
    last,
  );
  for (const arch of arches) {
    const path = [...arch.origin.path, "versions"];
    const file = edit.of(arch.origin.document);
    const pairs = [
      ...((arch.origin.document.data as { arches: Record<string, { versions: string[] }> }).arches[arch.id]?.versions ??
        []),
    ];
    // Extends the last range, or begins another.
    if (pairs.at(-1) === last) pairs[pairs.length - 1] = id;
    else pairs.push(id, id);
    file.replaceValue(path, `[${pairs.join(", ")}]`);
  }
}
