/** Prints what is in a core file. */

import { oneLine } from "../../control-characters.js";
import type { CoreReport } from "../../core/report.js";
import { belowSysroot } from "../../core/sysroot.js";
import { plural } from "../../words.js";
import { goesToOutput } from "../frame/output.js";
import { byteCount } from "../output/byte-count.js";
import { shellWord } from "../output/shell-word.js";
import type { Output } from "../output/streams.js";

/** The facts that `--json` prints. */
export function coreFacts(output: string, report: CoreReport): object {
  return { output, ...report };
}

/** Prints a summary in one line, e.g. `core: process 226 init, x86_32, 2 threads, 12 mappings, 96.0 KiB of memory`. */
export function printCore(output: string, report: CoreReport, out: Output): void {
  const { pid, name = "?", arch, threads, memory } = report;
  const facts = [
    `process ${pid} ${oneLine(name)}`,
    arch,
    grouped(threads.length, "thread"),
    grouped(memory.mappings, "mapping"),
    `${byteCount(memory.contents - memory.zeros)} of memory`,
  ];
  out.write(`${oneLine(output)}: ${facts.join(", ")}\n`);
}

/** Prints what the core lacks, and how to open it. */
export function printRemarks(output: string, report: CoreReport, sysroot: string | undefined, out: Output): void {
  for (const { message, bytes } of report.remarks)
    out.write(`  ${bytes === undefined ? "" : `${byteCount(bytes)} `}${oneLine(message)}\n`);
  const { executable } = report;
  if (executable === undefined || goesToOutput(output)) return;
  // The gdb of a distribution usually supports only its own machine, which mostly is an x86.
  const debugger_ = report.arch.startsWith("x86") ? "gdb" : "gdb-multiarch";
  const core = shellWord(asFile(output));
  // A relative path is valid only in the directory of the process, and its first characters are those of the image.
  const files = executable.startsWith("/")
    ? `${shellWord(asFile(belowSysroot(sysroot, executable)))} ${core}`
    : `-c ${core}`;
  out.write(`  open it with: ${debugger_} ${files}\n`);
}

/** Numbers of mappings may be large, so their digits are in groups. */
function grouped(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${plural(count, what)}`;
}

/** An argument that gdb takes as a file name. Otherwise `-` at the start would mean an option, a digit the pid of a process, `~` a home directory. */
function asFile(path: string): string {
  return /^[\w./]/.test(path) && !/^\d/.test(path) ? path : `./${path}`;
}
