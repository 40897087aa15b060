/** Registers of a thread for a core: the general ones, which are in its status, and notes with the others. */
import type { Image } from "../../image/image.js";
import type { StructFields } from "../../image/record/struct-fields.js";
import type { OutdatedRegisters } from "../../model/outdated-registers.js";
import type { Task } from "../../model/tasks.js";
import type { Fields } from "../../write/keyed-codec.js";
import type { ElfNote } from "../note.js";
import type { CoreStructs } from "../structs.js";

export interface ThreadRegisters {
  /** Fields of the general registers. */
  readonly general: Fields;
  /** Notes with the other register sets, in the order of the kernel. */
  readonly notes: readonly ElfNote[];
  /** Register sets whose values in the image are older than the checkpoint; floating point registers are then omitted. */
  readonly outdated?: OutdatedRegisters;
}

/** Data from which the registers of a thread are read. */
export interface RegisterSource {
  readonly image: Image;
  readonly task: Task;
  /** The CPU record. */
  readonly cpu: StructFields;
  /** Structs of the program, which may be narrower than the kernel. */
  readonly structs: CoreStructs;
}
