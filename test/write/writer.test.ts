import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { LossyTextError, OutOfRangeError, type PayloadEntry, UnknownNameError } from "../../runtime/index.js";
import { decodeRecord, ImageFormat, MemorySource, records } from "../../tools/image/index.js";
import { type ImageSink, ImageWriter, MAX_RECORD_LENGTH, MemorySink, padded } from "../../tools/write/index.js";

const V21 = new ImageFormat(registry.abi("v21", "x86_64"));

/** The bytes that a writer writes. */
function written(format: ImageFormat, write: (writer: ImageWriter) => void): Uint8Array {
  const sink = new MemorySink();
  const writer = new ImageWriter(format, sink);
  write(writer);
  writer.flush();
  expect(writer.offset).toBe(sink.bytes.length);
  return sink.bytes;
}

/** The decoded values of the only record. */
function decoded(format: ImageFormat, bytes: Uint8Array, contains?: PayloadEntry) {
  const source = new MemorySource(bytes);
  const [record, ...others] = records(format, source);
  expect(others).toEqual([]);
  if (!record) throw new Error("no record");
  expect(record.end).toBe(bytes.length - record.rawLength);
  return decodeRecord(format, source, record, contains);
}

describe("a record", () => {
  it("gets its type and length, and what is not given is zero or what the schema says", () => {
    const { value, payload } = decoded(
      V21,
      written(V21, (w) => w.record("THREAD", { payload: { elements: [{ a: 1 }] } })),
    );
    expect(value.h).toEqual({ type: V21.kind("THREAD")?.number, len: 24 });
    expect(value).toMatchObject({ thread_info_flags: 0, gdt_entry_tls_entries: 3, sizeof_tls_array: 24 });
    expect(payload).toEqual({ kind: "elements", of: "desc_struct", elements: [{ a: 1, b: 0 }] });
    expect(
      decoded(
        V21,
        written(V21, (w) => w.record("TAIL")),
      ).value.magic,
    ).toBe(0x002d2a0cc0deef00n);
  });

  it("goes by the names of the schema, whatever the version calls its fields", () => {
    const fields = { constants: { at_vector_size: 352, task_comm_len: 16 }, arch_id: 1, uts_release_len: 65 };
    for (const [version, name] of [
      ["v17", "mm_saved_auxv_len"],
      ["v19", "at_vector_size"],
    ] as const) {
      const format = new ImageFormat(registry.abi(version, "s390x"));
      const { value } = decoded(
        format,
        written(format, (w) => w.record("HEADER", { fields })),
      );
      expect(value.constants).toMatchObject({ [name]: 352, task_comm_len: 16 });
      expect(value.magic).toBe(0x00feed0cc0a2d200n);
    }
    const v16 = new ImageFormat(registry.abi("v16", "x86_32"));
    const { value } = decoded(
      v16,
      written(v16, (w) => w.record("HEADER", { fields })),
    );
    expect(value).toMatchObject({ arch_id: 1, uts_release_len: 65 });
  });

  it("takes the struct that the type of a file asks for, with the common fields beside its own", () => {
    const fields = { f_type: V21.constant("CKPT_FILE_EVENTFD"), f_mode: 3, count: 2n ** 63n, flags: 1 };
    const { struct, value } = decoded(
      V21,
      written(V21, (w) => w.record("FILE", { fields })),
    );
    expect(struct).toBe("ckpt_hdr_file_eventfd");
    expect(value).toMatchObject({ common: { f_type: 7, f_mode: 3, f_pos: 0n }, count: 2n ** 63n, flags: 1 });
  });

  it("takes the struct of another configuration", () => {
    const format = new ImageFormat(registry.abi("v21", "powerpc64"));
    const cpu = (configuration?: string) =>
      decoded(
        format,
        written(format, (w) => w.record("CPU", { fields: { fpr: [[1n]], dabr: 5 }, configuration })),
      );
    expect(cpu().value.fpr[0]).toEqual([1n]);
    expect(cpu("vsx").value.fpr[0]).toEqual([1n, 0n]);
    expect(cpu("vsx").value.dabr).toBe(5n);
    expect(() => cpu("abc")).toThrow(UnknownNameError);
  });

  it("takes the member of a union that is given", () => {
    const { value } = decoded(
      V21,
      written(V21, (w) => w.record("NETDEV", { fields: { macvlan: { mode: 4 } } })),
    );
    expect(value.macvlan).toEqual({ mode: 4 });
    const veth = decoded(
      V21,
      written(V21, (w) => w.record("NETDEV", { fields: { veth: { peer_ref: 9 }, hwaddr: [2, 1] } })),
    );
    expect(veth.value.veth).toEqual({ this_ref: 0, peer_ref: 9 });
    expect([...veth.value.hwaddr]).toEqual([2, 1, 0, 0, 0, 0]);
  });

  it("has a tail of structs or numbers, and groups with their slack", () => {
    const groups = decoded(
      V21,
      written(V21, (w) => w.record("GROUPINFO", { fields: { ngroups: 2 }, tail: [5, 9] })),
    );
    expect(groups.tail).toEqual([5, 9]);
    expect(groups.value.h.len).toBe(24);
    const tail = new Array(64).fill({});
    tail[1] = { sa_flags: 7, sa_mask: { sigset: [1] } };
    const actions = decoded(
      V21,
      written(V21, (w) => w.record("SIGHAND", { tail })),
    ).tail as { sa_flags: bigint }[];
    expect(actions.length).toBe(64);
    expect(actions[1]).toMatchObject({ sa_flags: 7n, sa_mask: { sigset: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) } });
    expect(actions[2]).toMatchObject({ sa_flags: 0n });
  });

  it("has bytes, text or elements behind it", () => {
    const payload = (given: Uint8Array | string) =>
      decoded(
        V21,
        written(V21, (w) => w.record("STRING", { payload: given })),
      );
    expect(payload("näme\0").payload).toEqual({ kind: "text", text: "näme\0" });
    expect(payload(padded("init", 16)).value.len).toBe(24);
    expect(payload("\udcff").value.len).toBe(9);
    const numbers = written(V21, (w) => w.record("BUFFER", { payload: { of: "u64", elements: [1, 2n ** 64n - 1n] } }));
    expect(decoded(V21, numbers, { kind: "array", of: "u64" }).payload).toMatchObject({
      elements: [1n, 2n ** 64n - 1n],
    });
  });

  it("has bytes behind it that its length does not count", () => {
    const format = new ImageFormat(registry.abi("v16", "x86_32"));
    const raw = new TextEncoder().encode("in the pipe");
    const bytes = written(format, (w) => w.record("FILE_PIPE", { fields: { pipe_len: raw.length }, raw }));
    expect(decoded(format, bytes).value.h.len).toBe(16);
    expect(bytes.subarray(16)).toEqual(raw);
  });

  it("comes in the byte order of the image", () => {
    const format = new ImageFormat(registry.abi("v21", "s390x"));
    const bytes = written(format, (w) => w.record("CONTAINER"));
    expect([...bytes]).toEqual([0, 0, 0, 3, 0, 0, 0, 8]);
  });
});

describe("a stream", () => {
  it("of pieces goes out without being gathered", () => {
    const chunks: number[] = [];
    const sink: ImageSink = { write: ({ length }) => chunks.push(length) };
    const writer = new ImageWriter(V21, sink);
    const piece = new Uint8Array(300_000).fill(7);
    const pieces = function* () {
      for (let i = 0; i < 20; i++) yield piece;
    };
    writer.record("BUFFER", { payload: { length: 6_000_000, pieces: pieces() } });
    writer.record("CONTAINER");
    expect(writer.offset).toBe(6_000_016);
    writer.flush();
    writer.flush();
    expect(chunks.reduce((sum, length) => sum + length, 0)).toBe(6_000_016);
    expect(Math.max(...chunks)).toBeLessThanOrEqual(1024 * 1024);
    expect(chunks.length).toBeGreaterThan(5);
  });

  it("keeps its order across chunks, whatever their sizes", () => {
    const parts = [10, 1_048_570, 3, 2_500_000, 1, 1_048_576, 1_048_577].map((length, i) =>
      new Uint8Array(length).fill(i + 1),
    );
    const all = written(V21, (w) => {
      for (const part of parts) w.bytes(part);
    });
    expect(Buffer.compare(all, Buffer.concat(parts))).toBe(0);
  });

  it("copies another image", () => {
    const original = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251);
    const copy = written(V21, (w) => w.copy(new MemorySource(original), 1000, 2_900_000));
    expect(Buffer.compare(copy, original.subarray(1000, 2_900_000))).toBe(0);
  });

  it("takes decoded records, with their padding", () => {
    const bytes = written(V21, (w) => w.record("NS", { fields: { uts_objref: 1 } }));
    bytes[21] = 9;
    const values = decoded(V21, bytes);
    expect(written(V21, (w) => w.decoded(values, bytes))).toEqual(bytes);
    expect(() => written(V21, (w) => w.decoded({ ...values, rest: new Uint8Array(4) }))).toThrow(OutOfRangeError);
  });

  it("writes a tail that is longer than a chunk", () => {
    const tail = Array.from({ length: 300_000 }, (_, i) => i);
    const groups = decoded(
      V21,
      written(V21, (w) => w.record("GROUPINFO", { fields: { ngroups: tail.length }, tail })),
    );
    expect(groups.tail).toEqual(tail);
  });
});

describe("what cannot be written", () => {
  const writer = () => new ImageWriter(V21, new MemorySink());

  it.each<[string, () => void, new (...args: never[]) => Error, string]>([
    [
      "a record that does not exist",
      () => writer().record("NONE"),
      UnknownNameError,
      'unknown record "NONE": v21/x86_64',
    ],
    ["a record of another version", () => writer().record("HPAGE"), UnknownNameError, 'unknown record "HPAGE"'],
    [
      "a field that no version has",
      () => writer().record("VMA", { fields: { vm_begin: 1 } }),
      UnknownNameError,
      'unknown field of ckpt_hdr_vma "vm_begin"',
    ],
    [
      "a field that no variant has",
      () => writer().record("FILE", { fields: { f_type: 1, pipe: 1 } }),
      UnknownNameError,
      'unknown field of ckpt_hdr_file_generic "pipe"',
    ],
    [
      "a number that does not fit",
      () => writer().record("VMA", { fields: { vma_type: -1 } }),
      OutOfRangeError,
      "ckpt_hdr_vma.vma_type (v21/x86_64) takes an integer from 0 to 4294967295, not -1",
    ],
    [
      "a number that is not exact",
      () => writer().record("VMA", { fields: { vm_start: 2 ** 60 } }),
      OutOfRangeError,
      "ckpt_hdr_vma.vm_start",
    ],
    [
      "a record of 2 GiB",
      () => writer().record("BUFFER", { payload: { length: 2 ** 31 - 8, pieces: [] } }),
      OutOfRangeError,
      `BUFFER.h.len (v21/x86_64) takes a length of at most ${MAX_RECORD_LENGTH}, not 2147483648`,
    ],
    [
      "fewer bytes than announced",
      () => writer().record("BUFFER", { payload: { length: 5, pieces: [new Uint8Array(4)] } }),
      OutOfRangeError,
      "BUFFER.payload (v21/x86_64) takes pieces of 5 bytes together, as announced, not 4",
    ],
    [
      "more bytes than announced",
      () => writer().record("BUFFER", { payload: { length: 5, pieces: [new Uint8Array(4), new Uint8Array(2)] } }),
      OutOfRangeError,
      "as announced, not 6",
    ],
    ["a tail where there is none", () => writer().record("VMA", { tail: [1] }), OutOfRangeError, "VMA.tail"],
    [
      "elements of nothing",
      () => writer().record("BUFFER", { payload: { elements: [1] } }),
      OutOfRangeError,
      "takes elements of a type that this version has",
    ],
    [
      "elements that do not fit",
      () => writer().record("BUFFER", { payload: { of: "s16", elements: [40000] } }),
      OutOfRangeError,
      "BUFFER.payload (v21/x86_64) takes an integer from -32768 to 32767, not 40000",
    ],
    [
      "a text that is no bytes",
      () => writer().record("STRING", { payload: "\ud800" }),
      LossyTextError,
      "STRING.payload",
    ],
  ])("%s", (_, write, type, message) => {
    expect(write).toThrow(type);
    expect(write).toThrow(message);
  });

  it("leaves nothing behind", () => {
    const bytes = written(V21, (w) => {
      w.record("CONTAINER");
      expect(() => w.record("VMA", { fields: { vma_type: -1 } })).toThrow(OutOfRangeError);
      expect(() => w.record("GROUPINFO", { tail: [-1] })).toThrow(OutOfRangeError);
      expect(w.offset).toBe(8);
      w.record("GROUPINFO");
    });
    expect([...bytes]).toEqual([
      3,
      0,
      0,
      0,
      8,
      0,
      0,
      0,
      V21.kind("GROUPINFO")?.number,
      0,
      0,
      0,
      16,
      0,
      0,
      0,
      ...new Array(8).fill(0),
    ]);
  });
});
