/**
 * Step 5: `generated/kaitai`, `generated/imhex` and `generated/json-schema`: the image format for third-party tools, one file per version. They are
 * three notations of one description: `version-format` (the forms of a struct), `aggregates` (its bytes) and `buffers` (what a buffer holds).
 */
import type { Layouts } from "../../layout.js";
import type { Model } from "../../model.js";
import { banner } from "../text.js";
import type { AggregateStore } from "./aggregates.js";
import { imageFormat } from "./image-format.js";
import { imhexText } from "./imhex/index.js";
import { kaitaiId, kaitaiText } from "./kaitai/index.js";
import { textSchema } from "./text-schema.js";
import { namedNumbers, VersionFormat } from "./version-format.js";

export function emitFormats(model: Model, layouts: Layouts): Map<string, string> {
  const files = new Map<string, string>();
  const named = namedNumbers(model);
  const store: AggregateStore = new Map();
  for (const version of model.versions) {
    const image = imageFormat(new VersionFormat(model, layouts, version, named), store);
    files.set(`generated/kaitai/${kaitaiId(version.id)}.ksy`, banner(["schema"], "#") + kaitaiText(image));
    files.set(`generated/imhex/ckpt_${version.id}.hexpat`, banner(["schema"], "//") + imhexText(image));
    files.set(
      `generated/json-schema/ckpt-text-${version.id}.schema.json`,
      textSchema(image, banner(["schema"], "").trim()),
    );
  }
  return files;
}
