/** JSON of single structs: its form, and what is refused. Round trips of all structs are property tests. */
import { describe, expect, test } from "vitest";
import { ckptHdrCpu } from "../../generated/codecs/v21/s390x.js";
import { ckptHdrUtsns, ckptHdrVma, in6Addr } from "../../generated/codecs/v21/x86_64.js";
import { fromJson, type JsonObject, toJson } from "../../runtime/index.js";

const vma = ckptHdrVma.decode(new Uint8Array(72));
vma.vm_start = 2n ** 64n - 1n;
vma.vma_objref = -5;
const json = toJson(ckptHdrVma, vma);

function refusal(change: object): unknown {
  try {
    return fromJson(ckptHdrVma, { ...json, ...change });
  } catch (error) {
    return error;
  }
}

describe("toJson", () => {
  test("gives integers of 64 bits as decimal strings, others as numbers", () => {
    expect(json).toEqual({
      ...{ h: { type: 0, len: 0 }, vma_type: 0, vma_objref: -5, ino_objref: 0, _padding: 0, ino_size: "0" },
      ...{ vm_start: "18446744073709551615", vm_end: "0", vm_page_prot: "0", vm_flags: "0", vm_pgoff: "0" },
    });
    expect(fromJson(ckptHdrVma, JSON.parse(JSON.stringify(json)))).toEqual(vma);
  });

  test("gives bytes as digits, and texts as the text of an image does", () => {
    const address = toJson(in6Addr, in6Addr.decode(Uint8Array.from({ length: 16 }, (_, i) => 17 * i)));
    expect(address).toMatchObject({ __in6_u: { __u6_addr8: "00112233445566778899aabbccddeeff" } });
    const names = ckptHdrUtsns.decode(new Uint8Array(ckptHdrUtsns.size));
    const shown = toJson(ckptHdrUtsns, { ...names, nodename: "caf\u00e9\udcff", domainname: "\ufffd" });
    expect(shown).toMatchObject({ nodename: "caf\u00e9\udcff", domainname: { hex: "efbfbd" }, sysname: "" });
    expect(fromJson(ckptHdrUtsns, shown)).toMatchObject({ nodename: "caf\u00e9\udcff", domainname: "\ufffd" });
  });

  test("refuses what encode refuses", () => {
    expect(() => toJson(ckptHdrVma, { ...vma, vm_end: 2n ** 64n })).toThrow(
      expect.objectContaining({ code: "out-of-range", field: "vm_end" }),
    );
  });
});

describe("numbers that JSON does not have", () => {
  const bytes = new Uint8Array(ckptHdrCpu.size).fill(0xff);

  test("are strings, and the bytes come back", () => {
    const shown = JSON.stringify(toJson(ckptHdrCpu, ckptHdrCpu.decode(bytes)));
    expect(shown).toContain('"NaN"');
    expect(ckptHdrCpu.toBytes(fromJson(ckptHdrCpu, JSON.parse(shown)), bytes)).toEqual(bytes);
    const zeros = bytes.map((_, i) => (i % 8 === 0 ? 0x80 : 0));
    expect(JSON.stringify(toJson(ckptHdrCpu, ckptHdrCpu.decode(zeros)))).toContain('"-0"');
  });
});

describe("fromJson", () => {
  test.each([
    ["an unknown field", { vm_ende: "0" }, { code: "unknown-name", unknown: "vm_ende", place: { path: "vm_ende" } }],
    ["an unknown field of a part", { h: { type: 1, len: 2, x: 0 } }, { unknown: "h.x", place: { path: "h.x" } }],
    ["a name of every object", { toString: 1 }, { code: "unknown-name", unknown: "toString" }],
    ["a missing field", { vm_end: undefined }, { code: "missing-field", place: { path: "vm_end" } }],
    ["a missing field of a part", { h: { type: 1 } }, { code: "missing-field", place: { path: "h.len" } }],
    ["a number beyond its width", { vma_type: 2 ** 32 }, { code: "out-of-range", field: "vma_type", value: 2 ** 32 }],
    ["a fraction", { vma_type: 0.5 }, { code: "out-of-range", field: "vma_type", value: 0.5 }],
    ["a number that may be rounded", { vm_end: 2 ** 53 }, { code: "out-of-range", field: "vm_end", value: 2 ** 53 }],
    ["a wide number beyond its width", { vm_end: "18446744073709551616" }, { code: "out-of-range", field: "vm_end" }],
    ["a negative one", { vm_end: "-1" }, { code: "out-of-range", field: "vm_end" }],
    ["digits with a sign", { vm_end: "+1" }, { code: "out-of-range", field: "vm_end" }],
    ["no digits", { vm_end: "" }, { code: "out-of-range", field: "vm_end", value: "" }],
    ["a text for a number", { vma_type: "3" }, { code: "out-of-range", field: "vma_type", allowed: "a number" }],
    ["null", { vma_type: null }, { code: "out-of-range", field: "vma_type", value: null }],
    ["a part that is none", { h: [1, 2] }, { code: "out-of-range", field: "h", allowed: "an object" }],
  ])("refuses %s", (_, change, facts) => {
    expect(refusal(change)).toMatchObject(facts);
  });

  test.each([[null], [undefined], [[]], ["{}"], [7]])("refuses %j, which is no object", (other) => {
    expect(() => fromJson(ckptHdrVma, other)).toThrow(/^ckpt_hdr_vma \(v21\/x86_64\) /);
  });

  test("refuses bytes, texts and arrays of another length, and texts that were damaged", () => {
    for (const digits of ["00", "0".repeat(33), "0g".repeat(16), ["00"]])
      expect(() => fromJson(in6Addr, { __in6_u: { __u6_addr8: digits } })).toThrow(
        /^in6_addr.__in6_u.__u6_addr8 .* takes a string of 32 hexadecimal digits/,
      );
    const names: JsonObject = toJson(ckptHdrUtsns, ckptHdrUtsns.decode(new Uint8Array(ckptHdrUtsns.size)));
    const decode = (nodename: unknown) => fromJson(ckptHdrUtsns, { ...names, nodename }).nodename;
    expect(decode({ hex: "4100" })).toBe("A");
    for (const text of ["x".repeat(66), "\ufffd", "A\0", { hex: `${"00".repeat(65)}41` }])
      expect(() => decode(text)).toThrow(expect.objectContaining({ code: "lossy-text", field: "nodename" }));
    for (const text of [{ hex: "4" }, { hex: "41", text: "A" }, {}, 1])
      expect(() => decode(text)).toThrow(expect.objectContaining({ code: "out-of-range", field: "nodename" }));
    const cpu = toJson(ckptHdrCpu, ckptHdrCpu.decode(new Uint8Array(ckptHdrCpu.size)));
    expect(() => fromJson(ckptHdrCpu, { ...cpu, gprs: [0] })).toThrow(/gprs .* takes an array of 16/);
  });

  test("takes integers of 64 bits as safe numbers, and one member of a union", () => {
    expect(fromJson(ckptHdrVma, { ...json, vm_end: 4096 }).vm_end).toBe(4096n);
    const address = fromJson(in6Addr, { __in6_u: { __u6_addr8: `${"00".repeat(15)}ff` } });
    expect(toJson(in6Addr, address)).toEqual({
      __in6_u: {
        __u6_addr16: [0, 0, 0, 0, 0, 0, 0, 255],
        __u6_addr32: [0, 0, 0, 255],
        __u6_addr8: `${"00".repeat(15)}ff`,
      },
    });
    const all = toJson(in6Addr, address).__in6_u as JsonObject;
    expect(() => fromJson(in6Addr, { __in6_u: { ...all, __u6_addr32: [0, 0, 0, 1] } })).toThrow(
      expect.objectContaining({ code: "union-conflict" }),
    );
  });
});
