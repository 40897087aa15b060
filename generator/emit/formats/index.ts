/**
 * Step 5: `generated/kaitai`, `generated/imhex` and `generated/json-schema`: the image format for third-party tools, one file per version. They are
 * three notations of one description: `version-format` (the forms of a struct), `aggregates` (its bytes) and `buffers` (what a buffer holds).
 */
import type { Layouts } from "../../layout.js";
import { type Abi, type Model, unchangedSince, type Version } from "../../model.js";
import type { AggregateStore } from "./aggregates.js";
import { type FormatSource, imageFormat } from "./image-format.js";
import { imhexBody, imhexHead } from "./imhex/index.js";
import { kaitaiBody, kaitaiHead, kaitaiId } from "./kaitai/index.js";
import { textSchemaBody, textSchemaHead } from "./text-schema.js";
import { namedNumbers, VersionFormat } from "./version-format.js";

interface OutputFormat {
  path(versionId: string): string;
  /** The part that states the version. */
  head(version: Version, abis: readonly Abi[]): string;
  /** The rest, in which versions are equal if everything is the same in them. */
  body(image: FormatSource): string;
}

const FORMATS: readonly OutputFormat[] = [
  { path: (id) => `generated/kaitai/${kaitaiId(id)}.ksy`, head: kaitaiHead, body: kaitaiBody },
  { path: (id) => `generated/imhex/ckpt_${id}.hexpat`, head: imhexHead, body: imhexBody },
  {
    path: (id) => `generated/json-schema/ckpt-text-${id}.schema.json`,
    head: textSchemaHead,
    body: textSchemaBody,
  },
];

export function emitFormats(model: Model, layouts: Layouts): Map<string, string> {
  const files = new Map<string, string>();
  const named = namedNumbers(model);
  const store: AggregateStore = new Map();
  let before: readonly Abi[] = [];
  let bodies: readonly string[] = [];
  for (const version of model.versions) {
    const abis = model.abis.filter((abi) => abi.version === version);
    const isSame = abis.length === before.length && abis.every((abi) => unchangedSince(model, abi));
    if (!isSame || bodies.length === 0) {
      const image = imageFormat(new VersionFormat(model, layouts, version, named), store);
      bodies = FORMATS.map(({ body }) => body(image));
    }
    for (const [index, { path, head }] of FORMATS.entries())
      files.set(path(version.id), head(version, abis) + bodies[index]);
    before = abis;
  }
  return files;
}
