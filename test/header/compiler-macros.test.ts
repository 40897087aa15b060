/** The table of compiler macros agrees with the installed compilers. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { answer } from "../../generator/header/compiler-features.js";
import { compilerMacros } from "../../generator/header/compiler-macros.js";
import { usualCompiler } from "../../generator/header/measure/compiler.js";
import { available } from "../requirement.js";
import { description } from "./project.js";

/** Limits of numbers that are not integers, and keywords of PowerPC's vector extension. */
const LEFT_OUT =
  /^__(?:FLT|DBL|LDBL|DEC|BFLT|U?(?:S|L|LL)?(?:FRACT|ACCUM)_|U?[HSDTQ][AQ]_[FI]BIT)|^__builtin_|^(?:__)?(?:bool|vector|pixel)$|^_Bool$/;

/** Macros that depend on the release of the compiler. */
const OF_RELEASE = ["__GNUC__", "__GNUC_MINOR__", "__GNUC_PATCHLEVEL__", "__VERSION__", "__GXX_ABI_VERSION"];

function preprocessed(command: readonly string[], text: string, ...options: string[]): string {
  const [program = "", ...flags] = command;
  const { stdout, stderr, status } = spawnSync(
    program,
    [...flags, "-std=gnu11", "-nostdinc", ...options, "-E", "-x", "c", "-"],
    { input: text, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const COMPILERS = description.model.arches.flatMap((arch) => {
  const command = usualCompiler(arch.id);
  if (!command || !available(`${command.join(" ")} for ${arch.id}`, [...command, "--version"])) return [];
  return [{ id: arch.id, arch, command }];
});

test("every architecture of the schema is in the table by its own name", () => {
  expect(description.model.arches.map(({ id }) => id)).toEqual([
    "x86_32",
    "x86_64",
    "s390x",
    "s390",
    "powerpc",
    "powerpc64",
    "arm",
  ]);
  for (const arch of description.model.arches) {
    const macros = new Map(compilerMacros(arch));
    expect(macros.get("__SIZEOF_POINTER__"), arch.id).toBe(String(arch.bits / 8));
    expect(macros.get("__BYTE_ORDER__"), arch.id).toBe(`__ORDER_${arch.endian.toUpperCase()}_ENDIAN__`);
    expect(macros.has("__SIZE_TYPE__"), arch.id).toBe(true);
  }
});

describe.skipIf(COMPILERS.length === 0).each(COMPILERS)("$id", ({ arch, command }) => {
  test("macros", () => {
    const said = new Map(
      [...preprocessed(command, "", "-dM").matchAll(/^#define (\S+) ?(.*)$/gm)]
        .map(([, head = "", body = ""]) => [head, body] as const)
        .filter(([head]) => !LEFT_OUT.test(head)),
    );
    const table = new Map(compilerMacros(arch));
    // Other releases have additional macros, and different values.
    const isMeasured = said.get("__GNUC__") === table.get("__GNUC__");
    const compared = isMeasured
      ? said
      : new Map([...said].filter(([head]) => table.has(head) && !OF_RELEASE.includes(head)));
    const own = isMeasured ? table : new Map([...table].filter(([head]) => !OF_RELEASE.includes(head)));
    expect(sorted(own)).toEqual(sorted(compared));
  });

  test("attributes and built-in functions", () => {
    const asked = [
      ..."packed aligned mode vector_size ms_struct gcc_struct regparm altivec longcall isr hotpatch counted_by nothing"
        .split(" ")
        .map((name) => ["__has_attribute", name] as const),
      ..."__builtin_offsetof __builtin_bswap64 __builtin_debugtrap __builtin_va_arg"
        .split(" ")
        .map((name) => ["__has_builtin", name] as const),
      ..."deprecated fallthrough maybe_unused nodiscard".split(" ").map((name) => ["__has_c_attribute", name] as const),
    ];
    const text = asked.map(([question, name], index) => {
      const number = answer(question, name, arch);
      return `#if ${question}(${name}) == ${number}\nright${index}\n#endif\n`;
    });
    const said = preprocessed(command, text.join(""), "-P").trim().split("\n");
    expect(asked.filter((_, index) => !said.includes(`right${index}`))).toEqual([]);
    expect(said).toHaveLength(asked.length);
  });
});

function sorted(macros: ReadonlyMap<string, string>): string[] {
  return [...macros].map(([head, body]) => `${head} ${body}`.trim()).sort();
}
