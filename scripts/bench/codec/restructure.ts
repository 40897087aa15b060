/** restructure: an interpreter over an object of field types. */
import * as r from "restructure";
import { type Contender, type Records, recordBytes } from "./contender.js";
import type { Field } from "./records.js";

/** The library has no 64-bit integers, but can be extended with types. */
class Uint64le implements r.Type {
  size(): number {
    return 8;
  }

  decode(stream: r.DecodeStream): bigint {
    const value = stream.view.getBigUint64(stream.pos, true);
    stream.pos += 8;
    return value;
  }

  encode(stream: r.EncodeStream, value: bigint): void {
    stream.view.setBigUint64(stream.pos, value, true);
    stream.pos += 8;
  }
}

const TYPES: Readonly<Record<string, r.Type>> = {
  u8: r.uint8,
  s8: r.int8,
  u16: r.uint16le,
  s16: r.int16le,
  u32: r.uint32le,
  s32: r.int32le,
  u64: new Uint64le(),
};

export function restructure(records: Records): Contender {
  const { view, fields, values } = records;
  const struct = structOf(fields);
  const output = new DataView(new ArrayBuffer(view.byteLength));
  return {
    name: "restructure",
    decode: {
      statement: "input.pos = at; sink[i & 15] = struct.decode(input);",
      bindings: { struct, input: new r.DecodeStream(new Uint8Array(view.buffer)) },
    },
    encode: {
      statement: "output.pos = at; struct.encode(output, values[i]);",
      bindings: { struct, values, output: new r.EncodeStream(new Uint8Array(output.buffer)) },
      bytes: (_, record) => recordBytes(records, output, record),
    },
  };
}

function structOf(fields: readonly Field[]): r.Struct {
  return new r.Struct(
    Object.fromEntries(
      fields.map(({ name, type, fields: inner }) => {
        const own = inner ? structOf(inner) : TYPES[type];
        if (!own) throw new Error(`no restructure type for ${type}`);
        return [name, own];
      }),
    ),
  );
}
