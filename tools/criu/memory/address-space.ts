/** mm-PID.img and the pages of a process. */
import { mm_entrySchema } from "../../../generated/criu/mm_pb.js";
import { vma_entrySchema } from "../../../generated/criu/vma_pb.js";
import type { ProcessMemory } from "../../memory/memory.js";
import { type Program, programOf } from "../../model/program.js";
import { findAuxiliaryVector } from "../../start/auxiliary-vector.js";
import type { PageRun } from "../dump.js";
import type { Passage } from "../passage.js";
import type { Process } from "../tasks/processes.js";
import { refusePartialAttachments } from "./attachments.js";
import { type Vma, vmaOf } from "./mapping.js";
import { privatePages } from "./pages.js";
import { replaceVdso } from "./vdso.js";

/** Words of an auxiliary vector that CRIU takes, criu/include/aux-info.h. */
const MAX_AUXV_WORDS = 44;

/** Whether a process may leave a core, as most may. */
const DUMPABLE = 1;

/** Adds the address space of a process, with its private pages. */
export function addAddressSpace(passage: Passage, process: Process): void {
  const { memory: shared, account, dump, files } = passage;
  const { leader: task, pid } = process;
  const objref = task.objref("mm_objref");
  const memory = shared.of(objref);
  if (!memory) {
    account.inTheWay({
      task,
      record: "TASK_OBJS",
      field: "mm_objref",
      value: objref,
      why: "the image has no memory of the task",
    });
    return;
  }
  const threads = process.threads.filter(({ isZombie }) => !isZombie);
  const program = programOf(passage.image, threads, memory.stretches.end);
  const made: PageRun[] = [];
  refusePartialAttachments(passage, task, memory);
  const { space } = memory;
  const address = (path: string) => space.address(path) ?? 0n;
  const executable = space.record && passage.image.fields(space.record).number("exe_objref");
  const file = executable ? files.of(executable) : undefined;
  if (!executable)
    account.inTheWay({
      task,
      node: space.record,
      record: "MM",
      field: "exe_objref",
      value: executable,
      why: "the image does not say which file the program is",
    });
  const entry = {
    ...{ mmStartCode: address("start_code"), mmEndCode: address("end_code") },
    ...{ mmStartData: address("start_data"), mmEndData: address("end_data") },
    ...{ mmStartStack: address("start_stack"), mmStartBrk: address("start_brk"), mmBrk: address("brk") },
    ...{ mmArgStart: address("arg_start"), mmArgEnd: address("arg_end") },
    ...{ mmEnvStart: address("env_start"), mmEnvEnd: address("env_end") },
    exeFileId: file?.id ?? 0,
    mmSavedAuxv: savedVector(passage, process, memory, program),
    dumpable: DUMPABLE,
  };
  dump.addLong(`mm-${pid}`, "mm", mm_entrySchema, entry, {
    field: mm_entrySchema.field.vmas,
    schema: vma_entrySchema,
    messages: mappingsOf(passage, threads, { memory, program, made }),
  });
  dump.addPages(`pagemap-${pid}`, () => inOrder(privatePages(memory), made));
}

interface MappedMemory {
  readonly memory: ProcessMemory;
  readonly program: Program;
  /** Pages that are made instead of read from the image; those that the mappings have are added, by address. */
  readonly made: PageRun[];
}

/** The mappings by address. */
function* mappingsOf(
  passage: Passage,
  threads: Process["threads"],
  { memory, program, made }: MappedMemory,
): Generator<Vma, void, void> {
  const [task] = threads;
  if (!task) return;
  for (const { mapping, start } of memory.stretches) {
    if (start !== mapping.start)
      passage.account.inTheWay({
        ...{ task, node: mapping.vma, record: "VMA", field: "vm_start", value: mapping.start },
        why: "the mapping lies over another one",
      });
    if (mapping.typeName === "CKPT_VMA_VDSO") {
      const { vmas, pages } = replaceVdso(passage, threads, { memory, mapping, program });
      yield* vmas;
      made.push(...pages);
    } else {
      const vma = vmaOf(passage, task, memory.space, mapping);
      if (vma) yield vma;
    }
  }
}

function savedVector(
  { account, image }: Passage,
  { leader }: Process,
  memory: ProcessMemory,
  program: Program,
): bigint[] {
  const words = findAuxiliaryVector(memory, program)?.words ?? [];
  const node = memory.space.record ?? image.root;
  if (words.length === 0)
    account.madeUp({
      task: leader,
      node,
      record: "MM",
      field: "at_vector",
      why: "the image has no auxiliary vector; /proc/PID/auxv of the process will be empty",
    });
  if (words.length > MAX_AUXV_WORDS)
    account.lost({
      task: leader,
      node,
      record: "MM",
      field: "at_vector",
      value: words.slice(MAX_AUXV_WORDS),
      why: `CRIU takes ${MAX_AUXV_WORDS} words of an auxiliary vector, and the image has ${words.length}`,
    });
  return words.slice(0, MAX_AUXV_WORDS);
}

/** Merges runs of the image with made ones, which are few. Each is by ascending address. */
function* inOrder(read: Iterable<PageRun>, made: readonly PageRun[]): Generator<PageRun, void, void> {
  let next = 0;
  for (const run of read) {
    for (; next < made.length && (made[next] as PageRun).address < run.address; next++) yield made[next] as PageRun;
    yield run;
  }
  yield* made.slice(next);
}
