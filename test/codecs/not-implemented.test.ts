/** Structs and numbers that an architecture lacks: importing works, using throws, and look-ups of unknown names list the known ones. */
import { describe, expect, test } from "vitest";
import { abi, NotImplementedError, registry, UnknownNameError } from "../../generated/codecs/index.js";
import { ckptHdrMmContext, ckptHdrThread } from "../../generated/codecs/v19/powerpc.js";
import { ABI as V19_RC2_A_X86_64 } from "../../generated/codecs/v19-rc2-a/x86_64.js";
import { ABI as V19_RC2_B_X86_64 } from "../../generated/codecs/v19-rc2-b/x86_64.js";
import { thrown } from "./thrown.js";

describe("a struct that the architecture does not have", () => {
  const view = new DataView(new ArrayBuffer(64));
  const codecs = [
    ["the export of the binding", ckptHdrThread],
    ["the codec by name", abi("v19", "powerpc").struct("ckpt_hdr_thread")],
  ] as const;

  describe.each(codecs)("%s", (_, codec) => {
    // biome-ignore lint/suspicious/noExplicitAny: tries what the types do not allow
    const any = codec as any;
    test.each<[string, () => unknown]>([
      ["size", () => any.size],
      ["align", () => any.align],
      ["decode", () => any.decode(view)],
      ["decode with an offset", () => any.decode(view, 8)],
      ["encode", () => any.encode({}, view)],
      ["view", () => any.view(view)],
      ["fromBytes", () => any.fromBytes(new Uint8Array(64))],
      ["toBytes", () => any.toBytes({})],
    ])("%s throws", (_, use) => {
      const error = thrown(use);
      expect(error).toBeInstanceOf(NotImplementedError);
      expect(error).toMatchObject({
        code: "not-implemented",
        name: "NotImplementedError",
        struct: "ckpt_hdr_thread",
        version: "v19",
        arch: "powerpc",
        message:
          "ckpt_hdr_thread is not implemented on powerpc in v19: PowerPC kernels save nothing per thread outside the register record and write no such record",
      });
    });

    test("its name and ABI can be asked", () => {
      expect([codec.struct, codec.abi, codec.littleEndian]).toEqual(["ckpt_hdr_thread", "v19/powerpc", false]);
    });
  });

  test("each one says why", () => {
    expect(thrown(() => ckptHdrMmContext.size)).toMatchObject({
      message:
        "ckpt_hdr_mm_context is not implemented on powerpc in v19: PowerPC kernels have no architecture state in the address space to save and write no such record",
    });
    expect(thrown(() => abi("v17", "s390x").struct("ckpt_hdr_thread").size)).toMatchObject({
      message: "ckpt_hdr_thread is not implemented on s390x in v17: the struct exists only in other versions",
    });
  });

  test("on every ABI the binding and the look-up agree about what is missing", async () => {
    for (const version of registry.versions)
      for (const arch of registry.arches(version)) {
        const own = abi(version, arch);
        const binding: Record<string, { size: number; struct: string } | undefined> = await import(
          `../../generated/codecs/${version}/${arch}.ts`
        );
        for (const [struct, name] of [
          ["ckpt_hdr_header_arch", "ckptHdrHeaderArch"],
          ["ckpt_hdr_thread", "ckptHdrThread"],
          ["ckpt_hdr_cpu", "ckptHdrCpu"],
          ["ckpt_hdr_mm_context", "ckptHdrMmContext"],
        ] as const) {
          expect(binding[name]?.struct, `${struct} of ${own.name}`).toBe(struct);
          expect(outcome(() => binding[name]?.size)).toEqual(outcome(() => own.struct(struct).size));
        }
      }
  });
});

describe("an architecture without a number", () => {
  test("before v19-rc2-b x86_64 had none", () => {
    expect(V19_RC2_B_X86_64.archId).toBe(5);
    const error = thrown(() => V19_RC2_A_X86_64.archId);
    expect(error).toBeInstanceOf(NotImplementedError);
    expect(error).toMatchObject({
      struct: "arch_id",
      version: "v19-rc2-a",
      arch: "x86_64",
      message: "arch_id is not implemented on x86_64 in v19-rc2-a: the header has no CKPT_ARCH_X86_64 yet",
    });
  });

  test("31-bit s390 never had one", () => {
    for (const version of registry.versions)
      if (registry.arches(version).includes("s390"))
        expect(thrown(() => abi(version, "s390").target.archId)).toMatchObject({
          message: `arch_id is not implemented on s390 in ${version}: Neither an architecture number nor system call numbers exist for 31-bit kernels; the headers merely compile when the s390 header is included directly`,
        });
  });

  test.each([
    ["v16", "x86_32", 1],
    ["v17", "s390x", 2],
    ["v19-rc2-a", "s390x", 2],
    ["v19-rc2-b", "s390x", 2],
    ["v19-rc3", "x86_64", 2],
    ["v19-rc3", "s390x", 3],
    ["v18", "powerpc", 3],
    ["v18", "powerpc64", 4],
    ["v19", "powerpc", 4],
    ["v19", "powerpc64", 5],
    ["v22-arm", "arm", 6],
    ["v23-rc2-arm", "arm", 4],
  ])("%s/%s has %i", (version, arch, id) => {
    expect(abi(version, arch).target.archId).toBe(id);
  });

  test("the number is the one that the enumeration gives", () => {
    const enumerators: Record<string, string> = {
      x86_32: "CKPT_ARCH_X86_32",
      x86_64: "CKPT_ARCH_X86_64",
      s390x: "CKPT_ARCH_S390X",
      powerpc: "CKPT_ARCH_PPC32",
      powerpc64: "CKPT_ARCH_PPC64",
      arm: "CKPT_ARCH_ARM",
    };
    for (const version of registry.versions)
      for (const arch of registry.arches(version)) {
        const own = abi(version, arch);
        const value = own.constants.get(enumerators[arch] ?? "");
        if (value === undefined) expect(thrown(() => own.target.archId)).toBeInstanceOf(NotImplementedError);
        else expect(own.target.archId, own.name).toBe(value);
      }
  });
});

describe("names that do not exist", () => {
  test.each<[string, () => unknown, object]>([
    [
      "an architecture that the version does not have",
      () => abi("v19", "arm"),
      {
        kind: "arch",
        unknown: "arm",
        known: ["x86_32", "x86_64", "s390x", "s390", "powerpc", "powerpc64"],
        message: 'unknown arch "arm": v19 does not have it',
      },
    ],
    [
      "an architecture",
      () => abi("v19", "mips"),
      {
        kind: "arch",
        unknown: "mips",
        known: ["x86_32", "x86_64", "s390x", "s390", "powerpc", "powerpc64", "arm"],
        message: 'unknown arch "mips"',
      },
    ],
    [
      "a version",
      () => abi("v24", "x86_32"),
      { kind: "version", unknown: "v24", known: registry.versions, message: 'unknown version "v24"' },
    ],
    [
      "a name that every object has",
      () => abi("constructor", "__proto__"),
      { kind: "version", message: 'unknown version "constructor"' },
    ],
    [
      "a struct",
      () => abi("v19", "x86_32").struct("ckpt_hdr_vna"),
      { kind: "struct", unknown: "ckpt_hdr_vna", message: 'unknown struct "ckpt_hdr_vna"' },
    ],
    [
      "a struct of later versions",
      () => abi("v19", "x86_32").struct("ckpt_hdr_hpage"),
      {
        kind: "struct",
        unknown: "ckpt_hdr_hpage",
        message:
          'unknown struct "ckpt_hdr_hpage": it exists on x86_32 v23-rc2..v23-rc2-arm; x86_64 v23-rc2..v23-rc2-arm; s390x v23-rc2..v23-rc2-arm; s390 v23-rc2..v23-rc2-arm; arm v23-rc2-arm',
      },
    ],
    [
      "the description of a struct that only others have",
      () => abi("v19", "powerpc").describe("ckpt_hdr_thread"),
      {
        kind: "struct",
        message:
          'unknown struct "ckpt_hdr_thread": it exists on x86_32 v16..v23-rc2-arm; x86_64 v17..v23-rc2-arm; s390x v19..v23-rc2-arm; s390 v19..v23-rc2-arm; arm v22-arm, v23-rc2-arm',
      },
    ],
    [
      "a struct with several layouts, none of them in this version",
      () => abi("v18", "powerpc").struct("ckpt_hdr_fs"),
      {
        message:
          'unknown struct "ckpt_hdr_fs": it exists on x86_32 v19-rc3..v23-rc2-arm; x86_64 v19-rc3..v23-rc2-arm; s390x v19-rc3..v23-rc2-arm; s390 v19-rc3..v23-rc2-arm; powerpc v19-rc3..v23-rc1-a; powerpc64 v19-rc3..v23-rc1-a; arm v22-arm, v23-rc2-arm',
      },
    ],
  ])("%s", (_, use, facts) => {
    const error = thrown(use);
    expect(error).toBeInstanceOf(UnknownNameError);
    expect(error).toMatchObject({ code: "unknown-name", ...facts });
  });

  test("what is known of structs are the names of this version", () => {
    const error = thrown(() => abi("v17", "x86_32").struct("ckpt_sigset")) as UnknownNameError;
    expect(error.known).toEqual(abi("v17", "x86_32").structs.map(({ name }) => name));
    expect(error.known).toContain("ckpt_hdr_sigset");
  });
});

function outcome(use: () => unknown): unknown {
  try {
    return use();
  } catch (error) {
    return (error as Error).message;
  }
}
