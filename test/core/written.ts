/** Writes cores for tests. */
import { type CoreOptions, type CoreProcess, type CoreReport, coreOf, processOfTask } from "../../tools/core/index.js";
import { localFile } from "../../tools/files/local-file.js";
import type { Image } from "../../tools/image/index.js";
import { MemorySink } from "../../tools/write/sink.js";

export interface WrittenCore {
  readonly process: CoreProcess;
  readonly bytes: Uint8Array;
  readonly report: CoreReport;
}

export async function write(image: Image, selection?: string, options?: CoreOptions): Promise<WrittenCore> {
  const process = processOfTask(image, selection);
  const core = coreOf(process, { files: localFile, ...options });
  const sink = new MemorySink();
  await core.write(sink);
  return { process, bytes: sink.bytes, report: core.report };
}
