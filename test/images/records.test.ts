import { describe, expect, it } from "vitest";
import { abi } from "../../generated/codecs/index.js";
import { ImageError, ImageFormat, MemorySource, readRecord, records } from "../../tools/image/index.js";
import { bare, record } from "./made.js";

const v16 = new ImageFormat(abi("v16", "x86_32"));
const v21 = new ImageFormat(abi("v21", "x86_64"));
const s390x = new ImageFormat(abi("v21", "s390x"));

const list = (format: ImageFormat, ...parts: Uint8Array[]) => [
  ...records(format, new MemorySource(Buffer.concat(parts))),
];

/** Properties of the error from reading the last of some records. */
function failure(format: ImageFormat, ...parts: Uint8Array[]): Partial<ImageError> {
  const read = records(format, new MemorySource(Buffer.concat(parts)));
  try {
    for (const _ of read);
  } catch (error) {
    expect(error).toBeInstanceOf(ImageError);
    const { code, offset, record, expected, found, message } = error as ImageError;
    return { code, offset, record, expected, found, message };
  }
  throw new Error("nothing was wrong");
}

describe("a record", () => {
  it("knows where its parts lie", () => {
    const [tree, thread] = list(v21, record(v21, "TREE"), record(v21, "THREAD", { payload: new Uint8Array(24) }));
    expect(tree).toMatchObject({ offset: 0, type: 101, length: 16, name: "TREE", end: 16, next: 16 });
    expect(tree?.payload).toEqual({ start: 16, end: 16 });
    expect(thread).toMatchObject({ offset: 16, length: 40, name: "THREAD" });
    expect(thread?.payload).toEqual({ start: 32, end: 56 });
    expect(thread?.entry?.struct).toBe("ckpt_hdr_thread");
  });

  it("of an unknown type is all payload", () => {
    const [unknown, tail] = list(v21, bare(4242, new Uint8Array(5)), record(v21, "TAIL"));
    expect(unknown).toMatchObject({ type: 4242, name: "type 4242", title: "type 4242", length: 13, kind: undefined });
    expect(unknown?.entry).toBeUndefined();
    expect(unknown?.payload).toEqual({ start: 8, end: 13 });
    expect(tail).toMatchObject({ offset: 13, name: "TAIL", title: "TAIL (9001)" });
  });

  it("is read in the byte order of its architecture", () => {
    const bytes = new Uint8Array(16);
    new DataView(bytes.buffer).setUint32(0, 9001, false);
    new DataView(bytes.buffer).setUint32(4, 16, false);
    expect(list(s390x, bytes).map(({ name, length }) => [name, length])).toEqual([["TAIL", 16]]);
  });

  it("is followed by the bytes of a pipe in v16", () => {
    const pipe = record(v16, "FILE_PIPE", { value: { pipe_len: 5 }, raw: Uint8Array.from([1, 2, 3, 4, 5]) });
    const [state, tail] = list(v16, pipe, record(v16, "TAIL"));
    expect(state?.raw).toEqual({ start: 16, end: 21 });
    expect(tail?.offset).toBe(21);
  });

  it("is followed by a page when it is a socket fragment", () => {
    const fragment = record(v21, "SOCKET_FRAG", { raw: new Uint8Array(4096) });
    const [first, second, tail] = list(v21, fragment, fragment, record(v21, "TAIL"));
    expect(first?.raw).toEqual({ start: 16, end: 4112 });
    expect(second?.raw).toEqual({ start: 4128, end: 8224 });
    expect(tail?.offset).toBe(8224);
    const large = new ImageFormat(abi("v21", "powerpc64"), { pageSize: 65536 });
    const [wide] = list(large, record(large, "SOCKET_FRAG", { raw: new Uint8Array(65536) }));
    expect(wide?.raw).toEqual({ start: 16, end: 65552 });
  });

  it("can be read where it is", () => {
    const source = new MemorySource(Buffer.concat([bare(4242), record(v21, "TAIL")]));
    expect(readRecord(v21, source, 8).name).toBe("TAIL");
    expect([...records(v21, source, 8)].map(({ name }) => name)).toEqual(["TAIL"]);
  });
});

describe("damage", () => {
  const tree = record(v21, "TREE");

  it("a header that is cut off", () => {
    expect(failure(v21, tree, tree.subarray(0, 7))).toEqual({
      code: "short-header",
      offset: 16,
      record: undefined,
      expected: "a record header of 8 bytes",
      found: "the end of the image after 7 bytes",
      message: "at offset 16: expected a record header of 8 bytes, found the end of the image after 7 bytes",
    });
  });

  it("a length below eight", () => {
    expect(failure(v21, tree, bare(102, new Uint8Array(8), 7))).toEqual({
      code: "bad-length",
      offset: 16,
      record: "TASK",
      expected: "a length of at least 8",
      found: "7",
      message: "TASK at offset 16: expected a length of at least 8, found 7",
    });
  });

  it("a length beyond the end", () => {
    expect(failure(v21, bare(4242, new Uint8Array(8), 0xffffffff))).toEqual({
      code: "short-record",
      offset: 0,
      record: "type 4242",
      expected: "4294967295 bytes",
      found: "the end of the image after 16 bytes",
      message: "type 4242 at offset 0: expected 4294967295 bytes, found the end of the image after 16 bytes",
    });
  });

  it("bytes behind a record that are not there", () => {
    const pipe = (pipe_len: number) => record(v16, "FILE_PIPE", { value: { pipe_len }, raw: new Uint8Array(3) });
    expect(failure(v16, pipe(4)).message).toBe(
      "FILE_PIPE at offset 0: expected 4 bytes after the record, found the end of the image after 3 bytes",
    );
    expect(failure(v16, pipe(-1))).toMatchObject({
      code: "short-raw",
      message: "FILE_PIPE at offset 0: expected a number of bytes after the record, found -1",
    });
    expect(failure(v21, record(v21, "SOCKET_FRAG", { raw: new Uint8Array(4095) })).code).toBe("short-raw");
  });

  it("a record too short for the field that counts the bytes behind it", () => {
    expect(failure(v16, bare(305)).message).toBe(
      "FILE_PIPE at offset 0: expected at least 12 bytes up to pipe_len, found 8 bytes",
    );
  });

  it("gives all records before it", () => {
    const source = new MemorySource(Buffer.concat([tree, tree, bare(1, new Uint8Array(0), 3)]));
    const names: string[] = [];
    expect(() => {
      for (const { name } of records(v21, source)) names.push(name);
    }).toThrow(ImageError);
    expect(names).toEqual(["TREE", "TREE"]);
  });
});
