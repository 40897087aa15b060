/** Detects the program of a core: for a 32-bit program, debuggers expect the core that a 32-bit kernel would write. */

import { RefusalError } from "../errors/refusal-error.js";
import { hex } from "../image/hex.js";
import { END_OF_32_BITS, type Program, programOf as programOfTasks } from "../model/program.js";
import type { CoreProcess } from "./process.js";

export type { Program } from "../model/program.js";

/**
 * The program that a process runs: architecture, word size and byte order of its core.
 *
 * @throws {RefusalError} when a mapping exceeds the address range of the program
 */
export function processProgram({ memory, threads }: CoreProcess): Program {
  const end = memory.stretches.end;
  const program = programOfTasks(memory.image, threads, end);
  if (program.bits === 32 && end > END_OF_32_BITS)
    throw new RefusalError("bad-mapping", `a mapping ends at ${hex(end)}, but addresses here have 32 bits`);
  return program;
}
