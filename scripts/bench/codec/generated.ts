/** The codecs of this package. */
import type { Abi } from "../../../generated/codecs/index.js";
import { type Contender, type Records, recordBytes } from "./contender.js";

export function generated(records: Records, abi: Abi, fields: readonly string[]): Contender {
  const { view, values } = records;
  const codec = abi.struct(records.struct);
  const output = new DataView(new ArrayBuffer(view.byteLength));
  return {
    name: "ckpt-abi",
    decode: { statement: "sink[i & 15] = codec.decode(view, at);", bindings: { codec, view } },
    encode: {
      statement: "codec.encode(values[i], output, at);",
      bindings: { codec, values, output },
      bytes: (_, record) => recordBytes(records, output, record),
    },
    view: {
      statement: `const record = codec.view(view, at); ${fields
        .map((field, index) => `sink[(i + ${index}) & 15] = record.${field};`)
        .join(" ")}`,
      bindings: { codec, view },
      fields,
    },
  };
}
