import { describe, expect, it } from "vitest";
import {
  type ImageFormat,
  type ImageRecord,
  type ImageTree,
  MemorySource,
  readTree,
  records,
} from "../../tools/image/index.js";
import { verify } from "../../tools/verify/index.js";
import { isSelf } from "./expectations.js";
import { COMPLETE, IMAGES } from "./fixtures.js";
import { bare, object, record, recordNames, text } from "./made.js";

const read = (format: ImageFormat, ...parts: Uint8Array[]): ImageTree =>
  readTree(format, new MemorySource(Buffer.concat(parts)));

/** Offsets of the pieces of message texts. Their number and lengths depend on the kernel, so the grammar accepts any; `verify` checks the sums. */
function messagePieces({ root }: ImageTree): ReadonlySet<number> {
  const pieces = [...root].filter(({ label }) => label === "message_text");
  return new Set(pieces.map(({ offset }) => offset));
}

/** Whether a reader notices that an image is damaged. */
const isNoticed = ({ end, problems }: ImageTree) => end === "damaged" || problems.length > 0;

describe.each(IMAGES)("$name", ({ name, format, source, bytes }) => {
  const list = [...records(format, source)];
  const upTo = ({ offset }: ImageRecord) => bytes.subarray(0, offset);
  const itself = ({ offset, next }: ImageRecord) => bytes.subarray(offset, next);
  const from = ({ next }: ImageRecord) => bytes.subarray(next);
  const pieces = messagePieces(readTree(format, source));
  const isUnsound = (record: ImageRecord, ...parts: Uint8Array[]) =>
    isNoticed(read(format, ...parts)) ||
    (pieces.has(record.offset) && verify(format, new MemorySource(Buffer.concat(parts))).summary.errors > 0);
  const title = ({ title, offset }: ImageRecord) => `${title} at ${offset}`;

  it("is consumed to its last byte", () => {
    const { root, end, problems } = readTree(format, source);
    expect(problems).toEqual([]);
    expect(end).toBe(name === "v16-tree-notfrozen.img" ? "error" : "complete");
    expect(recordNames(root)).toEqual(list.map((record) => record.name));
  });

  it("is noticed to lack any one record", () => {
    const missed = list.filter((record) => !isUnsound(record, upTo(record), from(record)));
    expect(missed.map(title)).toEqual([]);
  });

  it("is noticed to have any one record twice", () => {
    const missed = list.filter(
      (record) => !isUnsound(record, upTo(record), itself(record), itself(record), from(record)),
    );
    expect(missed.map(title)).toEqual([]);
  });

  it("is noticed to be cut off, wherever that is", () => {
    const missed = list.filter(({ offset, next }) => {
      const cuts = [offset, offset + 1, offset + 7, offset + 8, Math.floor((offset + next) / 2), next - 1];
      return cuts.some((cut) => cut < next && !isNoticed(read(format, bytes.subarray(0, cut))));
    });
    // An empty file lacks its first record; nothing else can be reported about it.
    expect(missed.map(title)).toEqual([]);
  });

  it("is noticed to have a record with eight bytes more or less, where its length follows from anything", () => {
    const resized = (record: ImageRecord, by: number) => {
      const copy = Uint8Array.from(itself(record));
      new DataView(copy.buffer).setUint32(4, record.length + by, format.littleEndian);
      const own = copy.subarray(0, record.length);
      const changed = by < 0 ? own.subarray(0, record.length + by) : Buffer.concat([own, new Uint8Array(by)]);
      return isUnsound(record, upTo(record), changed, copy.subarray(record.length), from(record));
    };
    const missed = list.filter((record) => [-8, 8].some((by) => record.length + by >= 8 && !resized(record, by)));
    // Names of files, contents of pipes, messages and data of a security module may have any length.
    const free = ["FILE_NAME", "PIPE_BUF", "LSM_INFO", ...(name === "v16-tree-notfrozen.img" ? ["STRING"] : [])];
    expect(missed.filter((record) => !free.includes(record.name)).map(title)).toEqual([]);
  });
});

describe.each(COMPLETE.filter(isSelf))("$name: insertions", ({ format, source, bytes }) => {
  const list = [...records(format, source)];
  const unknown = (size = 0) => bare(4242, new Uint8Array(size), undefined, format.littleEndian);
  const names = list.map((record) => record.name);
  const insert = (at: number, ...parts: Uint8Array[]) =>
    read(format, bytes.subarray(0, at), ...parts, bytes.subarray(at));
  // A message ends at the next other record, so nothing may come between its pieces.
  const pieces = messagePieces(readTree(format, source));
  const offsets = list.flatMap(({ offset }, i) =>
    pieces.has(offset) && pieces.has(list[i - 1]?.offset ?? 0) ? [] : [offset],
  );

  it("an object may begin before any record", () => {
    // The smallest object in v16 is a file.
    const stray = format.kind("GROUPINFO")
      ? object(format, "GROUPINFO", 999, record(format, "GROUPINFO", { tail: [] }))
      : object(
          format,
          "FILE",
          999,
          record(format, "FILE", { struct: "ckpt_hdr_file_generic", value: { common: { f_type: 1 } } }),
          record(format, "FILE_NAME", { payload: text("/stray") }),
        );
    for (const offset of offsets) {
      const { end, problems, objects, root } = insert(offset, stray);
      expect(problems, `${offset}`).toEqual([]);
      expect(end).toBe("complete");
      expect(objects.get(999)?.record?.offset).toBe(offset);
      expect(recordNames(root).length).toBe(names.length + [...records(format, new MemorySource(stray))].length);
    }
  });

  it("an error message may begin before any record, and ends the image if nothing follows", () => {
    const message = Buffer.concat([
      record(format, "ERROR"),
      record(format, "STRING", { payload: text("\0it went wrong", 15) }),
    ]);
    for (const offset of offsets) {
      const going = insert(offset, message);
      expect([going.end, going.problems], `${offset}`).toEqual(["complete", []]);
      const stopped = read(format, bytes.subarray(0, offset), message, message);
      expect([stopped.end, stopped.problems], `${offset}`).toEqual(["error", []]);
    }
  });

  it("a record of an unknown type is stepped over and told", () => {
    for (const offset of offsets) {
      const { end, problems, root } = insert(offset, unknown(3));
      expect(problems.map(({ message }) => message)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^type 4242 at offset ${offset} .*expected a type that this version has, found type 4242 of 11 bytes$`,
          ),
        ),
      ]);
      expect(end).toBe("complete");
      const place = list.findIndex((record) => record.offset === offset);
      expect(recordNames(root)).toEqual([...names.slice(0, place), "type 4242", ...names.slice(place)]);
    }
  });

  it("what follows the image is told and kept", () => {
    const { end, problems, root } = read(format, bytes, unknown(), record(format, "TREE"));
    expect(end).toBe("complete");
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        "trailing-record",
        `type 4242 at offset ${bytes.length}: expected the end of the image, found type 4242 of 8 bytes`,
      ],
    ]);
    expect(recordNames(root)).toEqual([...names, "type 4242", "TREE"]);
  });
});
