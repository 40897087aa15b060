/** The codecs of this package. */
import type { Abi, AnyCodec } from "../../../generated/codecs/index.js";
import { type Contender, type Records, recordBytes, type ViewReading } from "./contender.js";

function viewReading({ fields, view }: Records, codec: AnyCodec, names: readonly string[]): ViewReading {
  const numbers = new Float64Array(16);
  const wides = new BigUint64Array(16);
  const isWide = (name: string) => fields.find((field) => field.name === name)?.type === "u64";
  const reads = names.map(
    (name, index) => `${isWide(name) ? "wides" : "numbers"}[(i + ${index}) & 15] = record.${name};`,
  );
  return {
    statement: `const record = codec.view(view, at); ${reads.join(" ")}`,
    bindings: { codec, view, numbers, wides },
    fields: names,
    value: (record, index) =>
      (isWide(names[index] as string) ? wides : numbers)[(record + index) & 15] as number | bigint,
  };
}

function columnReading({ values, size, view }: Records, codec: AnyCodec, fields: readonly string[]): ViewReading {
  const offsets = values.map((_, i) => i * size);
  const result: { columns?: ReturnType<AnyCodec["columns"]> } = {};
  return {
    statement: "if (i === 0) result.columns = codec.columns(view, offsets, fields);",
    bindings: { codec, view, offsets, fields, result },
    fields,
    value: (record, index) => result.columns?.[fields[index] as string]?.[record] as number | bigint,
  };
}

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
    view: viewReading(records, codec, fields),
    columns: columnReading(records, codec, fields),
  };
}
