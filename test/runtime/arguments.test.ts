/** Arguments that the types exclude but a program without types may give: errors that say what was expected and what was found. */
import { expect, it } from "vitest";
import { abi } from "../../generated/codecs/index.js";
import { ckptHdrVma, VmaType, VmFlags } from "../../generated/codecs/v21/x86_64.js";
import { fromJson, nameOf, namesOfBits, toJson, valueOfBits } from "../../runtime/index.js";

const view = new DataView(new ArrayBuffer(72));
const V21 = abi("v21", "x86_64");
const none = null as never;

it.each<[string, () => unknown, string, string]>([
  ["abi(null)", () => abi(none), "unknown-name", "unknown ABI null"],
  ["abi(5)", () => abi(5 as never), "unknown-name", "unknown ABI 5"],
  ["abi of a number", () => abi("v21", 5 as never), "unknown-name", "unknown arch 5"],
  ["struct(1n)", () => V21.struct(1n as never), "unknown-name", "unknown struct 1n"],
  ["record(1n)", () => V21.record(1n as never), "unknown-name", "unknown record 1n"],
  ["record(Symbol())", () => V21.record(Symbol() as never), "unknown-name", "unknown record a symbol"],
  ["record(vma)", () => V21.record("vma" as never), "unknown-name", 'unknown record "vma"; did you mean VMA?'],
  ["enumeration(1n)", () => V21.enumeration(1n as never), "unknown-name", "unknown enumeration 1n"],
  [
    "no offsets",
    () => ckptHdrVma.columns(view, none, ["vm_start"]),
    "wrong-argument",
    "an array of offsets, found null",
  ],
  ["a number as offsets", () => ckptHdrVma.columns(view, -1 as never, ["vm_start"]), "wrong-argument", "found -1"],
  ["NaN as offsets", () => ckptHdrVma.columns(view, Number.NaN as never, ["vm_start"]), "wrong-argument", "found NaN"],
  [
    "an object as offsets",
    () => ckptHdrVma.columns(view, {} as never, ["vm_start"]),
    "wrong-argument",
    "found an object",
  ],
  ["a text as offsets", () => ckptHdrVma.columns(view, "0" as never, ["vm_start"]), "wrong-argument", 'found "0"'],
  [
    "a text as fields",
    () => ckptHdrVma.columns(view, [0], "x" as never),
    "wrong-argument",
    'paths of fields, found "x"',
  ],
  ["no fields", () => ckptHdrVma.columns(view, [0], none), "wrong-argument", "paths of fields, found null"],
  ["toJson of no codec", () => toJson(none, {}), "wrong-argument", "the codec of a struct, found null"],
  ["toJson of an object", () => toJson({} as never, {}), "wrong-argument", "the codec of a struct, found an object"],
  ["toJson of no value", () => toJson(ckptHdrVma, none), "out-of-range", "takes an object, not null"],
  ["fromJson of no codec", () => fromJson(none, {}), "wrong-argument", "the codec of a struct, found null"],
  ["nameOf of nothing", () => nameOf(none, 1), "wrong-argument", "an object with values by name, found null"],
  ["nameOf of a text", () => nameOf("VMA" as never, 1), "wrong-argument", 'found "VMA"'],
  ["namesOfBits of nothing", () => namesOfBits(none, 1), "wrong-argument", "found null"],
  ["valueOfBits of nothing", () => valueOfBits(none, { names: [], rest: 0 }), "wrong-argument", "found null"],
  [
    "valueOfBits of a number",
    () => valueOfBits(VmFlags, 1 as never),
    "wrong-argument",
    "names of bits and the rest, as",
  ],
  ["valueOfBits without names", () => valueOfBits(VmFlags, { rest: 0n } as never), "wrong-argument", "found an object"],
])("%s is refused: %s", (_, use, code, message) => {
  expect(use).toThrow(expect.objectContaining({ code }));
  expect(use).toThrow(message);
});

it("offsets may be any array of numbers", () => {
  for (const offsets of [[0], Uint32Array.of(0), { length: 1, 0: 0 }])
    expect(ckptHdrVma.columns(view, offsets, ["vm_start"]).vm_start).toEqual(BigUint64Array.of(0n));
});

it("enumerations and bits have a type by the name of their values", () => {
  const flags: VmFlags = 5n;
  const type: VmaType = VmaType.CKPT_VMA_FILE;
  expect(namesOfBits(VmFlags, flags).names.length).toBe(2);
  expect(nameOf(VmaType, type)).toBe("CKPT_VMA_FILE");
});
