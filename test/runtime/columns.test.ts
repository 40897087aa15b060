/** Columns of every struct of every ABI: the same numbers as decoding each record, and no byte outside of the view. */
import { describe, expect, test } from "vitest";
import { type AnyCodec, abi, registry } from "../../generated/codecs/index.js";
import { ckptHdrCpu, ckptHdrVma } from "../../generated/codecs/v21/x86_64.js";

const ABIS = registry.versions.flatMap((version) => registry.arches(version).map((arch) => [version, arch] as const));

/** Repeatable bytes without a pattern. */
function bytesOf(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

function pathsOf(codec: AnyCodec): string[] {
  return codec.numbers === "" ? [] : codec.numbers.split(",").map((entry) => entry.split(" ")[0] as string);
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce((inner, name) => (inner as Record<string, unknown>)[name], value);
}

/** All numbers of a decoded value outside arrays. */
function numbersIn(value: object, prefix = ""): string[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    if (typeof inner === "number" || typeof inner === "bigint") return [`${prefix}${name}`];
    const isStruct = typeof inner === "object" && !Array.isArray(inner) && !(inner instanceof Uint8Array);
    return isStruct ? numbersIn(inner, `${prefix}${name}.`) : [];
  });
}

test.each(ABIS)("%s/%s: every number of every struct equals that of decode", (version, arch) => {
  const target = abi(version, arch);
  for (const { name } of target.structs) {
    const codec = target.struct(name);
    // Aligned records, and records at any offset; in any order, and one twice.
    for (const step of [8, 1]) {
      const stride = Math.ceil(codec.size / step) * step;
      const bytes = bytesOf(3 * stride + step);
      const offsets = [stride + step, 0, step, 2 * stride, 0];
      const columns = codec.columns(bytes, offsets, pathsOf(codec));
      const values = offsets.map((at) => codec.decode(bytes, at));
      expect(Object.keys(columns).sort(), name).toEqual(numbersIn(values[0]).sort());
      for (const [path, column] of Object.entries(columns))
        expect([...column], `${name}.${path}`).toEqual(values.map((value) => valueAt(value, path)));
    }
  }
});

test("the arrays are of the width and sign of the fields", () => {
  const {
    "h.len": len,
    vma_objref,
    vm_start,
  } = ckptHdrVma.columns(bytesOf(72), [0], ["h.len", "vma_objref", "vm_start"]);
  expect([len, vma_objref, vm_start].map((column) => column.constructor)).toEqual([
    Uint32Array,
    Int32Array,
    BigUint64Array,
  ]);
  const { fsindex } = ckptHdrCpu.columns(bytesOf(192), [0], ["fsindex"]);
  expect(fsindex).toBeInstanceOf(Uint16Array);
});

test("more records than are read at once", () => {
  const view = new DataView(new ArrayBuffer(72 * 2000 + 4));
  const offsets = Uint32Array.from({ length: 2000 }, (_, i) => 4 + 72 * i);
  offsets.forEach((at, i) => {
    view.setBigUint64(at + 32, 2n ** 64n - 1n - BigInt(i), true);
  });
  const { vm_start } = ckptHdrVma.columns(view, offsets, ["vm_start"]);
  expect([vm_start.length, vm_start[0], vm_start[511], vm_start[512], vm_start[1999]]).toEqual([
    2000,
    2n ** 64n - 1n,
    2n ** 64n - 512n,
    2n ** 64n - 513n,
    2n ** 64n - 2000n,
  ]);
});

describe("refused", () => {
  const view = new DataView(new ArrayBuffer(200), 50, 100);

  test.each<[string, unknown, string]>([
    ["one byte too far", 29, "takes 72 bytes at offset 29, but the buffer has 71"],
    ["beyond the end", 2 ** 40, "takes 72 bytes at offset 1099511627776, but the buffer has 0"],
    ["a negative offset", -8, "takes an offset that is a whole number from 0 on, not -8"],
    ["a fraction", 1.5, "takes an offset that is a whole number from 0 on, not 1.5"],
    ["NaN", Number.NaN, "takes an offset that is a whole number from 0 on, not NaN"],
    ["a bigint", 8n, "takes an offset that is a whole number from 0 on, not 8n"],
    ["a text", "0", 'takes an offset that is a whole number from 0 on, not "0"'],
    ["nothing", undefined, "takes an offset that is a whole number from 0 on, not undefined"],
  ])("%s among valid offsets", (_, offset, message) => {
    const read = () => ckptHdrVma.columns(view, [0, offset as number, 28], ["vm_start"]);
    expect(read).toThrow(`ckpt_hdr_vma (v21/x86_64) ${message}`);
    expect(read).toThrow(expect.objectContaining({ code: "short-buffer" }));
  });

  test("an offset that is another one when it is read again", () => {
    let reads = 0;
    const offsets = {
      length: 1,
      get 0() {
        return reads++ === 0 ? 8 : 10_000;
      },
    };
    expect(ckptHdrVma.columns(view, offsets, ["vm_start"]).vm_start).toHaveLength(1);
    expect(reads).toBe(1);
  });

  test.each(["vm_begin", "h", "", "vm_start.h", "__proto__"])("a field that is no number: %j", (field) => {
    const read = () => abi("v21", "x86_64").struct("ckpt_hdr_vma").columns(view, [0], [field]);
    expect(read).toThrow(expect.objectContaining({ code: "unknown-name", unknown: field }));
  });

  test("an array, which has no single number", () => {
    const uts = abi("v21", "x86_64").struct("ckpt_hdr_signal");
    expect(() => uts.columns(new Uint8Array(uts.size), [0], ["rlim"])).toThrow('unknown number "rlim"');
  });

  test("what is not bytes", () => {
    expect(() => ckptHdrVma.columns(new ArrayBuffer(80) as never, [0], ["vm_start"])).toThrow("not an ArrayBuffer");
  });

  test("a struct that the architecture does not have", () => {
    const missing = abi("v21", "powerpc").struct("ckpt_hdr_thread");
    expect(() => missing.columns(view, [0], ["h.len"])).toThrow("is not implemented on powerpc in v21");
  });
});
