/** Compares the structs of core files with the headers of the systems: each compiler must agree with every size and offset. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Abi, abi, registry } from "../../generated/elf/codecs/index.js";
import type { MemberDescriptor } from "../../runtime/descriptor.js";
import { complaints as bareComplaints, works as bareWorks, COMPILERS, preprocessed } from "../c/compilers.js";
import { complaints, HOSTED, works } from "./compilers.js";
import { type Counterpart, counterparts, WITHOUT_HEADER } from "./headers.js";

const [VERSION = ""] = registry.versions;
const GENERATED = fileURLToPath(new URL("../../generated/elf/c/", import.meta.url));

test("every architecture has a compiler to check it", () => {
  expect(HOSTED.map(({ arch }) => arch)).toEqual(registry.arches());
});

test("every struct has a counterpart in a header, or none can be had", () => {
  const known = new Set(registry.arches().flatMap((arch) => counterparts(arch, 64).map(({ key }) => key)));
  const structs = registry.structs.map(({ descriptor }) => descriptor.key);
  expect(structs.filter((key) => !known.has(key)).sort()).toEqual([...WITHOUT_HEADER].sort());
});

describe.each(HOSTED.map((compiler) => [compiler.arch, compiler] as const))("%s", (arch, compiler) => {
  const target = abi(VERSION, arch);
  const { bits } = target.target;

  describe.skipIf(!works(compiler))("by the headers of its system", () => {
    // Headers of the kernel and of the C library both define some types, so each is compiled separately.
    test.each(counterparts(arch, bits).map((one) => [`${one.key} is ${one.type}`, one] as const))("%s", (_, one) => {
      expect(complaints(compiler, sourceOf(target, one))).toBe("");
    });

    test("the numbers are those of elf.h", () => {
      const source = numbers(target).map(([name, value]) => `_Static_assert(${name} == ${value}, "${name}");`);
      expect(source.length).toBeGreaterThan(100);
      expect(complaints(compiler, `#include <elf.h>\n${source.join("\n")}\n`)).toBe("");
      expect(complaints(compiler, '#include <elf.h>\n_Static_assert(NT_AUXV == 7, "NT_AUXV");\n')).toContain("NT_AUXV");
    });

    test("one wrong number is refused", () => {
      const [prstatus] = counterparts(arch, bits).filter(({ key }) => key === "elf_prstatus");
      const source = sourceOf(target, prstatus as Counterpart);
      for (const right of [
        /(sizeof\(.*?\)) == \d+, "size"/,
        /(offsetof\(.*?pr_fpvalid\)) == \d+/,
        /(pr_uid|pr_sighold\)) == \d+/,
      ]) {
        expect(source).toMatch(right);
        expect(complaints(compiler, source.replace(right, "$1 == 3"))).toContain("static assertion failed");
      }
    });
  });
});

describe.each(COMPILERS.filter(({ arch }) => registry.arches().includes(arch)).map((one) => [one.arch, one] as const))(
  "the emitted header on %s",
  (arch, { command }) => {
    const compiler = { arch, command: [...command, "-I", GENERATED] };

    test.skipIf(!bareWorks(compiler))("has the layouts that the generator computed", () => {
      const source = readFileSync(`${GENERATED}${VERSION}_assert.c`, "utf8");
      expect(bareComplaints(compiler, source)).toBe("");
      const asserted = [...preprocessed(compiler, source).matchAll(/_Static_assert\(sizeof\(struct (\w+)\)/g)];
      const structs = abi(VERSION, arch).structs.map(({ name }) => name);
      expect(asserted.map(([, name]) => name).sort()).toEqual(structs.sort());
      expect(bareComplaints(compiler, source.replace(/(SIZE\(struct elf_auxv,) \d+/g, "$1 9"))).toContain(
        '"struct elf_auxv has another size"',
      );
    });
  },
);

/** Numbers that are also in `elf.h`. Those of the kernel's own headers, and bit fields in C, are not. */
function numbers({ constants }: Abi): [name: string, value: number | bigint][] {
  return [...constants].filter(
    ([name]) => !/^(ELF_(CLASS|DATA|ARCH|OSABI|CORE_EFLAGS|PRARGSZ)|SI_.*|USER_DESC_.*)$/.test(name),
  );
}

function sourceOf(target: Abi, { key, include, type, members = {}, longer }: Counterpart): string {
  const { layout } = target.describe(key);
  const size = `_Static_assert(sizeof(${type}) ${longer ? ">=" : "=="} ${smallest(layout, longer)}, "size");`;
  return [
    ...include.map((header) => `#include <${header}>`),
    "#include <stddef.h>",
    size,
    ...("*" in members ? [] : assertions(target, type, layout.members, members, "", "", 0)),
    "",
  ].join("\n");
}

/** Smallest size of a header's struct, which may lack the padding at the end of ours. */
function smallest({ size, members }: { size: number; members: readonly MemberDescriptor[] }, longer?: true): number {
  const filling = longer && members.find(({ name }) => name === "reserved");
  return filling ? filling.offset : size;
}

function assertions(
  target: Abi,
  type: string,
  members: readonly MemberDescriptor[],
  names: Readonly<Record<string, string | null>>,
  ours: string,
  theirs: string,
  base: number,
): string[] {
  return members.flatMap((member) => {
    const at = base + member.offset;
    const inner = member.type.startsWith("struct ")
      ? target.describe(member.type.slice("struct ".length)).layout.members
      : (member.members ?? []);
    if (member.name === null) return assertions(target, type, inner, names, ours, theirs, at);
    const own = `${ours}${member.name}`;
    const renamed = names[own];
    if (renamed === null) return [];
    const path = renamed ?? `${theirs}${member.name}`;
    // Newer headers have larger unions; the members that exist here are compared one by one.
    const isAggregate = member.members !== undefined;
    const isRegisters = path === "pr_reg" || member.dims !== undefined;
    return [
      `_Static_assert(offsetof(${type}, ${path}) == ${at}, "offset of ${path}");`,
      ...(isAggregate ? [] : [`_Static_assert(sizeof(((${type} *)0)->${path}) == ${member.size}, "size of ${path}");`]),
      // C declares the registers as an array of words.
      ...(isRegisters ? [] : assertions(target, type, inner, names, `${own}.`, `${path}.`, at)),
    ];
  });
}
