/**
 * Plans a dump for CRIU: processes of an image as a directory of image files that `criu restore` takes. Everything but the pages is made at once, which
 * finds what is made up, lost or in the way; pages are copied when the dump is written.
 */

import { task_kobj_ids_entrySchema } from "../../generated/criu/core_pb.js";
import { shown } from "../../runtime/shown.js";
import type { ConversionReport } from "../convert/report.js";
import { RefusalError } from "../errors/refusal-error.js";
import { UsageError } from "../errors/usage-error.js";
import type { Progress } from "../image/bytes/progress.js";
import { Image } from "../image/image.js";
import { refuseDamage } from "../image/refuse-damage.js";
import { ImageMemory } from "../memory/memory.js";
import { labelsOf } from "../model/labels.js";
import { tasksOf } from "../model/tasks.js";
import { pause } from "../write/pause.js";
import { Account, CRIU } from "./account.js";
import { Demands } from "./demands.js";
import { Dump, type DumpSink } from "./dump.js";
import { FileList } from "./files/file-list.js";
import { MAKERS } from "./files/index.js";
import { tellLostTerminals } from "./files/terminal-session.js";
import { addInventory } from "./inventory.js";
import { addAddressSpace } from "./memory/address-space.js";
import { addSharedSegments } from "./memory/shared-segments.js";
import { addNamespaces } from "./namespaces/index.js";
import { type Needs, needsOf } from "./needs.js";
import type { DumpOptions, Passage } from "./passage.js";
import { readme } from "./readme.js";
import { SegmentNumbers } from "./segment-numbers.js";
import { type Target, targetOf } from "./target.js";
import { addLeader, addThread } from "./tasks/core.js";
import { addDescriptors } from "./tasks/descriptors.js";
import { addDirectories } from "./tasks/directories.js";
import { type Process, processesOf } from "./tasks/processes.js";
import { u32 } from "./unsigned.js";

/** The plan of a dump. */
export interface DumpPlan {
  readonly report: ConversionReport;
  /** What the restoring machine has to have. */
  readonly needs: Needs;
  /** Whether the restored processes have everything that the image has of them. */
  readonly isLossless: boolean;
  /** Whether there is a dump at all. */
  readonly isPossible: boolean;
  /** Names of the files. */
  readonly files: readonly string[];
  /**
   * Writes the files.
   *
   * @returns number of bytes written
   * @throws {RefusalError} `lossy-conversion` when something is lost and that is not allowed, `impossible-conversion` when there is no dump
   */
  write(sink: DumpSink, options?: { readonly allowLoss?: boolean; readonly onProgress?: Progress }): Promise<number>;
}

/**
 * Plans a dump of all processes of an image. Writes nothing.
 *
 * @throws {InputError} (`damaged-image`) for a damaged image
 * @throws {UsageError} (`wrong-usage`) when an argument is of another kind
 */
export function planDump(image: Image, options: DumpOptions = {}): DumpPlan {
  if (!(image instanceof Image))
    throw new UsageError(
      "wrong-usage",
      `a dump is made of an Image, such as the image of what open gives, not of ${shown(image)}`,
    );
  const { vdso } = options;
  if (!(vdso === undefined || vdso === "stub" || vdso === "drop" || vdso instanceof Uint8Array))
    throw new UsageError("wrong-usage", `vdso takes bytes, "stub" or "drop", not ${shown(vdso)}`);
  refuseDamage(image);
  const account = new Account(image, options.examples);
  const dump = new Dump();
  const tasks = tasksOf(image);
  const target = restoringMachine(image, account);
  const demands = new Demands();
  const passage: Passage = {
    ...{ image, options, tasks, target, account, dump, demands },
    memory: new ImageMemory(image),
    segments: new SegmentNumbers(image),
    localTables: new Map(),
    labels: labelsOf(image),
    files: new FileList({ image, account, dump, demands, target, tasks }, MAKERS),
  };
  if (tasks.length === 0)
    account.inTheWay({ record: "TREE", why: "the image has no tasks, because the checkpoint failed before them" });
  else if (passage.memory.isStripped)
    account.inTheWay({
      record: "PGARR",
      why: "the image has no page of memory, as when it was stripped, so there is nothing to run",
    });
  const processes = processesOf(tasks, account);
  if (!account.log.isRefused) addAll(passage, processes);
  const needs = needsOf(passage, processes);
  const report = account.log.report({ from: image.format.abi.name, to: CRIU, direction: "forward" }, [CRIU]);
  dump.addFile("README", readme(passage, needs, report));
  const isPossible = report.obstacles.length === 0;
  const isLossless = report.losses.length === 0;
  return {
    ...{ report, needs, isPossible, isLossless, files: dump.names },
    async write(sink, { allowLoss = false, onProgress } = {}) {
      if (typeof sink?.file !== "function")
        throw new UsageError("wrong-usage", `write takes an object with a function \`file\`, not ${shown(sink)}`);
      const [obstacle] = report.obstacles;
      if (obstacle) throw new RefusalError("impossible-conversion", `CRIU cannot restore the image: ${obstacle.why}`);
      const [loss] = report.losses;
      if (loss && !allowLoss)
        throw new RefusalError("lossy-conversion", `something is lost, which has to be allowed: ${loss.why}`);
      const { size } = image.source;
      let written = 0;
      let told = 0;
      for (written of dump.write(image.source, image.format.pageSize, sink)) {
        if (written - told < TOLD_EVERY) continue;
        told = written;
        // The pages are nearly all of an image.
        onProgress?.(Math.min(written, size), size);
        await pause();
      }
      return written;
    },
  };
}

/** Bytes after which progress is told and other work runs. */
const TOLD_EVERY = 1 << 24;

/** The machine that runs the programs of the image. Without one the parts are made for x86, and nothing is written. */
function restoringMachine(image: Image, account: Account): Target {
  const { arch, bits, littleEndian } = image.format.abi.target;
  const target = targetOf({ arch, bits, littleEndian });
  if (typeof target !== "string") return target;
  account.inTheWay({ node: image.root.find("HEADER"), record: "HEADER", why: target });
  return targetOf({ arch: "x86_64", bits: 64, littleEndian: true }) as Target;
}

function addAll(passage: Passage, processes: readonly Process[]): void {
  const namespaces = addNamespaces(passage);
  const described = new Set<number>();
  const owners = new Map<number, number>();
  for (const process of processes) {
    const { leader, pid, threads } = process;
    const ids = idsOf(process);
    addLeader(passage, leader, { ...ids, ...namespaces });
    passage.dump.add(`ids-${pid}`, "ids", task_kobj_ids_entrySchema, { ...ids, ...namespaces });
    for (const thread of threads.slice(1)) addThread(passage, thread);
    if (leader.isZombie) continue;
    tellSharedMemory(passage, process, owners);
    addAddressSpace(passage, process);
    if (!described.has(ids.filesId)) addDescriptors(passage, ids.filesId);
    described.add(ids.filesId);
    addDirectories(passage, leader);
  }
  tellLostTerminals(passage.files.context);
  addSharedSegments(passage);
  addInventory(passage, processes);
}

/** Numbers for objects that are not in the image, by pid. They are above those of objects. */
const OWN = 0x2000_0000;

function idsOf({ leader, pid }: Process): { vmId: number; filesId: number; fsId: number; sighandId: number } {
  const id = (field: Parameters<typeof leader.objref>[0]) => u32(leader.objref(field) ?? OWN + pid);
  return { vmId: id("mm_objref"), filesId: id("files_objref"), fsId: id("fs_objref"), sighandId: id("sighand_objref") };
}

/** Tells of processes that share their memory without being threads of each other. */
function tellSharedMemory({ account }: Passage, { leader, pid }: Process, owners: Map<number, number>): void {
  const objref = leader.objref("mm_objref");
  if (objref === undefined) return;
  const owner = owners.get(objref);
  if (owner !== undefined)
    account.lost({
      task: leader,
      record: "TASK_OBJS",
      field: "mm_objref",
      value: objref,
      why: `the process shares its memory with process ${owner}, and CRIU gives it a copy`,
    });
  else owners.set(objref, pid);
}
