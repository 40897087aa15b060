/** The enumerators and integer defines of the checkpoint headers in one ABI. */
import type { Abi, Confidence, Registry } from "../../runtime/index.js";
import { noteIn, type VersionNote } from "./history.js";

/** An enumeration, or the integer defines of one header. */
export interface ConstantGroup {
  /** Enumeration of the schema; omitted for defines. */
  readonly enum?: string;
  /** Header of the defines; omitted for an enumeration, and if no single header has them. */
  readonly header?: string;
  readonly summary?: string;
  /** Set if the values are bits that can be combined. */
  readonly bits?: true;
  readonly constants: readonly AbiConstant[];
}

export interface AbiConstant {
  /** Name in the headers. */
  readonly name: string;
  readonly value: number | bigint;
  readonly doc: string;
  readonly format?: string;
  readonly confidence?: Confidence;
  readonly note?: VersionNote;
}

/** Enumerations in the order of the schema, then the defines by header. Groups without members in this ABI are omitted. */
export function constantGroups(registry: Registry, abi: Abi): ConstantGroup[] {
  const { enums, constants } = registry.tables;
  const enumerations = enums
    .filter(({ external }) => !external)
    .map(({ name, summary, bits, values }) => ({
      enum: name,
      summary,
      ...(bits && { bits }),
      constants: present(registry, abi, values),
    }));
  const own = constants.filter(({ external }) => !external);
  const headers = [...new Set(own.map(({ header }) => header))];
  const defines = headers.map((header) => ({
    ...(header !== undefined && { header }),
    constants: present(
      registry,
      abi,
      own.filter((constant) => constant.header === header),
    ),
  }));
  return [...enumerations, ...defines].filter((group) => group.constants.length > 0);
}

type ConstantRow = Registry["tables"]["constants"][number] | Registry["tables"]["enums"][number]["values"][number];

function present(registry: Registry, abi: Abi, entries: readonly ConstantRow[]): AbiConstant[] {
  return entries.flatMap((entry) => {
    const value = abi.valueOf(entry.value);
    if (value === undefined) return [];
    const { name, doc, confidence, notes } = entry;
    const note = noteIn(notes, registry.versions, abi.target.version);
    return [
      {
        name,
        value,
        doc,
        ...("format" in entry && entry.format !== undefined && { format: entry.format }),
        ...(confidence && { confidence }),
        ...(note && { note }),
      },
    ];
  });
}
