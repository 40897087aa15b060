/** Step 5: `generated/kaitai` and `generated/imhex`: whole images for the tools of others, a file per version. */
import type { Layouts } from "../../layout.js";
import type { Model } from "../../model.js";
import { banner } from "../text.js";
import { imhexText } from "./imhex.js";
import { kaitaiId, kaitaiText } from "./kaitai.js";
import { namedNumbers, VersionFormat } from "./version-format.js";

export function emitFormats(model: Model, layouts: Layouts): Map<string, string> {
  const files = new Map<string, string>();
  const named = namedNumbers(model);
  for (const version of model.versions) {
    const format = new VersionFormat(model, layouts, version, named);
    files.set(`generated/kaitai/${kaitaiId(version.id)}.ksy`, banner(["schema"], "#") + kaitaiText(format));
    files.set(`generated/imhex/ckpt_${version.id}.hexpat`, banner(["schema"], "//") + imhexText(format));
  }
  return files;
}
