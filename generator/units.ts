/** What is compiled: a folder of the schema each, the folder that it becomes, and what is made of it. */

/** What can be made of a unit: TypeScript, C headers, descriptions for the tools of others, pages of documentation, and the memory of what was released. */
export type Output = "codecs" | "c" | "formats" | "reference" | "manifest";

export interface Unit {
  readonly name: string;
  /** What is made of its structs. */
  readonly contents: string;
  /** Folder of its YAML files, from the root. A folder of another unit below it is no part of it. */
  readonly schema: string;
  /** Folder that its output stands in, from the root. */
  readonly output: string;
  readonly emits: readonly Output[];
  /** Others have laid these structs out, so the rules of a good layout do not judge them. */
  readonly foreign?: true;
}

/** The checkpoint image: what this project is about. */
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

/** The unit whose folder holds a file, the innermost one; the path is from the root. */
export function unitOf(path: string): Unit | undefined {
  return UNITS.filter(({ schema }) => path.startsWith(`${schema}/`)).reduce<Unit | undefined>(
    (inner, unit) => (inner && inner.schema.length > unit.schema.length ? inner : unit),
    undefined,
  );
}
