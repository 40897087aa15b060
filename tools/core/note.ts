/** Notes of a core: types, contents, and encoding. */
import { stringToUint8Array } from "uint8array-extras";
import { registry } from "../../generated/elf/codecs/index.js";
import type { CoreStructs } from "./structs.js";

export interface ElfNote {
  /** C name of the type, e.g. `NT_PRSTATUS`. */
  readonly type: string;
  readonly contents: Uint8Array;
  /** Thread that the note describes; undefined for a note about the process. */
  readonly tid?: number;
}

/** Name and contents of a note are padded to a multiple of this number of bytes. */
const ALIGNMENT = 4;

export function noteBytes(structs: CoreStructs, { type, contents }: ElfNote): Uint8Array {
  const owner = `${ownerOf(type)}\0`;
  const nameAt = structs.size("elf_note");
  const contentsAt = nameAt + aligned(owner.length);
  const bytes = new Uint8Array(contentsAt + aligned(contents.length));
  bytes.set(
    structs.bytes("elf_note", { n_namesz: owner.length, n_descsz: contents.length, n_type: structs.constant(type) }),
  );
  bytes.set(stringToUint8Array(owner), nameAt);
  bytes.set(contents, contentsAt);
  return bytes;
}

/** Owner that defines a note type; its enumeration has the owner's name. */
function ownerOf(type: string): string {
  const owner = registry.tables.enums.find(({ values }) => values.some(({ name }) => name === type))?.name;
  if (owner === undefined) throw new TypeError(`the schema of cores has no note ${type}`);
  return owner;
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
