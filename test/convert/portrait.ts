/** The state that a process can observe: tree of tasks, registers, open files, mappings and every byte of memory. */
import { createHash } from "node:crypto";
import { type Image, windowBytes } from "../../tools/image/index.js";
import { listAddressSpaces, listFileTables, listRegisters, listTasks } from "../../tools/inspect/index.js";
import { memoryOfTasks } from "../../tools/memory/task-memory.js";
import { tasksOf } from "../../tools/model/index.js";

/** Register groups that some versions lack. */
const NOT_EVERYWHERE = /debug|thread/i;

export function portraitOf(image: Image) {
  const tasks = tasksOf(image);
  return {
    tasks: [...listTasks(image, tasks)].map(({ addressSpace: _, fileTable: __, ...task }) => task),
    registers: [...listRegisters(image, tasks)].map(({ pid, groups, floatingPoint, segments, call, interrupted }) => ({
      ...{ pid, floatingPoint, segments, call, interrupted },
      groups: groups
        ?.filter(({ name }) => !NOT_EVERYWHERE.test(name))
        // Depends on the system call, whose number some versions do not have.
        .map(({ outdated: _, ...group }) => group),
    })),
    files: [...listFileTables(image, tasks)].map(({ tasks: holders, descriptors }) => ({
      holders,
      descriptors: [...descriptors].map(({ number, closeOnExec, file, sharers }) => ({
        ...{ number, closeOnExec, sharers },
        type: file?.type,
        path: file?.path,
        position: file?.position,
        pipe: file?.pipe && { waiting: file.pipe.waiting, otherEnds: file.pipe.otherEnds.length },
      })),
    })),
    mappings: [...listAddressSpaces(image, tasks)].map(({ executable, mappings }) => ({
      executable,
      mappings: [...mappings].map(({ file: _, segment: __, ...mapping }) => mapping),
    })),
    memory: memoryOf(image),
  };
}

/** A digest of the contents of each address space. */
function memoryOf(image: Image): string[] {
  return memoryOfTasks(image, undefined).chosen.map(({ memory }) => {
    const digest = createHash("sha256");
    for (const { start, end, backing } of memory.all()) {
      digest.update(`${start} ${end} ${backing.kind}`);
      if (backing.kind === "image") digest.update(windowBytes(image.source, backing.offset, Number(end - start)));
    }
    return digest.digest("hex");
  });
}
