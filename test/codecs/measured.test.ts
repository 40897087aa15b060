/** Compares every struct, member, enumerator and define of the generated codecs with what a C compiler measured on the real headers. */
import { describe, expect, test } from "vitest";
import { type Abi, abi, type BoundStruct, registry, StructCodec, Target } from "../../generated/codecs/index.js";
import type { MemberDescriptor } from "../../runtime/descriptor.js";
import {
  extraMeasurements,
  type FixtureMember,
  type FixtureStruct,
  headerMeasurements,
  type Measurement,
} from "./measurements.js";

/** Architectures whose headers were measured in every version that has them. */
const MEASURED = ["x86_32", "x86_64", "s390x"];

const measured = headerMeasurements();

test("every version was measured, on each of the architectures that a compiler was at hand for", () => {
  const wanted = registry.versions.flatMap((version) =>
    registry
      .arches(version)
      .filter((arch) => MEASURED.includes(arch))
      .map((arch) => `${version}/${arch}`),
  );
  expect(measured.map(({ version, arch }) => `${version}/${arch}`).sort()).toEqual(wanted.sort());
  expect(wanted).toHaveLength(58);
});

describe.each(measured.map((measurement) => [`${measurement.version}/${measurement.arch}`, measurement] as const))(
  "%s",
  (name, measurement) => {
    const own = abi(measurement.version, measurement.arch);
    const headerStructs = own.structs.filter(({ entry }) => entry.descriptor.external === undefined);
    const libcStructs = own.structs.filter(({ entry }) => entry.descriptor.external === "libc");

    test("byte order and word size", () => {
      expect(own.name).toBe(name);
      expect(own.target.littleEndian).toBe(measurement.endian === "little");
      expect(own.target.bits).toBe(measurement.pointerBits);
    });

    test("the same structs as the headers", () => {
      expect(names(headerStructs)).toEqual([...measurement.structs.keys()].sort());
      expect(names(libcStructs)).toEqual([...measurement.externalStructs.keys()].sort());
    });

    test("every struct and member of the headers", () => {
      for (const struct of [...measurement.structs.values(), ...measurement.externalStructs.values()])
        compare(own, struct.name, struct, measurement);
    });

    test("every enumerator and define, and no other", () => {
      const numbers = new Map([...measurement.enums, ...measurement.defines]);
      expect(numbers.size).toBe(measurement.enums.size + measurement.defines.size);
      expect(sorted(own.constants)).toEqual(sorted(numbers));
      // In the schema it is a define of the checkpoint headers, which was added in v18-dev-a.
      for (const [constant, value] of measurement.externalConstants)
        if (constant !== "NUM_CR_WORDS" || measurement.defines.has(constant))
          expect(own.constant(constant), constant).toBe(value);
    });

    test("the binding module exports the same", async () => {
      const binding: Record<string, unknown> = await import(
        `../../generated/codecs/${measurement.version}/${measurement.arch}.ts`
      );
      const { ABI } = binding as { ABI: Target };
      expect(ABI).toBeInstanceOf(Target);
      expect(ABI).toEqual(own.target);
      const numbers = Object.entries(binding).filter(([, value]) => typeof value === "number");
      expect(sorted(numbers as [string, number][])).toEqual(
        sorted([...measurement.enums, ...measurement.defines] as [string, number][]),
      );
      for (const { name: struct } of own.structs) {
        const codec = binding[exportName(struct)] as StructCodec;
        const twin = own.struct(struct);
        expect(codec, struct).toBeInstanceOf(StructCodec);
        expect([codec.constructor, codec.target, codec.struct], struct).toEqual([twin.constructor, ABI, twin.struct]);
      }
      for (const [struct, { size, align }] of [...measurement.structs, ...measurement.externalStructs])
        expect(binding[exportName(struct)], struct).toMatchObject({ struct, size, align });
    });
  },
);

describe.each(extraMeasurements().map((measurement) => [measurement.column, measurement] as const))(
  "register record of %s",
  (column, measurement) => {
    const struct = measurement.structs.get("ckpt_hdr_cpu") as FixtureStruct;
    const ours = column.endsWith("-vsx") ? "ckpt_hdr_cpu_vsx" : "ckpt_hdr_cpu";
    const versions = registry.versions.filter((version) => registry.arches(version).includes(measurement.arch));

    test.each(versions)("%s has it as it was measured on v18", (version) => {
      const own = abi(version, measurement.arch);
      compare(own, ours, struct, measurement);
      compare(own, "pt_regs", measurement.externalStructs.get("pt_regs") as FixtureStruct, measurement);
      compare(own, "ckpt_hdr", measurement.structs.get("ckpt_hdr") as FixtureStruct, measurement);
      for (const [constant, value] of [...measurement.enums, ...measurement.defines])
        if (constant !== "TS_FPRWIDTH") expect(own.constant(constant), constant).toBe(value);
    });
  },
);

/** Compares a struct in the form that tools use with its measurement. */
function compare(own: Abi, name: string, struct: FixtureStruct, measurement: Measurement): void {
  const { layout } = own.describe(name);
  const codec = own.struct(name);
  const place = `${name} of ${own.name}`;
  expect([layout.size, layout.align], `size and alignment of ${place}`).toEqual([struct.size, struct.align]);
  expect([codec.size, codec.align], `size and alignment of the codec of ${place}`).toEqual([struct.size, struct.align]);
  expect(codec.struct).toBe(struct.name);
  const widthsOnly = struct.widths_only === true;
  expect(
    layout.members.map((member) => described(member, widthsOnly)),
    place,
  ).toEqual(struct.members.map((member) => fromCompiler(member, measurement, widthsOnly)));
  for (const [member, offset, , , details] of struct.members)
    if (details?.flexible !== undefined)
      expect(codec, `${member} of ${place}`).toMatchObject({ tailOffset: offset, tailElementSize: details.flexible });
}

/** A member in the form in which both sides are compared. */
interface ComparedMember {
  readonly name: string | null;
  readonly offset: number;
  readonly size: number;
  /** Declared C type; only the width where the signedness was not measured. */
  readonly c: string;
  /** Width of the number that the codec reads. */
  readonly width: string;
  readonly dims: readonly number[];
  readonly flexible: boolean;
  readonly members: readonly ComparedMember[];
}

function described(member: MemberDescriptor, widthsOnly: boolean): ComparedMember {
  const { name, offset, size, type, c, dims = [], flexible = false, members = [] } = member;
  const width = c === "double" || c === "float" ? bits(type) : native(type);
  return {
    name,
    offset,
    size,
    c: widthsOnly ? unsigned(native(type)) : c,
    width: widthsOnly ? unsigned(width) : width,
    dims,
    flexible,
    members: members.map((inner) => described(inner, widthsOnly)),
  };
}

function fromCompiler(
  [name, offset, size, type, details = {}]: FixtureMember,
  measurement: Measurement,
  widthsOnly: boolean,
): ComparedMember {
  const width = WIDTHS[type]?.(measurement.pointerBits) ?? native(type);
  return {
    name,
    offset,
    size,
    c: widthsOnly ? unsigned(width) : (details.c ?? C_TYPES[type] ?? type),
    width: widthsOnly ? unsigned(width) : width,
    dims: details.dims ?? [],
    flexible: details.flexible !== undefined,
    members: (details.members ?? []).map((inner) => fromCompiler(inner, measurement, widthsOnly)),
  };
}

/** Declared types by the compiler's name. */
const C_TYPES: Readonly<Record<string, string>> = {
  u8: "__u8",
  u16: "__u16",
  u32: "__u32",
  u64: "__u64",
  s8: "__s8",
  s16: "__s16",
  s32: "__s32",
  s64: "__s64",
  be32: "__be32",
  ulong: "unsigned long",
};

/** Widths of types whose name does not contain it. */
const WIDTHS: Readonly<Record<string, (pointerBits: number) => string>> = {
  int: () => "s32",
  ulong: (pointerBits) => `u${pointerBits}`,
  // A codec may read the bits of a register as an integer rather than a floating-point number.
  float: () => "32 bits",
  double: () => "64 bits",
};

/** C types have no byte order: an integer with a fixed one is compared as unsigned. */
function native(type: string): string {
  return type.replace(/^[bl]e/, "u");
}

function bits(type: string): string {
  return `${type.slice(1)} bits`;
}

function unsigned(type: string): string {
  return type.replace(/^s(?=\d)/, "u");
}

/** Name of the export: `ckptHdrVma` for `ckpt_hdr_vma`. */
function exportName(struct: string): string {
  return struct.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function names(structs: readonly BoundStruct[]): string[] {
  return structs.map(({ name }) => name).sort();
}

function sorted(numbers: Iterable<readonly [string, number | bigint]>): (readonly [string, number | bigint])[] {
  return [...numbers].sort(([a], [b]) => (a < b ? -1 : 1));
}
