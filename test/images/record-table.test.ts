/** The table of records returns what was stored, across the borders of its chunks and beyond 4 GiB. */
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { ImageFormat, type RecordKind } from "../../tools/image/abi/format.js";
import { ImageRecord } from "../../tools/image/record/records.js";
import { type RecordTable, TableBuilder } from "../../tools/image/record-table.js";
import type { SyntaxRule } from "../../tools/image/walk/syntax.js";

const format = new ImageFormat(registry.abi("v21", "x86_64"));
const rule = (name: string) => ({ name }) as SyntaxRule;
const kindOf = (name: string) => format.kind(name) as RecordKind;
const VMA = kindOf("VMA");
const OBJREF = kindOf("OBJREF");

/** A source of records with given lengths. */
class Lengths {
  next = 0;

  record(length: number, kind: RecordKind | undefined, type = kind?.number ?? 4711, rawLength = 0): ImageRecord {
    const record = new ImageRecord(this.next, type, length, rawLength, kind);
    this.next = record.next;
    return record;
  }
}

function everyRow(table: RecordTable) {
  return Array.from({ length: table.size }, (_, row) => ({
    record: table.recordOf(row),
    parent: table.parent(row),
    end: table.end(row),
    offset: table.offsetOf(row),
    objref: table.objrefOf(row),
  }));
}

describe("a table of records", () => {
  it.each([
    ["short records", 88],
    ["records that reach over 4 GiB in one chunk", 3_000_000],
    ["records of nearly 4 GiB", 2 ** 32 - 4],
  ])("%s", (_, length) => {
    const lengths = new Lengths();
    const builder = new TableBuilder(format);
    const expected: ReturnType<typeof everyRow> = [];
    builder.enter(rule("image"), undefined, undefined);
    expected.push({ record: undefined, parent: 0, end: 0, offset: 0, objref: 0 });
    for (let i = 0; i < 20_000; i++) {
      const start = expected.length;
      const offset = lengths.next;
      builder.enter(rule("vma"), undefined, undefined);
      const record = lengths.record(length + (i % 7), VMA, VMA.number, i % 1000 === 0 ? 4096 : 0);
      builder.record(record, undefined);
      builder.leave();
      expected.push({ record: undefined, parent: 0, end: start + 2, offset, objref: 0 });
      expected.push({ record, parent: start, end: start + 2, offset, objref: 0 });
    }
    (expected[0] as { end: number }).end = expected.length;
    builder.leave();
    expect(everyRow(builder.table)).toEqual(expected);
  });

  it("objects and records of unknown types", () => {
    const lengths = new Lengths();
    const builder = new TableBuilder(format);
    builder.enter(rule("image"), undefined, undefined);
    const head = lengths.record(24, OBJREF);
    builder.enter(rule("FILE"), undefined, { record: head, type: "FILE", objref: 7 });
    const inner = lengths.record(80, kindOf("FILE"));
    builder.record(inner, undefined);
    builder.leave();
    const strange = lengths.record(12, undefined, 99_999);
    builder.record(strange, undefined);
    expect(everyRow(builder.table)).toEqual([
      { record: undefined, parent: 0, end: 4, offset: 0, objref: 0 },
      { record: head, parent: 0, end: 3, offset: 0, objref: 7 },
      { record: inner, parent: 1, end: 3, offset: 24, objref: 0 },
      { record: strange, parent: 0, end: 4, offset: 104, objref: 0 },
    ]);
    expect([...builder.table.types].sort((a, b) => a - b)).toEqual(
      [kindOf("FILE").number, OBJREF.number, 99_999].sort((a, b) => a - b),
    );
    expect([...builder.objects]).toEqual([[7, 1]]);
  });
});
