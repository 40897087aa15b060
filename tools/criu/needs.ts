/** What the restoring machine has to have: files at their paths, free pids, a kernel and a CRIU that can do it. */
import { fileTableOf, openFileOf } from "../model/files.js";
import { programOfTask } from "../model/program.js";
import { recordText } from "../model/record-text.js";
import type { RestoreOption } from "./demands.js";
import { withoutRemark } from "./files/deleted.js";
import type { Passage } from "./passage.js";
import type { Process } from "./tasks/processes.js";

export interface Needs {
  /** Architecture of the kernel, as `uname -m` prints it. */
  readonly machine: string;
  /** Whether it has to run 32-bit programs beside those of its own width. */
  readonly compat: boolean;
  /** Numbers of processes and threads that have to be free. */
  readonly pids: readonly number[];
  /** Whether the dump makes a pid namespace, in which they are. */
  readonly newPidNamespace: boolean;
  /** Capabilities that `criu restore` has to have, because the processes have them: bit n is capability n. */
  readonly capabilities: bigint;
  /** Further options of `criu restore`, without which it refuses the dump. */
  readonly options: readonly RestoreOption[];
  /** Addresses that sockets are bound to, which have to exist and be free, e.g. `tcp 127.0.0.1:80`. */
  readonly addresses: readonly string[];
  /** Numbers of pseudo-terminals that have to be free in /dev/pts. */
  readonly terminals: readonly number[];
  /** Files that have to be at their paths, in the order of the paths. */
  readonly files: readonly NeededFile[];
}

export type FileUse = "program" | "mapped" | "open" | "directory";

export interface NeededFile {
  readonly path: string;
  /** `program` that a process runs, `mapped` into memory, `open` as a descriptor, `directory` that a process is in. */
  readonly uses: readonly FileUse[];
  /** Size in bytes of a mapped file when it was mapped; undefined if the image does not say. */
  readonly size: bigint | undefined;
  /** Bytes of it that are mapped, from its start; 0 if nothing is. */
  readonly leastSize: bigint;
}

/** Number of the first process of a pid namespace. */
const INIT = 1;

export function needsOf(passage: Passage, processes: readonly Process[]): Needs {
  const { image, target, tasks, demands } = passage;
  const live = tasks.filter(({ isZombie }) => !isZombie);
  return {
    machine: target.machine,
    compat: live.some((task) => programOfTask(image, task).bits < target.bits),
    pids: tasks.map(({ pid }) => pid),
    newPidNamespace: tasks[0]?.pid === INIT,
    capabilities: demands.capabilities,
    options: [...demands.options].sort(),
    addresses: [...demands.addresses].sort(),
    terminals: [...demands.terminals].sort((a, b) => a - b),
    files: filesOf(passage, processes),
  };
}

interface Found {
  readonly uses: Set<FileUse>;
  size: bigint | undefined;
  leastSize: bigint;
}

function filesOf({ image, memory }: Passage, processes: readonly Process[]): NeededFile[] {
  const found = new Map<string, Found>();
  const add = (name: string | undefined, use: FileUse, leastSize = 0n, size?: bigint) => {
    if (name === undefined) return;
    const { path } = withoutRemark(name);
    const file = found.get(path) ?? { uses: new Set(), size: undefined, leastSize: 0n };
    found.set(path, file);
    file.uses.add(use);
    if (size) file.size = size;
    if (leastSize > file.leastSize) file.leastSize = leastSize;
  };
  const seen = new Set<number | undefined>();
  const isNew = (objref: number | undefined) => objref !== undefined && !seen.has(objref) && seen.add(objref);
  for (const { leader } of processes) {
    const space = memory.of(leader.objref("mm_objref"))?.space;
    if (space && isNew(space.objref)) {
      add(space.executable, "program");
      for (const { path, pgoff, size, backingSize } of space.mappings)
        add(path, "mapped", pgoff * BigInt(image.format.pageSize) + size, backingSize);
    }
    const table = fileTableOf(image, leader.objref("files_objref"));
    if (table && isNew(table.objref))
      for (const { fileObjref } of table.descriptors()) {
        const file = openFileOf(image, fileObjref);
        const isDirectory = file?.mode !== undefined && ((file.flags ?? 0) & DIRECTORY) !== 0;
        add(file?.path, isDirectory ? "directory" : "open");
      }
    const directories = image.object(leader.objref("fs_objref"), "FS");
    for (const label of ["cwd", "root"]) add(recordText(image, directories?.find("FILE_NAME", label)), "directory");
  }
  const byPath = ([a]: readonly [string, Found], [b]: readonly [string, Found]) => (a < b ? -1 : 1);
  return [...found].sort(byPath).map(([path, { uses, size, leastSize }]) => ({
    ...{ path, uses: [...uses], size },
    // A mapping may end in the middle of a page behind the end of its file.
    leastSize: size !== undefined && size < leastSize ? size : leastSize,
  }));
}

/** O_DIRECTORY on x86 and s390. */
const DIRECTORY = 0o200000;
