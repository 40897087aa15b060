/** Names of numbers and bits, in both directions. */
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { abi, registry } from "../../generated/codecs/index.js";
import type { CkptHdrVma } from "../../generated/codecs/structs/ckpt_hdr_vma.js";
import * as v16 from "../../generated/codecs/v16/x86_32.js";
import { ObjType, OpenFlags, RestartBlockType, VmaType, VmFlags } from "../../generated/codecs/v21/x86_64.js";
import { nameOf, namesOfBits, UnknownNameError, valueOfBits } from "../../runtime/index.js";

describe("an enumeration", () => {
  test("has its values by name, as the version has them", () => {
    expect(VmaType.CKPT_VMA_FILE).toBe(abi("v21/x86_64").constant("CKPT_VMA_FILE"));
    expect([v16.ObjType.CKPT_OBJ_NS, ObjType.CKPT_OBJ_NS]).toEqual([5, 8]);
    // Fields of 64 bits are bigints, and so are the values.
    expect([VmFlags.VM_EXEC, RestartBlockType.CKPT_RESTART_BLOCK_FUTEX]).toEqual([4n, 7n]);
  });

  test("is the type of its fields, which may have any other number", () => {
    const fields: Pick<CkptHdrVma, "vma_type"> = { vma_type: VmaType.CKPT_VMA_FILE };
    fields.vma_type = 12_345;
    const value: number = fields.vma_type;
    expectTypeOf<VmaType>().toExtend<CkptHdrVma["vma_type"]>();
    expectTypeOf<number>().toExtend<VmaType>();
    expectTypeOf<bigint>().toExtend<RestartBlockType>();
    // @ts-expect-error a text is no value
    const text: CkptHdrVma["vma_type"] = "CKPT_VMA_FILE";
    expect([value, typeof text]).toEqual([12_345, "string"]);
  });

  test("names its values", () => {
    expect(nameOf(VmaType, 3)).toBe("CKPT_VMA_FILE");
    expect(nameOf(RestartBlockType, 7)).toBe("CKPT_RESTART_BLOCK_FUTEX");
    expect(nameOf(VmaType, 3n)).toBe("CKPT_VMA_FILE");
    expect(nameOf(VmaType, 12_345)).toBeUndefined();
    expectTypeOf(nameOf(VmaType, 3)).toEqualTypeOf<keyof typeof VmaType | undefined>();
  });

  test("names its bits, and gives the rest", () => {
    expect(namesOfBits(VmFlags, 0x8000_0000_0000_0005n)).toEqual({ names: ["VM_READ", "VM_EXEC"], rest: 1n << 63n });
    expect(namesOfBits(OpenFlags, 2 + 2 ** 30)).toEqual({ names: ["O_RDWR"], rest: 2 ** 30 });
    expect(namesOfBits(VmFlags, 0n)).toEqual({ names: [], rest: 0n });
    for (const value of [
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "1" as unknown as number,
      null as unknown as number,
    ]) {
      const refusal = expect.objectContaining({ code: "not-integer", value });
      expect(() => namesOfBits(VmFlags, value)).toThrow(refusal);
      expect(() => valueOfBits(VmFlags, { names: [], rest: value })).toThrow(refusal);
    }
  });

  test("gives the value of named bits", () => {
    expect(valueOfBits(VmFlags, { names: ["VM_READ", "VM_EXEC"], rest: 0n })).toBe(5n);
    expect(valueOfBits(OpenFlags, { names: ["O_RDWR"], rest: 4 })).toBe(6);
    const names = ["VM_NONE"] as unknown as ["VM_READ"];
    expect(() => valueOfBits(VmFlags, { names, rest: 0n })).toThrow(UnknownNameError);
    // @ts-expect-error there is no such bit
    expect(() => valueOfBits(VmFlags, { names: ["VM_NONE"], rest: 0n })).toThrow('unknown bit "VM_NONE"');
  });

  test("loses no bit, whatever the value", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        expect(valueOfBits(VmFlags, namesOfBits(VmFlags, value))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), (value) => {
        expect(valueOfBits(OpenFlags, namesOfBits(OpenFlags, value))).toBe(value);
      }),
    );
  });
});

describe("an enumeration by its name", () => {
  test("is that of the module of the version", async () => {
    // One architecture of each version, and all of one version, because loading a module takes long.
    for (const version of registry.versions)
      for (const arch of registry.arches(version).slice(0, version === "v22-arm" ? undefined : 1)) {
        const own = registry.abi(version, arch);
        const module = await import(`../../generated/codecs/${version}/${arch}.ts`);
        for (const { name } of registry.tables.enums) {
          const type = name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
          const found = own.enumeration(name);
          const numbers = (values: object) => Object.entries(values).map(([key, value]) => [key, BigInt(value)]);
          expect(numbers(module[type] ?? {}), `${name} of ${own.name}`).toEqual(numbers(found));
        }
      }
  }, 60_000);

  test("is that of the architecture family, and empty without one", () => {
    expect(abi("v21/x86_64").enumeration("x86_segment").CKPT_X86_SEG_TLS).toBe(16384);
    expect(abi("v21/s390x").enumeration("x86_segment")).toEqual({});
    expect(() => abi("v21/s390x").enumeration("vma")).toThrow('unknown enumeration "vma"');
  });
});
