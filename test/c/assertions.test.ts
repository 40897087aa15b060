/**
 * Compiles the emitted headers: C compilers must compute the layouts that the generator computed, and those that were measured on the real headers.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { abi, registry } from "../../generated/codecs/index.js";
import { type FixtureMember, headerMeasurements, type Measurement } from "../codecs/measurements.js";
import { COMPILERS, complaints, GENERATED, preprocessed, works } from "./compilers.js";

const measured = headerMeasurements();

test("a header and its assertions for every version", () => {
  expect(readdirSync(GENERATED).sort()).toEqual(
    registry.versions.flatMap((version) => [`${version}.h`, `${version}_assert.c`]).sort(),
  );
});

test("every architecture has a compiler to check it", () => {
  expect(COMPILERS.map(({ arch }) => arch)).toEqual(registry.arches());
});

describe.each(COMPILERS.map((compiler) => [compiler.arch, compiler] as const))("%s", (arch, compiler) => {
  const versions = registry.versions.filter((version) => registry.arches(version).includes(arch));

  describe.skipIf(!works(compiler))("by its compiler", () => {
    test.each(versions)("the layouts of %s are those that the generator computed", (version) => {
      const source = assertions(version);
      expect(complaints(compiler, source)).toBe("");
      // All structs of the architecture are asserted; none is excluded by an #if.
      const asserted = [...preprocessed(compiler, source).matchAll(/_Static_assert\(sizeof\(struct (\w+)\)/g)];
      const structs = abi(version, arch).structs.map(({ name, entry: { descriptor } }) =>
        tag(name, descriptor.external !== undefined),
      );
      expect(asserted.map(([, name]) => name).sort()).toEqual(structs.sort());
    });

    test.each(measured.filter((measurement) => measurement.arch === arch).map((one) => [one.version, one] as const))(
      "the layouts of %s are those that were measured on the real headers",
      (version, measurement) => {
        const source = `#include <stddef.h>\n#include "${version}.h"\n${measuredAssertions(measurement).join("\n")}\n`;
        expect(complaints(compiler, source)).toBe("");
      },
    );

    test("one wrong number is refused", () => {
      const version = versions.at(-1) as string;
      const source = assertions(version);
      for (const [right, wrong, complaint] of [
        [/SIZE\(struct ckpt_hdr, 8\)/, "SIZE(struct ckpt_hdr, 12)", '"struct ckpt_hdr has another size"'],
        [/ALIGN\(struct ckpt_hdr, 8\)/, "ALIGN(struct ckpt_hdr, 4)", '"struct ckpt_hdr has another alignment"'],
        [/AT\(struct ckpt_hdr, len, 4\)/, "AT(struct ckpt_hdr, len, 5)", '"struct ckpt_hdr.len has another offset"'],
        [
          /WIDTH\(struct ckpt_hdr_vma, h, 8\)/,
          "WIDTH(struct ckpt_hdr_vma, h, 4)",
          '"struct ckpt_hdr_vma.h has another size"',
        ],
      ] as const) {
        expect(source).toMatch(right);
        expect(complaints(compiler, source.replace(right, wrong))).toContain(complaint);
      }
    });

    test("a wrong number of the architecture's own structs is refused", () => {
      const version = versions.at(-1) as string;
      const { size } = abi(version, arch).describe("ckpt_hdr_cpu").layout;
      const line = `SIZE(struct ckpt_hdr_cpu, ${size});`;
      const source = assertions(version);
      expect(source).toContain(line);
      expect(complaints(compiler, source.replaceAll(line, `SIZE(struct ckpt_hdr_cpu, ${size + 8});`))).toContain(
        '"struct ckpt_hdr_cpu has another size"',
      );
    });
  });
});

function assertions(version: string): string {
  return readFileSync(join(GENERATED, `${version}_assert.c`), "utf8");
}

/** Foreign structs have a prefix, so that the header can be included together with theirs. */
function tag(name: string, external: boolean): string {
  return external && !name.startsWith("ckpt_") ? `ckpt_abi_${name}` : name;
}

function measuredAssertions({ structs, externalStructs, enums, defines }: Measurement): string[] {
  const numbers = [...enums, ...defines].map(
    ([name, value]) => `#ifdef ${name}\n_Static_assert(${name} == ${BigInt(value)}, "${name}");\n#endif`,
  );
  const all = [
    ...structs.values(),
    ...[...externalStructs.values()].map((struct) => ({ ...struct, name: tag(struct.name, true) })),
  ];
  const layouts = all.flatMap(({ name, size, align, members }) => {
    const type = `struct ${name}`;
    return [
      `_Static_assert(sizeof(${type}) == ${size}, "size of ${name}");`,
      `_Static_assert(_Alignof(${type}) == ${align}, "alignment of ${name}");`,
      ...memberAssertions(type, members, "", 0),
    ];
  });
  return [...numbers, ...layouts];
}

function memberAssertions(type: string, members: readonly FixtureMember[], prefix: string, base: number): string[] {
  return members.flatMap(([name, offset, size, , details = {}]) => {
    const at = base + offset;
    const inner = details.members ?? [];
    if (name === null) return memberAssertions(type, inner, prefix, at);
    const path = `${prefix}${name}`;
    const place = `_Static_assert(offsetof(${type}, ${path}) == ${at}, "offset of ${path}");`;
    const width = `_Static_assert(sizeof(((${type} *)0)->${path}) == ${size}, "size of ${path}");`;
    const first = (details.dims ?? []).map(() => "[0]").join("");
    return [
      place,
      ...(details.flexible === undefined ? [width] : []),
      ...memberAssertions(type, inner, `${path}${first}.`, at),
    ];
  });
}
