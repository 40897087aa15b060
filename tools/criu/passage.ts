/** What the parts of a conversion to CRIU work on. */
import type { Image } from "../image/image.js";
import type { ImageMemory } from "../memory/memory.js";
import type { Labels } from "../model/labels.js";
import type { LocalTable } from "../model/registers/x86.js";
import type { Task } from "../model/tasks.js";
import type { Account } from "./account.js";
import type { Demands } from "./demands.js";
import type { Dump } from "./dump.js";
import type { FileList } from "./files/file-list.js";
import type { SegmentNumbers } from "./segment-numbers.js";
import type { Target } from "./target.js";

/** How the dump is made. */
export interface DumpOptions {
  /**
   * What takes the place of the code that the old kernel mapped into every process, and that no image contains: the bytes of such code from that kernel,
   * `stub` for a page that makes system calls, `drop` for nothing. By default what works for most programs of the architecture.
   */
  readonly vdso?: Uint8Array | "stub" | "drop" | undefined;
  /** Capabilities that the restoring machine has; those beyond are left out. All that Linux 6.1 has by default. */
  readonly capabilities?: bigint | undefined;
  /** Number of places of each group to report one by one; 10 by default. */
  readonly examples?: number | undefined;
}

export interface Passage {
  readonly image: Image;
  readonly options: DumpOptions;
  readonly tasks: readonly Task[];
  readonly memory: ImageMemory;
  readonly target: Target;
  readonly account: Account;
  readonly dump: Dump;
  readonly demands: Demands;
  /** Numbers of shared segments in the dump. */
  readonly segments: SegmentNumbers;
  readonly files: FileList;
  readonly labels: Labels;
  /** Local descriptor tables that were read, by object number of the address space. */
  readonly localTables: Map<number, LocalTable>;
}
