/** Prints a summary of an image. */

import { oneLine } from "../../control-characters.js";
import type { Evidence } from "../../image/detect.js";
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { abiNames } from "../../inspect/abi-names.js";
import { type ImageInfo, infoOf } from "../../inspect/info.js";
import { branchesOf } from "../../inspect/process-tree.js";
import { treePrefix } from "../../inspect/tree-lines.js";
import { isoTime } from "../../model/header.js";
import { shortName } from "../../model/short-name.js";
import { type Task, tasksOf } from "../../model/tasks.js";
import { counted } from "../../words.js";
import type { CommandContext } from "../frame/context.js";
import { byteCount } from "../output/byte-count.js";
import { taskText } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import { colorsOf, type Streams, terminalWidth } from "../output/streams.js";
import { cut } from "../output/table.js";
import { wrap } from "../output/wrap.js";

export interface InfoDetails {
  /** Whether to print each fact about the ABI with the versions that it rules out. */
  readonly evidence?: true;
  /** Whether to draw the whole process tree. */
  readonly all?: true;
  readonly json?: true;
}

export function printInfo(image: Image, context: CommandContext, options: InfoDetails): void {
  const { streams } = context;
  const tasks = tasksOf(image);
  const info = infoOf(image, tasks);
  if (info.end !== "complete" || info.problems.length > 0) context.setFindings();
  if (options.json) {
    writeJson(streams.out, infoJson(info, tasks));
    return;
  }
  printFacts(streams, options.evidence ? [...infoFacts(info), ...evidenceFacts(info)] : infoFacts(info));
  if (tasks.length > 0) printTree(streams, tasks, options.all ? Number.POSITIVE_INFINITY : TREE_LINES);
}

/** A label with the lines after it. */
type Fact = readonly [label: string, ...lines: string[]];

/** The summary of an image. Lines may quote text of the image. */
export function infoFacts(info: ImageInfo): Fact[] {
  const { header, memory, census, detection, tasks } = info;
  const { release, version, machine } = header;
  const facts: (Fact | undefined)[] = [
    ["image", endText(info)],
    ["", `${byteCount(info.size)} (${info.size} bytes), ${counted(census.records, "record")}`],
    info.errors.length === 0 ? undefined : ["error", ...info.errors.map(({ text }) => text)],
    info.problems.length === 0 ? undefined : ["problems", ...problemLines(info)],
    header.kernel === undefined && release === undefined
      ? undefined
      : ["kernel", [release ?? "?", version, machine].filter(Boolean).join("  ")],
    [
      "ABI",
      `${detection.abi}${header.rev === undefined ? "" : `, revision ${header.rev} of the format`}${detection.given ? ", as requested" : ""}${equalText(info)}`,
      ...shortEvidence(info),
      ...doubts(info),
    ],
    // Without a header several architectures may fit; then nothing is known about the machine.
    new Set(detection.equal.map((abi) => abi.split("/")[1])).size > 1
      ? undefined
      : [
          "machine",
          `${info.arch}, ${info.bits}-bit, ${info.littleEndian ? "little" : "big"}-endian, pages of ${byteCount(info.pageSize)}`,
        ],
    header.time === undefined ? undefined : ["taken", isoTime(header.time) ?? `${header.time} s after 1970`],
    header.flags === undefined ? undefined : ["flags", flagsText(header.flags.names, header.flags.rest)],
    tasks.processes + tasks.threads + tasks.zombies + tasks.missing === 0 ? undefined : ["tasks", tasksText(tasks)],
    memory.addressSpaces === 0 ? undefined : ["memory", ...memoryLines(info)],
    census.objects.size === 0 ? undefined : ["objects", countsText(census.objects)],
    census.files.size === 0 ? undefined : ["files", countsText(census.files, "CKPT_FILE_")],
  ];
  return facts.filter((fact) => fact !== undefined);
}

function endText({ end, header, problems }: ImageInfo): string {
  const version = header.kernel === undefined ? "" : ` of Linux ${header.kernel}`;
  if (end === "complete") return `complete checkpoint${version}`;
  if (end === "error") return `failed checkpoint${version}: the kernel gave up and left a message`;
  return `damaged checkpoint${version}: readable up to offset ${problems.at(-1)?.offset}`;
}

/** Number of problems that are printed. */
const MAX_PRINTED_PROBLEMS = 5;

function problemLines({ problems }: ImageInfo): string[] {
  const lines = problems.slice(-MAX_PRINTED_PROBLEMS).map(({ message }) => message);
  if (problems.length > MAX_PRINTED_PROBLEMS)
    lines.push(`${problems.length - MAX_PRINTED_PROBLEMS} more before; ckpt verify lists all`);
  return lines;
}

/** The other ABIs that fit equally well; only their versions if the architecture is the same. */
function equalText({ detection, arch }: ImageInfo): string {
  const others = detection.equal.filter((abi) => abi !== detection.abi);
  if (others.length === 0) return "";
  const names = others.map((abi) => (abi.endsWith(`/${arch}`) ? abi.slice(0, -arch.length - 1) : abi));
  return `; ${names.join(", ")} ${names.length === 1 ? "fits" : "fit"} equally well`;
}

/** The facts that ruled out ABIs. */
function shortEvidence({ detection }: ImageInfo): string[] {
  const telling = detection.evidence.filter(({ rulesOut }) => rulesOut.length > 0);
  if (telling.length === 0) return [];
  const texts = telling.map(({ fact, found }) => `${fact}: ${found}`);
  return [
    `from ${texts.slice(0, MAX_PRINTED_PROBLEMS).join("; ")}${texts.length > MAX_PRINTED_PROBLEMS ? `; and ${texts.length - MAX_PRINTED_PROBLEMS} more (--evidence)` : ""}`,
  ];
}

/** Facts that contradict all ABIs. */
function doubts({ detection }: ImageInfo): string[] {
  const facts = detection.evidence
    .filter(({ contradicts }) => contradicts)
    .map(({ fact, found }) => `${fact} ${found}`);
  return facts.length === 0
    ? []
    : [`no ABI that fits otherwise has ${facts.join(" or ")}: the image is damaged, or of an unknown version`];
}

function evidenceFacts({ detection }: ImageInfo): Fact[] {
  return detection.evidence.map((evidence, i) => [i === 0 ? "evidence" : "", ...evidenceLines(evidence)]);
}

function evidenceLines({ fact, found, rulesOut, contradicts }: Evidence): string[] {
  const consequence = contradicts
    ? "fits none of what is left, so it does not count"
    : rulesOut.length === 0
      ? "rules nothing out"
      : `rules out ${abiNames(rulesOut)}`;
  return [`${fact}: ${found}`, `  ${consequence}`];
}

function flagsText(names: readonly string[], rest: bigint): string {
  const all = rest === 0n ? names : [...names, hex(rest)];
  return all.length === 0 ? "none" : all.join(" ");
}

function tasksText({ processes, threads, zombies, missing }: ImageInfo["tasks"]): string {
  return [
    counted(processes, "process", "processes"),
    ...(threads > 0 ? [counted(threads, "further thread")] : []),
    ...(zombies > 0 ? [counted(zombies, "zombie")] : []),
    ...(missing > 0 ? [`${missing} of which only the pid is known`] : []),
  ].join(", ");
}

function memoryLines({ memory, census }: ImageInfo): string[] {
  const kinds = [...census.mappings].map(([type, { count }]) => `${shortName(type, "CKPT_VMA_")} ${count}`);
  return [
    `${counted(memory.addressSpaces, "address space")}, ${counted(memory.mappings, "mapping")}, ${byteCount(memory.virtualSize)} of addresses`,
    `${counted(memory.pages, "page")} in the image, ${byteCount(memory.present)}`,
    ...(memory.segments > 0
      ? [`${counted(memory.segments, "shared segment")}, ${byteCount(memory.segmentBytes)}`]
      : []),
    ...(kinds.length > 0 ? [`mappings: ${kinds.join(", ")}`] : []),
  ];
}

function countsText(counts: ReadonlyMap<string, number>, prefix = ""): string {
  return [...counts].map(([name, count]) => `${prefix === "" ? name : shortName(name, prefix)} ${count}`).join(", ");
}

const LABEL = 10;

function printFacts(streams: Streams, facts: readonly Fact[]): void {
  const { bold } = colorsOf(streams);
  const width = terminalWidth(streams) - LABEL;
  for (const [label, ...texts] of facts) {
    const lines = texts.flatMap((text) => {
      const margin = /^ */.exec(text)?.[0] ?? "";
      return wrap(oneLine(text), width - margin.length).map((line) => margin + line);
    });
    for (const [i, line] of lines.entries())
      streams.out.write(`${bold((i === 0 ? label : "").padEnd(LABEL))}${line}\n`);
  }
}

/** Number of tasks that are drawn by default. */
const TREE_LINES = 40;

function printTree(streams: Streams, tasks: readonly Task[], most: number): void {
  const { out } = streams;
  const colors = colorsOf(streams);
  const room = out.isTTY ? terminalWidth(streams) : undefined;
  out.write("\n");
  let drawn = 0;
  for (const branch of branchesOf(tasks)) {
    if (drawn++ >= most) break;
    const prefix = treePrefix(branch);
    const { task } = branch;
    const line = cut(`${prefix}${taskText(task)}${task.isZombie && !task.isThread ? " (zombie)" : ""}`, room);
    out.write(`${colors.dim(line.slice(0, prefix.length))}${line.slice(prefix.length)}\n`);
  }
  const rest = tasks.length - most;
  if (rest > 0) out.write(`${colors.dim(`… ${counted(rest, "more task")}; --all draws them, ckpt ps lists them`)}\n`);
}

function infoJson(info: ImageInfo, tasks: readonly Task[]): object {
  const { header, detection, census, problems } = info;
  const { errors: _, ...counts } = census;
  return {
    end: info.end,
    size: info.size,
    records: census.records,
    abi: detection,
    arch: info.arch,
    bits: info.bits,
    littleEndian: info.littleEndian,
    pageSize: info.pageSize,
    header: {
      ...header,
      timeText: header.time === undefined ? undefined : isoTime(header.time),
      flags: header.flags?.names,
      otherFlags: header.flags?.rest || undefined,
    },
    taskCounts: info.tasks,
    memory: info.memory,
    counts,
    errors: info.errors,
    problems: problems.map(({ code, offset, record, message }) => ({ code, offset, record, message })),
    tasks: tasksJson(tasks),
  };
}

function* tasksJson(tasks: readonly Task[]): Generator<object, void, void> {
  for (const { pid, ppid, tgid, name, isThread, isZombie } of tasks)
    yield { pid, ppid, tgid, name, thread: isThread, zombie: isZombie };
}
