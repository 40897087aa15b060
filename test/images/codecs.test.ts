import { describe, expect, it } from "vitest";
import {
  copyBytes,
  decodeRecord,
  encodeRecord,
  type ImageRecord,
  readTree,
  recordSize,
  records,
} from "../../tools/image/index.js";
import { IMAGES } from "./fixtures.js";

describe.each(IMAGES)("$name", ({ format, source, bytes }) => {
  const tree = readTree(format, source);
  const nodes = [...tree.root].filter((node) => node.record);
  const bytesOf = (record: ImageRecord) => bytes.subarray(record.offset, record.end);

  it("has a struct for every record that the schema gives one", () => {
    const without = [...records(format, source)].filter(({ kind }) => kind?.opaque);
    expect(without).toEqual([]);
  });

  it("has records that struct, tail and payload fill exactly", () => {
    for (const record of records(format, source)) {
      const size = recordSize(format, source, record);
      const { start, end } = record.payload;
      expect(size, record.name).toBeDefined();
      if (size?.exact !== undefined) expect(record.length, record.name).toBe(size.exact);
      else expect(end - start, record.name).toBe(record.length - (size?.least ?? 0));
    }
  });

  it("decodes and encodes every record to the same bytes", () => {
    for (const { record, contains } of nodes) {
      if (!record) continue;
      const decoded = decodeRecord(format, source, record, contains);
      expect(decoded.rest, record.name).toBeUndefined();
      expect(Buffer.compare(encodeRecord(format, decoded, bytesOf(record)), bytesOf(record)), record.name).toBe(0);
    }
  });

  it("loses nothing but padding when it encodes into fresh bytes, and padding is zero in these images", () => {
    for (const { record, contains } of nodes) {
      if (!record) continue;
      const decoded = decodeRecord(format, source, record, contains);
      expect(Buffer.compare(encodeRecord(format, decoded), bytesOf(record)), record.name).toBe(0);
    }
  });

  it("is put together again, byte for byte, from decoded records", () => {
    const parts = nodes.flatMap(({ record, contains }) => {
      if (!record) return [];
      const decoded = decodeRecord(format, source, record, contains);
      return [encodeRecord(format, decoded), copyBytes(source, record.end, record.rawLength)];
    });
    expect(Buffer.compare(Buffer.concat(parts), bytes)).toBe(0);
  });
});
