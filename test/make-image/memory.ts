/** Address spaces, except for their mappings. */
import { SharedObject } from "../../tools/write/index.js";
import { layOut } from "./mappings.js";
import type { TaskPlan } from "./process-tree.js";
import type { Scene } from "./scene.js";

/** Size of the AT vector of Linux 2.6.30 to 3.0, in words. */
export const AT_VECTOR_WORDS = 44;
const AT_PAGESZ = 6;
const AT_ENTRY = 9;
const AT_UID = 11;
const AT_CLKTCK = 17;

/** Parts of memory to include in a core dump: private and shared anonymous memory and ELF headers. */
const DUMP_FILTER = 0x4c;

/** The address space of a process. */
export function addressSpace(scene: Scene, plan: TaskPlan): SharedObject {
  return new SharedObject("MM", () => {
    const { format, architecture, files } = scene;
    const { text, data, heap, stack } = scene.places;
    const page = format.pageSize;
    const mappings = layOut(scene, plan);
    return {
      records: {
        MM: {
          fields: {
            map_count: mappings.count,
            exe_objref: files.program,
            flags: DUMP_FILTER,
            start_code: text,
            end_code: text + page,
            start_data: data,
            end_data: data + page,
            start_brk: heap,
            brk: heap + page,
            start_stack: stack - 0x200,
            arg_start: stack - 0x180,
            arg_end: stack - 0x140,
            env_start: stack - 0x140,
            env_end: stack - 0x100,
          },
        },
        at_vector: atVector(scene),
        ...architecture.context(scene.places),
      },
      rules: { mapping: mappings.parts() },
    };
  });
}

/** Types and values, padded with zeros; up to v19-rc3 in native words. */
function atVector(scene: Scene) {
  const { format } = scene;
  const vector = [AT_PAGESZ, format.pageSize, AT_CLKTCK, 100, AT_ENTRY, scene.places.text + 0x100, AT_UID, 1000];
  const elements = [...vector, ...new Array<number>(AT_VECTOR_WORDS - vector.length).fill(0)];
  const wide = scene.since("v19") || format.wordSize === 8;
  return { payload: { of: wide ? "u64" : "u32", elements } };
}
