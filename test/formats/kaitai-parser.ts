/** Parsers that the Kaitai Struct compiler generates from the descriptions. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import KaitaiStream from "kaitai-struct/KaitaiStream.js";
import compiler from "kaitai-struct-compiler";
import { parse } from "yaml";

const require = createRequire(import.meta.url);
const DIRECTORY = new URL("../../generated/kaitai/", import.meta.url);

// biome-ignore lint/suspicious/noExplicitAny: objects of classes that are compiled here
export type Parsed = any;

export async function kaitaiParser(version: string): Promise<(bytes: Uint8Array) => Parsed> {
  const text = readFileSync(new URL(`ckpt_${version.replaceAll("-", "_")}.ksy`, DIRECTORY), "utf8");
  const files = await compiler.compile("javascript", parse(text), null, false);
  const exports: Record<string, Parsed> = {};
  for (const file of Object.values(files)) new Function("exports", "require", file)(exports, require);
  const [Image] = Object.values(exports);
  return (bytes) => new Image(new KaitaiStream(new DataView(bytes.buffer, bytes.byteOffset, bytes.length)));
}

/** The name that the compiler gives a member in JavaScript. */
export function property(name: string): string {
  return name
    .replace(/^_+/, "")
    .toLowerCase()
    .replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
