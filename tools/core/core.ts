/** An ELF core of a process: what a debugger opens as if the process had dumped it on its own machine. */
import type { Progress } from "../image/tree.js";
import { GatheringSink } from "../write/gathering-sink.js";
import type { ImageSink } from "../write/sink.js";
import { writeContents } from "./contents.js";
import type { Exclusion } from "./exclusion.js";
import { layOutCore } from "./layout.js";
import { coreMappings } from "./mappings.js";
import type { CoreProcess } from "./process.js";
import { notesOf } from "./process-notes.js";
import { programOf } from "./program.js";
import { type CoreReport, reportOn } from "./report.js";
import { planSegments } from "./segments.js";
import { CoreStructs } from "./structs.js";

export interface CoreOptions {
  /** Directory below which the files of the process lie here; it is put in front of their paths. */
  readonly sysroot?: string | undefined;
  /** Mappings whose contents are not wanted. */
  readonly exclude?: Exclusion | undefined;
}

/** A core that can be written. */
export interface Core {
  readonly report: CoreReport;
  /** Writes it from the first byte to the last; what is in memory at a time is small, however large the process is. */
  write(sink: ImageSink, onProgress?: Progress): Promise<void>;
}

/**
 * Finds out what the core of a process consists of, without reading its memory.
 *
 * @throws {CoreError} when there can be none
 */
export function coreOf(process: CoreProcess, { sysroot, exclude }: CoreOptions = {}): Core {
  const { image, memory } = process;
  const structs = new CoreStructs(programOf(process));
  const mappings = coreMappings(process, exclude);
  const plan = planSegments(memory, mappings);
  const rename = (path: string) => (sysroot === undefined ? path : `${sysroot.replace(/\/+$/, "")}${path}`);
  const { threads, notes } = notesOf(process, structs, mappings, rename);
  const layout = layOutCore(structs, plan, mappings, notes, image.format);
  return {
    report: reportOn({ process, program: structs.program, mappings, plan, threads, notes, size: layout.size }),
    async write(sink, onProgress) {
      const out = new GatheringSink(sink);
      layout.writeHead(out);
      await writeContents(memory, plan.segments, out, (done) =>
        onProgress?.(layout.size - plan.contents + done, layout.size),
      );
      out.flush();
      if (out.written !== layout.size)
        throw new RangeError(`the core has ${out.written} bytes, and its headers say ${layout.size}`);
    },
  };
}
