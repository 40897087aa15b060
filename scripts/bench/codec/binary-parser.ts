/** binary-parser: compiles a chain of calls to a function. Parses only, always from the start of a buffer. */
import { Parser } from "binary-parser";
import { type Contender, type Records, recordBytes } from "./contender.js";
import type { Field } from "./records.js";

export function binaryParser(records: Records): Contender {
  const { view, fields, values } = records;
  return {
    name: "binary-parser",
    decode: {
      statement: "sink[i & 15] = parser.parse(slices[i]);",
      bindings: {
        parser: parserOf(fields),
        slices: values.map((_, record) => recordBytes(records, view, record)),
      },
    },
  };
}

const METHOD = {
  u8: "uint8",
  s8: "int8",
  u16: "uint16le",
  s16: "int16le",
  u32: "uint32le",
  s32: "int32le",
  u64: "uint64le",
  s64: "int64le",
} as const;

function parserOf(fields: readonly Field[]): Parser {
  const parser = new Parser();
  for (const { name, type, fields: inner } of fields)
    if (inner) parser.nest(name, { type: parserOf(inner) });
    else parser[METHOD[type as keyof typeof METHOD]](name);
  return parser;
}
