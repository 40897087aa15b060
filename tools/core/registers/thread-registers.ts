/** What is known of a thread's registers: the general ones, which stand in its status, and notes with the others. */
import type { Image } from "../../image/image.js";
import type { StructFields } from "../../image/record/struct-fields.js";
import type { OutdatedRegisters } from "../../model/outdated-registers.js";
import type { Task } from "../../model/tasks.js";
import type { Fields } from "../../write/keyed-codec.js";
import type { Note } from "../note.js";
import type { CoreStructs } from "../structs.js";

export interface ThreadRegisters {
  /** Fields of the general registers. */
  readonly general: Fields;
  /** The other sets of registers, in the order of the kernel. */
  readonly notes: readonly Note[];
  /** Sets that the image has from an earlier time than the checkpoint: the floating point registers are left out then. */
  readonly outdated?: OutdatedRegisters;
}

/** Where they come from. */
export interface RegisterSource {
  readonly image: Image;
  readonly task: Task;
  /** The CPU record. */
  readonly cpu: StructFields;
  /** Of the program, which can be narrower than the kernel. */
  readonly structs: CoreStructs;
}
