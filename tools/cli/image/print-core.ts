/** Tells what is in a core. */
import type { CoreRemark, CoreReport } from "../../core/report.js";
import { byteCount } from "../byte-count.js";
import { oneLine, type Streams } from "../streams.js";
import type { CoreCommandOptions } from "./core.js";

/** What `--json` tells. */
export function coreFacts(output: string, { memory, ...report }: CoreReport): object {
  return { output, ...report, memory };
}

export function printCore(
  output: string,
  report: CoreReport,
  { out }: Pick<Streams, "out">,
  { sysroot }: Pick<CoreCommandOptions, "sysroot">,
): void {
  const { pid, name = "?", arch, threads, size, memory } = report;
  const many = (count: number, what: string) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
  out.write(
    `${oneLine(output)}: process ${pid} ${oneLine(name)}, ${arch}, ${many(threads.length, "thread")}, ${many(memory.mappings, "mapping")}, ${byteCount(memory.contents)} of memory; ${byteCount(size)}\n`,
  );
  for (const remark of report.remarks) out.write(`  ${remarkText(remark)}\n`);
  const { executable } = report;
  if (executable !== undefined && output !== "-")
    out.write(
      `  open it with: gdb ${shellWord((sysroot ?? "").replace(/\/+$/, "") + executable)} ${shellWord(output)}\n`,
    );
}

function remarkText({ message, bytes }: CoreRemark): string {
  return bytes === undefined ? oneLine(message) : `${byteCount(bytes)} ${oneLine(message)}`;
}

/** For a person to copy; what is not plain is quoted. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${oneLine(text).replaceAll("'", "'\\''")}'`;
}
