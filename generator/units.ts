/** The units of compilation: folders of the schema, with their output folders and kinds of output. */

/** Kinds of output: TypeScript, C headers, format descriptions for third-party tools, documentation pages, and the manifest of what was released. */
export type Output = "codecs" | "c" | "formats" | "reference" | "manifest";

export interface Unit {
  readonly name: string;
  /** Description of the unit's content. */
  readonly contents: string;
  /** Folder of its YAML files, from the root. A folder of another unit below it is excluded. */
  readonly schema: string;
  /** Output folder, from the root. */
  readonly output: string;
  readonly emits: readonly Output[];
  /** Set for structs that others defined: the lints for layouts do not apply. */
  readonly foreign?: true;
}

/** The checkpoint image, the main unit. */
export const IMAGE: Unit = {
  name: "image",
  contents: "checkpoint images",
  schema: "schema",
  output: "generated",
  emits: ["codecs", "c", "formats", "reference", "manifest"],
};

export const UNITS: readonly Unit[] = [
  IMAGE,
  {
    name: "elf",
    contents: "ELF core files",
    schema: "schema/elf",
    output: "generated/elf",
    emits: ["codecs", "c"],
    foreign: true,
  },
];

/** The innermost unit whose folder contains a file; the path is from the root. */
export function unitOf(path: string): Unit | undefined {
  return UNITS.filter(({ schema }) => path.startsWith(`${schema}/`)).reduce<Unit | undefined>(
    (inner, unit) => (inner && inner.schema.length > unit.schema.length ? inner : unit),
    undefined,
  );
}
