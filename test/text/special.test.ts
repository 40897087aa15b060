import { describe, expect, it } from "vitest";
import { abi } from "../../generated/codecs/index.js";
import { HEADER_SIZE, ImageFormat, MemorySource, records } from "../../tools/image/index.js";
import { COMPLETE, IMAGES, type RealImage, realImage } from "../images/fixtures.js";
import { bare, text as chars, record } from "../images/made.js";
import { makeBytes } from "../make-image/make.js";
import { firstDifference, imageOf, nodesOf, roundTrip, textOf } from "./text.js";

const files = realImage("v16-self-files.img");
const newer = realImage("v20h-self-files.img");

/** The image with other bytes in place of the first record of a name. */
function replaced({ format, source, bytes }: RealImage, name: string, change: (record: Buffer) => Uint8Array): Buffer {
  const target = [...records(format, source)].find((candidate) => candidate.name === name);
  if (!target) throw new Error(`no ${name}`);
  const own = Buffer.from(bytes.slice(target.offset, target.end));
  return Buffer.concat([bytes.slice(0, target.offset), change(own), bytes.slice(target.end)]);
}

function inserted(image: RealImage, before: string, bytes: Uint8Array): Buffer {
  return replaced(image, before, (own) => Buffer.concat([bytes, own]));
}

/** The nodes of an image's text, which must convert back without loss. */
function nodes(bytes: Uint8Array, abi = newer.notes.abi) {
  const text = textOf(bytes, { abi });
  expect(firstDifference(imageOf(text), bytes)).toBeUndefined();
  return nodesOf(text);
}

describe("what a version does not know", () => {
  it("records of an unknown type", () => {
    const all = nodes(inserted(newer, "TASK", bare(7777, Uint8Array.of(1, 2, 0xff))));
    expect(all).toContainEqual({ type: 7777, bytes: { hex: "0102ff" } });
  });

  it("an unknown record that is empty, and one of text", () => {
    const all = nodes(
      inserted(newer, "TASK", Buffer.concat([bare(7777), bare(7778, Uint8Array.from(chars("hello")))])),
    );
    expect(all).toContainEqual({ type: 7777 });
    expect(all).toContainEqual({ type: 7778, bytes: { text: "hello\0" } });
  });

  it("a record whose struct the headers of the version lack", () => {
    const format = new ImageFormat(abi("v18", "s390x"));
    const thread = record(format, "THREAD", { payload: Uint8Array.of(1, 2, 3) });
    const bytes = Buffer.concat([makeBytes({ abi: "v18/s390x", pages: 0 }), thread]);
    expect(nodes(bytes, "v18/s390x")[0].records.at(-1)).toEqual({ record: "THREAD", bytes: { hex: "010203" } });
  });

  it("values without a name", () => {
    const all = nodes(replaced(newer, "VMA", (own) => poked(own, HEADER_SIZE, 0x77, 0x77, 0, 0)));
    expect(all.find((node) => node.record === "VMA").fields.vma_type).toBe(0x7777);
  });

  it("flags without a name", () => {
    const clean = nodes(newer.bytes).find((node) => node.record === "HEADER").fields.uflags;
    const at = Buffer.from(newer.bytes).indexOf(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), 40);
    expect(clean).toBe("CHECKPOINT_SUBTREE");
    const all = nodes(poked(Buffer.from(newer.bytes), at, 1, 0x40));
    expect(all.find((node) => node.record === "HEADER").fields.uflags).toBe("CHECKPOINT_SUBTREE|0x4000");
  });
});

function poked(bytes: Buffer, at: number, ...values: number[]): Buffer {
  Buffer.from(values).copy(bytes, at);
  return bytes;
}

describe("bytes that no field holds", () => {
  it("padding", () => {
    const all = nodes(replaced(newer, "TASK_NS", (own) => poked(own, own.length - 2, 0xab, 0xcd)));
    expect(all.find((node) => node.record === "TASK_NS")).toEqual({
      record: "TASK_NS",
      fields: { ns_objref: expect.any(Number) },
      padding: { 14: "abcd" },
    });
  });

  it("no padding member where it is zero", () => {
    for (const { bytes, notes } of IMAGES) expect(textOf(bytes, notes)).not.toContain('"padding"');
  });

  it("bytes behind the elements of a tail", () => {
    const bytes = makeBytes({ abi: "v21/powerpc" });
    const format = new ImageFormat(abi("v21", "powerpc"));
    const groups = [...records(format, new MemorySource(bytes))].find(({ name }) => name === "GROUPINFO");
    bytes.fill(0xee, (groups?.end ?? 0) - 4, groups?.end);
    const { padding, fields } = nodes(bytes, "v21/powerpc").find((node) => node.record === "GROUPINFO");
    expect(padding).toEqual({ [12 + 4 * fields.ngroups]: "eeeeeeee" });
  });

  it("a named padding", () => {
    const bytes = makeBytes({ abi: "v21/x86_64" });
    expect(textOf(bytes, { abi: "v21/x86_64" })).not.toContain("_padding");
    const format = new ImageFormat(abi("v21", "x86_64"));
    for (const { name, offset, end } of records(format, new MemorySource(bytes)))
      if (name === "FILE") bytes.fill(0x5a, offset + HEADER_SIZE, end);
    expect(roundTrip(bytes, { abi: "v21/x86_64" })).toBeUndefined();
  });

  it("a record that is longer than its struct", () => {
    const longer = (own: Buffer) => {
      own.writeUInt32LE(own.length + 3, 4);
      return Buffer.concat([own, Uint8Array.of(9, 8, 0xff)]);
    };
    const all = nodes(replaced(newer, "VMA", longer));
    expect(all.find((node) => node.record === "VMA").bytes).toEqual({ hex: "0908ff" });
  });
});

describe("bytes outside the framing", () => {
  it("the contents of a pipe", () => {
    expect(nodes(files.bytes, files.notes.abi).find((node) => node.record === "FILE_PIPE")).toMatchObject({
      fields: { pipe_len: 23 },
      raw: { text: "PIPE-CONTENT-0123456789" },
    });
  });

  it("the page behind a socket fragment", () => {
    const all = nodes(makeBytes({ abi: "v21/s390x" }), "v21/s390x");
    const fragment = all.find((node) => node.record === "SOCKET_FRAG");
    expect(Buffer.from(fragment.raw.base64, "base64")).toHaveLength(4096);
  });
});

describe("numbers and texts that JSON makes difficult", () => {
  it("every NaN of a floating point register", () => {
    const nans = ["7ff0000000000001", "fff8000000000000", "7ff8dead0000beef"];
    for (const name of ["v18/powerpc", "v21/powerpc"]) {
      const [version = "", arch = ""] = name.split("/");
      const bytes = makeBytes({ abi: name });
      const format = new ImageFormat(abi(version, arch));
      for (const { name: type, offset, end } of records(format, new MemorySource(bytes)))
        if (type === "CPU")
          for (let at = offset + 400, i = 0; at + 8 <= end; at += 8, i++)
            bytes.set(Buffer.from(nans[i % nans.length] as string, "hex"), at);
      expect(roundTrip(bytes, { abi: name })).toBeUndefined();
    }
  });

  it("integers above 2^53", () => {
    const all = nodes(replaced(newer, "IPC_NS", (own) => own.fill(0xff, HEADER_SIZE)));
    expect(all.find((node) => node.record === "IPC_NS").fields.shm_ctlmax).toBe("18446744073709551615");
  });

  it("texts that are not UTF-8", () => {
    const name = Uint8Array.of(0x2f, 0x63, 0x61, 0x66, 0xe9, 0x80, 0);
    const all = nodes(replaced(newer, "FILE_NAME", () => record(newer.format, "FILE_NAME", { payload: name })));
    expect(all.find((node) => node.record === "FILE_NAME").text).toBe("/caf\udce9\udc80");
  });

  it("texts with the character that stands for lost bytes", () => {
    const name = Buffer.from("/a\ufffdb\0");
    const all = nodes(replaced(newer, "FILE_NAME", () => record(newer.format, "FILE_NAME", { payload: name })));
    expect(all.find((node) => node.record === "FILE_NAME").bytes).toEqual({ hex: name.toString("hex") });
  });

  it.each([
    ["no NUL at all", "/bin/sh", { text: "/bin/sh", unterminated: true }],
    ["one NUL", "/bin/sh\0", { text: "/bin/sh" }],
    ["more NULs", "/bin/sh\0\0\0", { text: "/bin/sh", size: 10 }],
    ["bytes behind the NUL", "/bin/sh\0old\0", { text: "/bin/sh\0old" }],
    ["nothing but a NUL", "\0", { text: "" }],
    ["nothing", "", { text: "", unterminated: true }],
  ])("%s", (_, name, shown) => {
    const payload = Buffer.from(name, "latin1");
    const all = nodes(replaced(newer, "FILE_NAME", () => record(newer.format, "FILE_NAME", { payload })));
    expect(all.find((node) => node.record === "FILE_NAME")).toEqual({ record: "FILE_NAME", as: "path", ...shown });
  });

  it("characters that steer a terminal are escaped", () => {
    const name = Buffer.from("/\u001b[31m\u009b1m\u202e\u2028\u{e0001}\u007f\0");
    const text = textOf(replaced(newer, "FILE_NAME", () => record(newer.format, "FILE_NAME", { payload: name })));
    expect(text.match(/[\p{Cc}\p{Cf}\p{Zl}]/gu)?.every((character) => character === "\n")).toBe(true);
    expect(text).toContain("\\u001b[31m\\u009b1m\\u202e\\u2028\\udb40\\udc01\\u007f");
  });
});

describe("images that are not complete", () => {
  it("a failed checkpoint", () => {
    const failed = realImage("v16-tree-notfrozen.img");
    const all = nodes(failed.bytes, failed.notes.abi);
    expect(all[1]).toMatchObject({
      rule: "error",
      records: [{ record: "ERROR" }, { record: "STRING", as: "message" }],
    });
    expect(roundTrip(makeBytes({ abi: "v22-arm/arm", error: "pid 7: out of luck\n" }))).toBeUndefined();
  });

  it("nothing at all", () => {
    expect(nodes(new Uint8Array())).toHaveLength(1);
  });

  it("no image at all", () => {
    const bytes = Buffer.from("#!/bin/sh\nexit 0\n");
    expect(nodes(bytes)[0].remainder).toEqual({ text: "#!/bin/sh\nexit 0\n" });
  });

  it("cut off anywhere", () => {
    for (const { bytes, notes } of COMPLETE.slice(0, 4))
      for (let length = 1; length < bytes.length; length += Math.ceil(bytes.length / 23))
        expect([length, roundTrip(bytes.subarray(0, length), { abi: notes.abi })]).toEqual([length, undefined]);
  });

  it("records behind the end", () => {
    const bytes = Buffer.concat([newer.bytes, record(newer.format, "TAIL"), Uint8Array.of(1, 2, 3)]);
    const [document] = nodes(bytes);
    expect(document.records.at(-1)).toMatchObject({ record: "TAIL" });
    expect(document.remainder).toEqual({ hex: "010203" });
  });

  it("behind damage records are shown as far as there are any", () => {
    const [document] = nodes(replaced(newer, "TASK_OBJS", (own) => own.subarray(0, 0)));
    const damaged = document.records.at(-1);
    expect(damaged).toMatchObject({ rule: "damaged", problem: expect.stringContaining("expected") });
    expect(damaged.records.at(-1)).toMatchObject({ record: "TAIL" });
    expect(document.remainder).toBeUndefined();
  });

  it("bytes changed at random", () => {
    let state = 12345;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const images = [
      { abi: newer.notes.abi, bytes: newer.bytes },
      { abi: files.notes.abi, bytes: files.bytes },
      ...["v23-rc2/s390", "v19/powerpc"].map((abi) => ({ abi, bytes: makeBytes({ abi, pages: 0 }) })),
    ];
    for (const { abi, bytes } of images)
      for (let round = 0; round < 10; round++) {
        const changed = Uint8Array.from(bytes);
        for (let i = 0; i < 20; i++) changed[random(changed.length)] = random(256);
        expect([abi, round, roundTrip(changed, { abi })]).toEqual([abi, round, undefined]);
      }
  });
});
