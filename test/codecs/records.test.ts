/** Codecs and types of records by the name of the record. What only the compiler checks is in the types of assignments and `@ts-expect-error`. */
import { describe, expect, expectTypeOf, test } from "vitest";
import { type AbiName, abi, type RecordName, type RecordType, registry } from "../../generated/codecs/index.js";
import type { CkptHdrFile_v19_rc1 } from "../../generated/codecs/structs/ckpt_hdr_file.js";
import type { CkptHdrFilePipe_v19_rc1 } from "../../generated/codecs/structs/ckpt_hdr_file_pipe.js";
import type { CkptHdrVma_v16, CkptHdrVma_v23_rc2 } from "../../generated/codecs/structs/ckpt_hdr_vma.js";
import type { CkptHdrCpu_v18_powerpc64 } from "../../generated/codecs/structs/powerpc/ckpt_hdr_cpu.js";
import type { CkptHdrCpuVsx_v18_powerpc64 } from "../../generated/codecs/structs/powerpc/ckpt_hdr_cpu_vsx.js";
import type { CkptHdrThread_v17 } from "../../generated/codecs/structs/x86/ckpt_hdr_thread.js";
import type { Records } from "../../generated/codecs/v21/x86_64.js";
import { type Abi, type BareRecord, NotImplementedError, UnknownNameError } from "../../runtime/index.js";

describe("a codec by the name of a record", () => {
  test("is that of the struct, whatever its name is in the version", () => {
    const v21 = abi("v21/x86_64");
    expect(v21.record("VMA")).toBe(v21.struct("ckpt_hdr_vma"));
    expect(v21.record("CRED")).toBe(v21.struct("ckpt_hdr_cred"));
    expect(abi("v21", "x86_64")).toBe(v21);
  });

  test("has the type of the struct if the ABI is known", () => {
    const bytes = new Uint8Array(80);
    new DataView(bytes.buffer).setBigUint64(32, 2n ** 63n + 1n, true);
    const start: bigint = abi("v21/x86_64").record("VMA").decode(bytes).vm_start;
    expect(start).toBe(2n ** 63n + 1n);
    expectTypeOf(abi("v21", "x86_64").record("VMA").decode(bytes)).toEqualTypeOf<CkptHdrVma_v16>();
    expectTypeOf(abi("v23-rc2/s390x").record("VMA").decode(bytes).hugetlb_shift).toEqualTypeOf<number>();
    const either = abi("v21/x86_64" as "v21/x86_64" | "v23-rc2/x86_64").record("VMA");
    expectTypeOf(either.decode(bytes)).toEqualTypeOf<CkptHdrVma_v16 | CkptHdrVma_v23_rc2>();
  });

  test("of an ABI that is known at run time only is any codec", () => {
    expectTypeOf(abi("v21" as string, "x86_64" as string)).toEqualTypeOf<Abi>();
    expectTypeOf(abi("v21/x86_64" as string)).toEqualTypeOf<Abi>();
    expect(abi("v21/x86_64" as string).record("VMA").size).toBe(72);
  });

  test("is that of the common part if there are several structs, and that of the header if there is none", () => {
    const v21 = abi("v21/x86_64");
    const [file, buffer] = [v21.record("FILE"), v21.record("BUFFER")];
    expect([file.struct, buffer.struct]).toEqual(["ckpt_hdr_file", "ckpt_hdr"]);
    expectTypeOf(file.decode).returns.toEqualTypeOf<CkptHdrFile_v19_rc1>();
    const { type, len }: { type: number; len: number } = buffer.decode(Uint8Array.of(4, 0, 0, 0, 8, 0, 0, 0));
    expect([type, len]).toEqual([4, 8]);
  });

  test("of each record that an ABI has, there is one", () => {
    for (const version of registry.versions)
      for (const arch of registry.arches(version)) {
        const own = registry.abi(version, arch);
        for (const { name, struct } of own.records.values())
          expect(own.record(name).struct, `${name} in ${own.name}`).toBe(
            own.structOfKey(struct ?? "ckpt_hdr")?.name ?? struct,
          );
      }
  });

  test("of a record that the version lacks, there is none", () => {
    // @ts-expect-error v19 has no such record
    expect(() => abi("v19/x86_64").record("HPAGE")).toThrow(UnknownNameError);
    expect(() => abi("v19/x86_64" as string).record("HPAGE")).toThrow('unknown record "HPAGE": v19 does not have it');
    expect(() => registry.abi("v19", "x86_64").record("vma")).toThrow('unknown record "vma"');
    expect(() => registry.abi("v21", "powerpc").record("THREAD").size).toThrow(NotImplementedError);
  });
});

describe("an ABI by its name", () => {
  test.each(["v21", "v21/", "/x86_64", "v21/x86_64/", "v21/arm", ""])("%j is none", (name) => {
    expect(() => registry.named(name)).toThrow(UnknownNameError);
  });
});

describe("types of records", () => {
  test("are the forms that decoded records have", () => {
    expectTypeOf<RecordType<"v21/x86_64", "VMA">>().toEqualTypeOf<CkptHdrVma_v16>();
    expectTypeOf<Records["VMA"]>().toEqualTypeOf<CkptHdrVma_v16>();
    expectTypeOf<Records["THREAD"]>().toEqualTypeOf<CkptHdrThread_v17>();
    expectTypeOf<RecordType<"v21/x86_64", "BUFFER">>().toEqualTypeOf<BareRecord>();
    expectTypeOf<CkptHdrFilePipe_v19_rc1>().toExtend<RecordType<"v21/x86_64", "FILE">>();
    expectTypeOf<RecordType<"v21/powerpc64", "CPU">>().toEqualTypeOf<
      CkptHdrCpu_v18_powerpc64 | CkptHdrCpuVsx_v18_powerpc64
    >();
  });

  test("of several ABIs are the union over those that have the record", () => {
    expectTypeOf<RecordType<AbiName, "VMA">>().toEqualTypeOf<CkptHdrVma_v16 | CkptHdrVma_v23_rc2>();
    expectTypeOf<RecordType<AbiName, "VMA">["vm_start"]>().toEqualTypeOf<bigint>();
    expectTypeOf<RecordType<"v21/x86_64" | "v23-rc2/x86_64", "HPAGE">>().toEqualTypeOf<
      RecordType<"v23-rc2/x86_64", "HPAGE">
    >();
    expectTypeOf<"HPAGE">().toExtend<RecordName>();
    // @ts-expect-error v19 has no such record
    expectTypeOf<RecordType<"v19/x86_64", "HPAGE">>().toBeNever();
    // @ts-expect-error v21 was not on arm
    expectTypeOf<RecordType<"v21/arm", "VMA">>().toBeNever();
  });

  test("are listed for the ABIs and records that there are", async () => {
    const { readFileSync } = await import("node:fs");
    const text = readFileSync(new URL("../../generated/codecs/records.ts", import.meta.url), "utf8");
    const bodies = new Map(
      [...text.matchAll(/^export interface (\w+)(?: extends (\w+))? \{\n([^}]*)\}/gm)].map(([, name, base, body]) => [
        name as string,
        { base, names: [...(body as string).matchAll(/^ {2}(\w+): /gm)].map(([, record]) => record as string) },
      ]),
    );
    for (const version of registry.versions)
      for (const arch of registry.arches(version)) {
        const own = bodies.get(`Records_${`${version}_${arch}`.replaceAll("-", "_")}`);
        const names = [...(own?.names ?? []), ...(bodies.get(own?.base ?? "")?.names ?? [])];
        const known = [...registry.abi(version, arch).records.values()].map(({ name }) => name);
        expect(names.sort(), `${version}/${arch}`).toEqual(known.sort());
      }
  });
});
