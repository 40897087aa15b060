/** Headers of every version in every dialect, made from measurements, agree with the schema. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { report, reportLines } from "../../generator/header/report.js";
import { DIALECTS } from "./header-text.js";
import { compare, description, madeFiles, measured, PROJECT, tree } from "./project.js";

const versions = [...new Set(measured.map(({ version }) => version))];
/** Architectures without measurements: made headers lack them or have those of their family. */
const UNMEASURED = ["s390", "powerpc", "powerpc64", "arm"];

test("all measured ABIs are covered", () => {
  expect(measured).toHaveLength(58);
  expect(versions).toHaveLength(20);
});

describe.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))("%s", (_, dialect) => {
  test.each(versions)("%s has no drift on any measured architecture", (version) => {
    const arches = measured.filter((measurement) => measurement.version === version).map(({ arch }) => arch);
    const comparison = compare(tree(madeFiles(version, dialect)), version, arches);
    expect(comparison.abis.map(({ arch }) => arch.id).sort()).toEqual([...arches].sort());
    expect(reportLines(report(comparison)).filter((line) => !line.includes("hazard"))).toEqual([
      `the headers are as the schema describes ${version} on ${comparison.abis.map(({ arch }) => arch.id).join(", ")}`,
    ]);
  });
});

test("the C headers that the generator writes are the schema again, in all 107 ABIs", () => {
  let compared = 0;
  for (const { id } of description.model.versions) {
    // C library names have a prefix there.
    const text = readFileSync(join(PROJECT, `generated/c/${id}.h`), "utf8").replaceAll("struct ckpt_abi_", "struct ");
    const comparison = compare(join(tree(new Map([["header.h", text]])), "header.h"), id);
    compared += comparison.abis.length;
    // The header itself selects the architecture, and variants of a struct have separate names there.
    const names = report(comparison).differences.map(({ name }) => name);
    expect(
      names.filter((name) => name !== "ckpt_hdr_cpu_vsx" && !name.startsWith("CKPT_ABI_ARCH_")),
      id,
    ).toEqual([]);
  }
  expect(compared).toBe(107);
});

test("every architecture of the version is compared when none is named; those without headers are told", () => {
  const { differences, abis } = compare(tree(madeFiles("v20-a")), "v20-a");
  expect(abis.map(({ arch }) => arch.id)).toEqual(["x86_32", "x86_64", "s390x", "s390"]);
  const gone = differences.map(({ difference }) =>
    difference.kind === "architecture-removed" ? difference.arch.id : "",
  );
  expect(gone).toEqual(["powerpc", "powerpc64"]);
  expect(UNMEASURED).toEqual(expect.arrayContaining(gone));
});

test("parts of a header that no architecture sees may be anything", () => {
  const files = madeFiles("v23-rc2");
  files.set(
    "include/linux/checkpoint_hdr.h",
    `#if 0\n#garbage\nstruct {{{ @\n#elif defined(NOTHING) && NOTHING(1)\n#endif\n${files.get("include/linux/checkpoint_hdr.h")}`,
  );
  expect(compare(tree(files), "v23-rc2", ["x86_32"]).differences).toEqual([]);
});

test("`unsigned long` is an ABI hazard wherever it stands", () => {
  const { hazards } = compare(tree(madeFiles("v23-rc2")), "v23-rc2");
  expect(hazards.map(({ path }) => path)).toEqual([
    "ckpt_hdr_mm_context.vdso_base",
    "ckpt_hdr_mm_context.asce_bits",
    "ckpt_hdr_mm_context.asce_limit",
  ]);
  expect(hazards[0]?.message).toBe("`unsigned long` has 32 bits on some architectures and 64 on others");
  expect(hazards[0]?.arches).toEqual(["s390x", "s390"]);
});
