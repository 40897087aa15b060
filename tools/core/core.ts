/** An ELF core file of a process, as if the process had dumped it on its own machine. */
import type { Progress } from "../image/bytes/progress.js";
import type { ProcessMemory } from "../memory/memory.js";
import { GatheringSink } from "../write/gathering-sink.js";
import type { ImageSink } from "../write/sink.js";
import { writeContents } from "./contents.js";
import type { Exclusion } from "./exclusion.js";
import { layOutCore } from "./layout.js";
import { type FileLookup, LocalFiles } from "./local-files.js";
import { CoreMappings } from "./mappings.js";
import type { CoreProcess } from "./process.js";
import { notesOf } from "./process-notes.js";
import { processProgram } from "./program.js";
import { type CoreReport, reportOn } from "./report.js";
import { DENSE, planSegments, SPARSE } from "./segments.js";
import { CoreStructs } from "./structs.js";
import { belowSysroot } from "./sysroot.js";

export interface CoreOptions {
  /**
   * Looks at files of this machine, as `localFile` of `ckpt-abi/files` does. The core then contains the first page of each mapped ELF file that has the
   * size in bytes that the process saw, as in cores of the kernel.
   */
  readonly files?: FileLookup | undefined;
  /** Absolute path of the directory on this machine that contains the files of the process; it is prepended to their paths. Without it, paths are used as they are. */
  readonly sysroot?: string | undefined;
  /** Mappings whose contents are excluded. */
  readonly exclude?: Exclusion | undefined;
  /**
   * Whether zeros take no space in the output, as in a file with holes. Then all memory that was never written to has bytes in the core, up to 1 TiB
   * per range and 4 TiB in total; otherwise up to 16 MiB per range and 64 MiB in total. For longer ranges the core has only the addresses: gdb reads
   * zeros there, lldb nothing.
   */
  readonly sparse?: boolean | undefined;
}

/** A core that can be written. */
export interface Core {
  readonly report: CoreReport;
  /** Writes the core from the first byte to the last. Memory use is small for a process of any size. Zeros are skipped if the sink supports that. */
  write(sink: ImageSink, onProgress?: Progress): Promise<void>;
}

/**
 * Plans the core of a process, without reading its memory.
 *
 * @throws {RefusalError} when the process cannot have a core
 */
export function coreOf(
  process: CoreProcess,
  { files: lookUp, sysroot, exclude, sparse = false }: CoreOptions = {},
): Core {
  const { image, memory } = process;
  const structs = new CoreStructs(processProgram(process));
  const mappings = new CoreMappings(process, exclude);
  const files = new LocalFiles(lookUp, (path) => belowSysroot(sysroot, path), image.format.pageSize);
  const plan = planSegments(memory, mappings, files, sparse && fits(memory, structs) ? SPARSE : DENSE);
  const { threads, notes } = notesOf(process, structs, mappings, files.rename);
  const layout = layOutCore(structs, plan, mappings, notes, image.format);
  return {
    report: reportOn({ process, program: structs.program, mappings, plan, threads, notes, size: layout.size }),
    async write(sink, onProgress) {
      const out = new GatheringSink(sink);
      layout.writeHead(out);
      await writeContents(memory, plan, out, (done) => onProgress?.(layout.size - plan.contents + done, layout.size));
      out.flush();
      if (out.written !== layout.size)
        throw new RangeError(`the core has ${out.written} bytes, and its headers say ${layout.size}`);
    },
  };
}

/** Bytes that a 32-bit core reserves for everything before the memory. */
const HEAD_OF_32_BITS = 64n << 20n;

/** Whether a core has room for all memory of the process: offsets in a 32-bit core are limited to 4 GiB. */
function fits({ stretches }: ProcessMemory, { program }: CoreStructs): boolean {
  let mapped = 0n;
  for (const { start, end } of stretches) mapped += end - start;
  return program.bits === 64 || mapped + HEAD_OF_32_BITS <= 1n << 32n;
}
