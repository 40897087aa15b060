/**
 * Kaitai Struct: its compiler generates a parser class from a format description. It has no writer for JavaScript, and its 64-bit integers are plain
 * numbers.
 */
import { createRequire } from "node:module";
import KaitaiStream from "kaitai-struct/KaitaiStream.js";
import compiler from "kaitai-struct-compiler";
import { parse } from "yaml";
import type { Contender, Records } from "./contender.js";
import type { Field, Value } from "./records.js";

type Parsed = { readonly [property: string]: number | Parsed };

export async function kaitai({ struct, fields, view }: Records): Promise<Contender> {
  const files = await compiler.compile("javascript", parse(ksy(struct, fields)), null, false);
  const exports: Record<string, unknown> = {};
  for (const text of Object.values(files))
    new Function("exports", "require", text)(exports, createRequire(import.meta.url));
  const [Record] = Object.values(exports);
  return {
    name: "kaitai-struct",
    decode: {
      statement: "stream.seek(at); sink[i & 15] = new Record(stream);",
      bindings: { stream: new KaitaiStream(view), Record },
      plain: (result) => plain(fields, result as Parsed),
      inexact: true,
    },
  };
}

/** The format description, with a type for every nested struct. */
function ksy(struct: string, fields: readonly Field[]): string {
  const seq = (list: readonly Field[], indent: string) =>
    list.map(
      ({ name, type, fields }) =>
        `${indent}- { id: ${id(name)}, type: ${fields ? `${id(name)}_struct` : kaitaiType(type)} }\n`,
    );
  const types = fields.flatMap(({ name, fields }) =>
    fields ? [`  ${id(name)}_struct:\n    seq:\n${seq(fields, "      ").join("")}`] : [],
  );
  return `meta:
  id: ${struct}
  endian: le
seq:
${seq(fields, "  ").join("")}types:
${types.join("")}`;
}

/** `u32` is `u4`: Kaitai counts bytes. */
function kaitaiType(type: string): string {
  return `${type[0]}${Number(type.slice(1)) / 8}`;
}

/** Identifiers must not begin with an underscore. */
function id(name: string): string {
  return name.replace(/^_+/, "");
}

function plain(fields: readonly Field[], parsed: Parsed): Value {
  return Object.fromEntries(
    fields.map(({ name, type, fields }) => {
      const value = parsed[id(name).replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
      if (fields) return [name, plain(fields, value as Parsed)];
      return [name, /64/.test(type) ? BigInt(value as number) : (value as number)];
    }),
  );
}
