/** A script that reads an image with the parser that the Kaitai Struct compiler generates from the description of its version. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import compiler from "kaitai-struct-compiler";
import { parse } from "yaml";

const require = createRequire(import.meta.url);
const DESCRIPTIONS = new URL("../../generated/kaitai/", import.meta.url);

/**
 * Writes the script. It decodes every record of the image that its argument names, and makes no text of them.
 *
 * @returns its path, under `directory`
 */
export async function kaitaiReader(version: string, directory: string): Promise<string> {
  const text = readFileSync(new URL(`ckpt_${version.replaceAll("-", "_")}.ksy`, DESCRIPTIONS), "utf8");
  const files = Object.values(await compiler.compile("javascript", parse(text), null, false));
  const [parser] = files;
  if (parser === undefined || files.length > 1) throw new Error(`the compiler made ${files.length} files`);
  const runtime = JSON.stringify(require.resolve("kaitai-struct/KaitaiStream.js"));
  const compiled = join(directory, "parser.cjs");
  writeFileSync(compiled, parser.replaceAll(/(["'])kaitai-struct\/KaitaiStream\1/g, runtime));
  const script = join(directory, "kaitai.cjs");
  writeFileSync(
    script,
    `const KaitaiStream = require(${runtime});
const [Image] = Object.values(require(${JSON.stringify(compiled)}));
const bytes = require("node:fs").readFileSync(process.argv[2]);
const image = new Image(new KaitaiStream(new DataView(bytes.buffer, bytes.byteOffset, bytes.length)));
process.stdout.write(String(image.records.length));
`,
  );
  return script;
}
