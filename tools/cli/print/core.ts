/** Tells what is in a core. */
import type { CoreRemark, CoreReport } from "../../core/report.js";
import { belowSysroot } from "../../core/sysroot.js";
import { goesToOutput } from "../frame/output.js";
import { byteCount } from "../output/byte-count.js";
import { type Output, oneLine } from "../output/streams.js";

/** What `--json` tells. */
export function coreFacts(output: string, report: CoreReport): object {
  return { output, ...report };
}

/** One line, e.g. `core: process 226 init, x86_32, 2 threads, 12 mappings, 96.0 KiB of memory`. */
export function printCore(output: string, report: CoreReport, out: Output): void {
  const { pid, name = "?", arch, threads, memory } = report;
  const facts = [
    `process ${pid} ${oneLine(name)}`,
    arch,
    counted(threads.length, "thread"),
    counted(memory.mappings, "mapping"),
    `${byteCount(memory.contents - memory.zeros)} of memory`,
  ];
  out.write(`${oneLine(output)}: ${facts.join(", ")}\n`);
}

/** What is not in the core, and how to open it. */
export function printRemarks(output: string, report: CoreReport, sysroot: string | undefined, out: Output): void {
  for (const remark of report.remarks) out.write(`  ${remarkText(remark)}\n`);
  const { executable } = report;
  if (executable === undefined || goesToOutput(output)) return;
  // The usual gdb of a distribution knows its own machine, which mostly is an x86.
  const debugger_ = report.arch.startsWith("x86") ? "gdb" : "gdb-multiarch";
  const core = shellWord(asFile(output));
  // Any other path is a file nowhere but in the directory of the process, and begins with what the image likes.
  const files = executable.startsWith("/")
    ? `${shellWord(asFile(belowSysroot(sysroot, executable)))} ${core}`
    : `-c ${core}`;
  out.write(`  open it with: ${debugger_} ${files}\n`);
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

function remarkText({ message, bytes }: CoreRemark): string {
  return bytes === undefined ? oneLine(message) : `${byteCount(bytes)} ${oneLine(message)}`;
}

/**
 * An argument that gdb takes for this file: one that begins with `-` would be an option, one with a digit the pid of a process, one with `~` a
 * home directory.
 */
function asFile(path: string): string {
  return /^[\w./]/.test(path) && !/^\d/.test(path) ? path : `./${path}`;
}

/** For a person to copy; what is not plain is quoted. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${oneLine(text).replaceAll("'", "'\\''")}'`;
}
