/** Compilers compute the same layouts for made headers as the schema, and differences are found. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { usualCompiler, works } from "../../generator/header/measure/compiler.js";
import { type Measured, measureHeaders } from "../../generator/header/measure/index.js";
import { findHeaders } from "../../generator/header/sources.js";
import { available } from "../requirement.js";
import { header } from "./command.js";
import { DIALECTS, type HeaderFiles } from "./header-text.js";
import { description, edited, madeFiles, temporary, tree } from "./project.js";

function measure(files: HeaderFiles, version: string, archId: string): Measured {
  const { model } = description;
  const abi = model.abis.find(({ name }) => name === `${version}/${archId}`);
  const command = usualCompiler(archId);
  if (!abi || !command) throw new Error(archId);
  return measureHeaders(findHeaders([tree(files)]), description, abi, command);
}

const ARCHES = (["x86_32", "x86_64", "s390x"] as const).filter((arch) => {
  const [program = "", ...flags] = usualCompiler(arch) ?? [];
  return available(program, [program, ...flags, "-S", "-o", "-", "-x", "c", "-"], "int x;\n");
});

describe.skipIf(ARCHES.length === 0).each(ARCHES)("%s", (arch) => {
  const bits = arch === "x86_32" ? 32 : 64;

  test("the compiler is for it", () => {
    expect(works(usualCompiler(arch) ?? [], bits)).toBe(true);
    expect(works(usualCompiler(arch) ?? [], bits === 32 ? 64 : 32)).toBe(false);
  });

  test.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))("%s", (_, dialect) => {
    for (const version of ["v18", "v23-rc2"]) {
      const { deviations, compared } = measure(madeFiles(version, dialect), version, arch);
      expect(deviations).toEqual([]);
      expect(compared).toBeGreaterThan(800);
    }
  });
});

describe.skipIf(!ARCHES.includes("x86_64"))("differences", () => {
  const files = madeFiles("v23-rc2");
  const STRUCTS = "include/linux/checkpoint_hdr.h";

  test("a member that moves others", () => {
    const changed = edited(files, STRUCTS, "\t__u16 hugetlb_shift;\n", "\t__u64 new_one;\n\t__u16 hugetlb_shift;\n");
    const { deviations } = measure(changed, "v23-rc2", "x86_64");
    expect(deviations.map(({ name, what, computed, measured }) => [name, what, computed, measured])).toEqual([
      ["ckpt_hdr_vma", "size", 80, 88],
      ["ckpt_hdr_vma.new_one", "offset", undefined, 72],
      ["ckpt_hdr_vma.new_one", "size", undefined, 8],
      ["ckpt_hdr_vma.hugetlb_shift", "offset", 72, 80],
    ]);
    expect(deviations[0]).toMatchObject({
      schema: { file: "schema/structs/memory.yaml" },
      header: { line: expect.any(Number) },
    });
  });

  test("packed, which no reader of the members would see", () => {
    const changed = edited(
      files,
      STRUCTS,
      "\t__u32 skb_count, total_bytes;\n} __attribute__((aligned(8)));;",
      "\t__u32 skb_count, total_bytes;\n\t__u8 x;\n} __packed;;",
    );
    const { deviations } = measure(changed, "v23-rc2", "x86_64");
    expect(deviations.map(({ name, what, measured }) => `${name} ${what} ${measured}`)).toEqual([
      "ckpt_hdr_socket_queue size 17",
      "ckpt_hdr_socket_queue align 1",
      "ckpt_hdr_socket_queue.x offset 16",
      "ckpt_hdr_socket_queue.x size 1",
    ]);
  });

  test("headers that do not compile", () => {
    const changed = edited(
      files,
      STRUCTS,
      "struct ckpt_hdr_vma {",
      "typedef unknown_t other_t;\nstruct ckpt_hdr_vma {",
    );
    expect(() => measure(changed, "v23-rc2", "x86_64")).toThrow(expect.objectContaining({ code: "does-not-compile" }));
    expect(() => measure(changed, "v23-rc2", "x86_64")).toThrow(
      /linux\/checkpoint_hdr.h:\d+:\d+: error: unknown type name/,
    );
  });
});

test("without a compiler it says so", async () => {
  const root = tree(madeFiles("v23-rc2"));
  const { code, out, err } = await header(
    "measure",
    root,
    "--version",
    "v23-rc2",
    "--arch",
    "x86_64",
    "--cc",
    "no-such-compiler -m64",
  );
  expect(out).toBe("skipped: v23-rc2/x86_64: no-such-compiler -m64 does not work here; name one with --cc\n");
  expect(err).toBe("header: nothing was measured: no compiler\n");
  expect(code).toBe(4);
});

test.skipIf(!ARCHES.includes("x86_64"))(
  "headers that refuse the architecture, or declare nothing, were not measured",
  async () => {
    const directory = temporary();
    writeFileSync(join(directory, "checkpoint_hdr.h"), "#error not here\n");
    const options = ["--version", "v23-rc2"];
    const refused = await header("measure", directory, ...options);
    expect(refused.err).toMatch(/^header: nothing was measured: the headers refuse x86_(?:32|64)/);
    expect(refused.out).toMatch(
      /skipped: v23-rc2\/x86_64: \S+checkpoint_hdr\.h:1: the headers refuse x86_64: not here\n/,
    );
    expect(refused.code).toBe(3);
    writeFileSync(join(directory, "checkpoint_hdr.h"), "int x;\n");
    const empty = await header("measure", directory, ...options, "--arch", "x86_64");
    expect(empty.err).toBe("header: nothing was measured: the headers declare no struct\n");
    expect(empty.code).toBe(3);
  },
);
