/** Verifies that every contender gives equal values and equal bytes, before it is timed. */
import { type Contender, type Records, recordBytes, type ViewReading } from "./contender.js";
import type { Loop } from "./loop.js";
import type { Value } from "./records.js";

/** Number up to which a double holds every integer exactly. */
const EXACT = 2n ** 53n;

/**
 * Decodes every record and compares the values; returns the number of 64-bit values that an inexact contender decoded wrong.
 *
 * @throws {Error} at the first value that differs
 */
export function verifyDecoding(records: Records, { name, decode }: Contender, { run, sink }: Loop): number {
  let wrong = 0;
  const compare = (expected: Value, found: Value, path: string): void => {
    const unexpected = Object.keys(found).filter((field) => !(field in expected));
    if (unexpected.length > 0) throw new Error(`${name}: ${path} has ${unexpected.join(", ")}, which it should not`);
    for (const [field, value] of Object.entries(expected)) {
      const own = found[field];
      if (typeof value === "object") compare(value, own as Value, `${path}.${field}`);
      else if (own !== value) {
        if (!decode.inexact || typeof value !== "bigint" || value <= EXACT)
          throw new Error(`${name}: ${path}.${field} is ${String(own)} instead of ${value}`);
        wrong++;
      }
    }
  };
  records.values.forEach((value, record) => {
    run(record, record + 1);
    const result = sink[record & 15];
    compare(value, decode.plain ? decode.plain(result) : (result as Value), `${records.struct}[${record}]`);
  });
  return wrong;
}

/**
 * Encodes every record and compares the bytes.
 *
 * @throws {Error} at the first record that differs
 */
export function verifyEncoding(records: Records, { name, encode }: Contender, { run, sink }: Loop): void {
  if (!encode) return;
  records.values.forEach((_, record) => {
    run(record, record + 1);
    const found = encode.bytes(sink[record & 15], record);
    const expected = encode.expected ? encode.expected[record] : recordBytes(records, records.view, record);
    if (!expected || Buffer.compare(found, expected) !== 0)
      throw new Error(`${name}: the bytes of ${records.struct}[${record}] differ`);
  });
}

/**
 * Reads the fields of every record through a view or as columns, and compares them.
 *
 * @throws {Error} at the first value that differs
 */
export function verifyFields(records: Records, name: string, view: ViewReading, { run }: Loop): void {
  records.values.forEach((value, record) => {
    run(record, record + 1);
    view.fields.forEach((field, index) => {
      const found = view.value(record, index);
      if (found !== value[field])
        throw new Error(
          `${name}: ${records.struct}[${record}].${field} is ${String(found)} instead of ${value[field]}`,
        );
    });
  });
}
