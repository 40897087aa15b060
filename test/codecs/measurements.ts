/** Layouts that a C compiler measured on the real headers, from `test/fixtures/abi` (see the README there). */
import { readdirSync, readFileSync } from "node:fs";

const DIRECTORY = new URL("../fixtures/abi/", import.meta.url);

/** `[name, offset, size, type]` and details. Offsets are in bytes from the start of the aggregate that contains the member. */
export type FixtureMember =
  | readonly [name: string | null, offset: number, size: number, type: string]
  | readonly [name: string | null, offset: number, size: number, type: string, more: FixtureDetails];

export interface FixtureDetails {
  /** Declared C type, if it is not the kernel's name of the width. */
  readonly c?: string;
  readonly dims?: readonly number[];
  /** For an array without a length: bytes of one element. */
  readonly flexible?: number;
  readonly members?: readonly FixtureMember[];
}

export interface FixtureStruct {
  readonly name: string;
  readonly size: number;
  readonly align: number;
  /** Set if the signedness of the members was not measured. */
  readonly widths_only?: true;
  readonly members: readonly FixtureMember[];
}

type Shared<T> = T & { readonly arches: readonly string[] };

interface FixtureFile {
  readonly arches: Readonly<
    Record<string, { readonly arch: string; readonly endian: "little" | "big"; readonly pointer_bits: number }>
  >;
  readonly structs: readonly Shared<FixtureStruct>[];
  readonly external_structs: readonly Shared<FixtureStruct>[];
  readonly enums: FixtureNumbers;
  readonly defines: FixtureNumbers;
  readonly external_constants: FixtureNumbers;
}

/** A number that is equal on all architectures, or a number per architecture. */
type FixtureNumbers = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** The measurements of one version on one architecture. */
export interface Measurement {
  /** Version id, or the name of an extra measurement. */
  readonly version: string;
  /** Architecture; in extra measurements with the configuration (`powerpc-vsx`). */
  readonly column: string;
  readonly arch: string;
  readonly endian: "little" | "big";
  readonly pointerBits: number;
  readonly structs: ReadonlyMap<string, FixtureStruct>;
  readonly externalStructs: ReadonlyMap<string, FixtureStruct>;
  readonly enums: ReadonlyMap<string, number>;
  readonly defines: ReadonlyMap<string, number>;
  /** Constants of other headers that determine lengths of arrays. */
  readonly externalConstants: ReadonlyMap<string, number>;
}

/** Measurements of the checkpoint headers, by version and architecture. */
export function headerMeasurements(): Measurement[] {
  return files((name) => !name.startsWith("extra-"));
}

/** Measurements of structs that are not in the headers. */
export function extraMeasurements(): Measurement[] {
  return files((name) => name.startsWith("extra-"));
}

function files(wanted: (name: string) => boolean): Measurement[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(".json") && wanted(file))
    .sort()
    .flatMap((file) =>
      measurements(file.slice(0, -".json".length), JSON.parse(readFileSync(new URL(file, DIRECTORY), "utf8"))),
    );
}

function measurements(version: string, file: FixtureFile): Measurement[] {
  return Object.entries(file.arches).map(([column, { arch, endian, pointer_bits }]) => ({
    version,
    column,
    arch,
    endian,
    pointerBits: pointer_bits,
    structs: structs(file.structs, column),
    externalStructs: structs(file.external_structs, column),
    enums: numbers(file.enums, column),
    defines: numbers(file.defines, column),
    externalConstants: numbers(file.external_constants, column),
  }));
}

function structs(all: readonly Shared<FixtureStruct>[], column: string): Map<string, FixtureStruct> {
  return new Map(all.filter(({ arches }) => arches.includes(column)).map((struct) => [struct.name, struct]));
}

function numbers(all: FixtureNumbers, column: string): Map<string, number> {
  return new Map(
    Object.entries(all).flatMap(([name, value]): [string, number][] => {
      const number = typeof value === "number" ? value : value[column];
      return number === undefined ? [] : [[name, number]];
    }),
  );
}
