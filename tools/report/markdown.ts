/** A report as Markdown. All texts from the image are in code spans and blocks, so that they are not markup. */

import { abiNames } from "../inspect/abi-names.js";
import { branchesOf } from "../inspect/process-tree.js";
import { treePrefix } from "../inspect/tree-lines.js";
import { shortName } from "../model/short-name.js";
import { exitText } from "../model/task-state.js";
import { counted } from "../words.js";
import { code, codeBlock } from "./code.js";
import type { Report, ReportedTask } from "./report.js";
import { viewOfBytes, viewOfMappings } from "./views.js";

/**
 * The text of a problem report as Markdown.
 *
 * @param program name and version of the program, for the last line
 */
export function reportMarkdown(report: Report, program: string): string {
  const sections = [
    ["# Report on a checkpoint image"],
    summary(report),
    abi(report),
    errors(report),
    findings(report),
    tasks(report),
    memory(report),
    counts("Objects", report.objects, "Object"),
    counts("Open files", report.files, "Type", "CKPT_FILE_"),
    counts("Records", report.recordTypes, "Type"),
    [footer(report, program)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const ENDS = {
  complete: "complete",
  error: "the kernel gave up and left a message",
  damaged: "damaged",
} as const;

function summary({ kernel, ...report }: Report): string[] {
  const { processes, threads, zombies, missing } = report.taskCounts;
  return [
    `- Image: ${ENDS[report.end]}, ${report.size} bytes, ${report.records} records`,
    ...fact("Kernel", kernel.version === undefined ? undefined : `Linux ${kernel.version}`),
    ...fact("Release", kernel.release && code(kernel.release)),
    ...fact("Machine", kernel.machine && code(kernel.machine)),
    ...fact("Revision of the format", kernel.rev),
    ...fact("Taken", kernel.taken),
    ...fact("Flags", kernel.flags.length > 0 ? kernel.flags.map(code).join(" ") : undefined),
    `- Tasks: ${counted(processes, "process", "processes")}, ${counted(threads, "further thread")}, ${counted(zombies, "zombie")}${missing > 0 ? `, ${missing} of which only the pid is known` : ""}`,
  ];
}

function fact(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`- ${name}: ${value}`];
}

function abi({ abi: { name, given, equal, pageSize, evidence } }: Report): string[] {
  const others = equal.filter((other) => other !== name);
  return [
    "## ABI",
    "",
    `Read as ${code(name)}${given ? ", as requested" : ""}, pages of ${pageSize} bytes.${others.length > 0 ? ` These fit equally well: ${others.map(code).join(", ")}.` : ""}`,
    ...(evidence.length === 0
      ? []
      : [
          "",
          ...table(
            ["Fact", "Found", "Rules out"],
            evidence.map(({ fact: what, found, rulesOut, contradicts }) => [
              code(what),
              code(found),
              contradicts ? "fits no ABI that is left" : abiNames(rulesOut) || "nothing",
            ]),
          ),
        ]),
  ];
}

function errors({ errors: all }: Report): string[] {
  if (all.length === 0) return [];
  return [
    "## Errors of the kernel",
    "",
    ...all.map(({ offset, text }) => `- at offset ${offset}: ${code(text) || "no text"}`),
  ];
}

function findings({ checked, findings: all }: Report): string[] {
  const heading = ["## Check", ""];
  const { errors: wrong, warnings, notes, leftOut, records } = checked;
  return [
    ...heading,
    `${counted(wrong, "error")}, ${counted(warnings, "warning")} and ${counted(notes, "note")} in ${counted(records, "record")}${checked.end === "damaged" ? "; nothing after the damage was checked" : ""}.`,
    ...(all.length === 0
      ? []
      : [
          "",
          ...table(
            ["Offset", "View", "Severity", "Rule", "Where", "Expected", "Found"],
            all.map(({ at, severity, rule, record, field, within, expected, found }) => [
              String(at),
              code(viewOfBytes(at)),
              severity,
              code(rule),
              [record && code(field === undefined ? record : `${record}.${field}`), within && `in ${code(within)}`]
                .filter(Boolean)
                .join(" "),
              code(expected),
              code(found),
            ]),
          ),
          ...(leftOut > 0 ? ["", `${leftOut} more findings are left out.`] : []),
        ]),
  ];
}

function tasks({ tasks: listed, taskCounts: { processes, threads, zombies, missing } }: Report): string[] {
  if (listed.length === 0) return [];
  const rest = processes + threads + zombies + missing - listed.length;
  const lines = [...branchesOf(listed)].map((branch) => treePrefix(branch) + taskText(branch.task));
  return ["## Tasks", "", ...codeBlock(lines), ...(rest > 0 ? ["", `${rest} more tasks are left out.`] : [])];
}

function taskText({ pid, pgid, sid, name = "?", isThread, isRoot, state, exit, wait }: ReportedTask): string {
  const label = isThread ? `{${pid} ${name}}` : `${pid} ${name}`;
  const facts = [
    state,
    ...(exit ? [exitText(exit)] : []),
    ...(wait === undefined ? [] : [`waits in ${shortName(wait, "CKPT_RESTART_BLOCK_")}`]),
    `group ${pgid}`,
    `session ${sid}`,
    ...(isRoot === undefined ? [] : [isRoot ? "root" : "not root"]),
  ];
  return `${label}: ${facts.join(", ")}`;
}

function memory({ memory: totals, mappings, addressSpaces }: Report): string[] {
  if (totals.addressSpaces === 0) return [];
  const rest = totals.addressSpaces - addressSpaces.length;
  return [
    "## Memory",
    "",
    `${counted(totals.addressSpaces, "address space")} with ${counted(totals.mappings, "mapping")} of ${totals.virtualSize} bytes; ${counted(totals.pages, "page")} (${totals.present} bytes) in the image. ${counted(totals.segments, "shared segment")} of ${totals.segmentBytes} bytes.`,
    "",
    ...table(
      ["Mappings", "Count", "Bytes", "Bytes in the image"],
      [...mappings].map(([type, { count, size, present }]) => [
        code(shortName(type, "CKPT_VMA_")),
        `${count}`,
        `${size}`,
        `${present}`,
      ]),
    ),
    "",
    ...table(
      ["Address space", "Pids", "Program", "Mappings", "Bytes", "Bytes in the image", "View"],
      addressSpaces.map(({ objref, pids, executable, mappings: count, virtualSize, present }) => [
        `${objref}`,
        pids.join(", "),
        executable === undefined ? "" : code(executable),
        `${count}`,
        `${virtualSize}`,
        `${present}`,
        code(viewOfMappings(objref)),
      ]),
    ),
    ...(rest > 0 ? ["", `${rest} more address spaces are left out.`] : []),
  ];
}

function counts(title: string, all: ReadonlyMap<string, number>, column: string, prefix = ""): string[] {
  if (all.size === 0) return [];
  const name = (text: string) => (prefix === "" ? text : shortName(text, prefix));
  return [
    `## ${title}`,
    "",
    ...table(
      [column, "Count"],
      [...all].map(([text, count]) => [code(name(text)), `${count}`]),
    ),
  ];
}

function footer({ paths }: Report, program: string): string {
  return `Made by ${program}. ${paths ? "Names, paths and messages are shown as they are." : "Names and paths are replaced, and messages masked."} It holds no contents of memory, pipes, sockets or messages. With the image, ${code("ckpt view IMAGE --show 'VIEW'")} shows a view that it names.`;
}

/** Cells must not contain bars or line breaks. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)];
}
