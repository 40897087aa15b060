import { describe, expect, it } from "vitest";
import {
  copyBytes,
  decodeRecord,
  encodeRecord,
  type ImageRecord,
  MemorySource,
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

describe.each(IMAGES)("$name with padding that is not zero", ({ format, source, bytes }) => {
  it("keeps what no field covers when it encodes over the original bytes", () => {
    const copy = Uint8Array.from(bytes);
    // Bytes that are zero after encoding into an empty buffer are padding.
    const nodes = [...readTree(format, source).root].filter((node) => node.record && node.label !== "page_batch");
    let padding = 0;
    for (const { record, contains } of nodes) {
      if (!record) continue;
      const filled = Uint8Array.from(bytes.subarray(record.offset, record.end));
      const decoded = decodeRecord(format, source, record, contains);
      const kept = encodeRecord(format, decoded, new Uint8Array(record.length).fill(0xa5));
      filled.forEach((byte, i) => {
        if (kept[i] === byte) return;
        expect([kept[i], byte], `${record.title} at +${i}`).toEqual([0xa5, 0]);
        filled[i] = 0xa5;
        padding++;
      });
      copy.set(filled, record.offset);
    }
    if (nodes.length > 2) expect(padding).toBeGreaterThan(0);
    const changed = new MemorySource(copy);
    for (const { record, contains } of nodes) {
      if (!record) continue;
      const own = copy.subarray(record.offset, record.end);
      const decoded = decodeRecord(format, changed, record, contains);
      expect(Buffer.compare(encodeRecord(format, decoded, own), own), record.title).toBe(0);
    }
  });
});
