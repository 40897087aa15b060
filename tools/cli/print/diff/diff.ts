/** Compares two images and prints the differences: a summary, then task by task. */

import { uint8ArrayToHex } from "uint8array-extras";
import { oneLine } from "../../../control-characters.js";
import type { ByteDifference, ByteRun } from "../../../diff/bytes.js";
import { diffImages, type ImageDiff } from "../../../diff/diff.js";
import type { Difference } from "../../../diff/difference.js";
import type { KindSummary } from "../../../diff/summary.js";
import type { Image } from "../../../image/image.js";
import { counted } from "../../../words.js";
import type { CommandContext } from "../../frame/context.js";
import { byteCount } from "../../output/byte-count.js";
import { listed, printFacts } from "../../output/facts.js";
import { taskText } from "../../output/heading.js";
import { writeJson } from "../../output/json-stream.js";
import { progressBar } from "../../output/progress.js";
import { type Colors, colorsOf, type Streams } from "../../output/streams.js";
import { printTable, type TableColumn } from "../../output/table.js";
import { printRuns } from "./byte-runs.js";

interface NamedImage {
  readonly path: string;
  readonly image: Image;
}

/** What is compared, and how much of the result is printed. */
interface PrintOptions {
  readonly task?: string;
  /** Whether the contents of memory are compared. */
  readonly memory: boolean;
  /** Whether values of the image headers are compared too. */
  readonly all?: true;
  readonly hex?: true;
  readonly json?: true;
  /** Maximum number of differences printed per kind and task, and of byte ranges printed per difference. */
  readonly limit: number;
  /** Pids of tasks in the second image by the pid of the same task in the first. */
  readonly pids: ReadonlyMap<number, number>;
}

export async function diffAndPrint(
  a: NamedImage,
  b: NamedImage,
  context: CommandContext,
  options: PrintOptions,
): Promise<void> {
  const { streams } = context;
  const bar = await progressBar(streams, "comparing");
  const { task, pids, memory, all: header } = options;
  const diff = diffImages(a.image, b.image, { task, pids, memory, header, onProgress: bar.report });
  bar.end();
  if (!diff.equal) context.setFindings();
  if (options.json) {
    writeJson(streams.out, asJson(diff, a, b, options));
    return;
  }
  printHeads(streams, diff, a, b);
  printSummary(streams, diff);
  const digits = Math.max(a.image.format.wordSize, b.image.format.wordSize) === 8 ? 12 : 8;
  printDifferences(streams, diff, digits, options);
}

function printHeads(streams: Streams, { a, b, unknown }: ImageDiff, ...[one, other]: NamedImage[]): void {
  const text = ({ abi, kernel, taken, tasks, flags, end }: ImageDiff["a"]) =>
    [
      abi,
      kernel === undefined ? undefined : `Linux ${kernel}`,
      taken === undefined ? undefined : `taken ${taken}`,
      ...(flags.length > 0 ? [flags.join("|")] : []),
      counted(tasks, "task"),
      ...(end === "damaged" ? ["damaged"] : end === "error" ? ["ends with an error message"] : []),
    ]
      .filter((part) => part !== undefined)
      .join(", ");
  printFacts(
    streams,
    [
      ["A", `${one?.path}: ${text(a)}`],
      ["B", `${other?.path}: ${text(b)}`],
      unknown.A.length > 0 ? (["unknown in A", listed(unknown.A, MAX_REMARKS)] as const) : undefined,
      unknown.B.length > 0 ? (["unknown in B", listed(unknown.B, MAX_REMARKS)] as const) : undefined,
    ],
    0,
  );
}

/** Maximum number of remarks that are printed. */
const MAX_REMARKS = 24;

const COLUMNS: readonly TableColumn[] = [
  { title: "KIND" },
  { title: "ADDED", align: "right" },
  { title: "REMOVED", align: "right" },
  { title: "CHANGED", align: "right" },
  { title: "MOVED", align: "right", minor: true },
  { title: "" },
];

function printSummary(streams: Streams, { equal, summary, ...diff }: ImageDiff): void {
  const { out } = streams;
  if (equal) {
    out.write("no differences\n");
    return;
  }
  printUncompared(out, diff);
  if (summary.total === 0) {
    out.write("no differences in what was compared\n");
    return;
  }
  out.write("\n");
  printTable(
    streams,
    COLUMNS,
    summary.kinds.map((one) => {
      const { kind, counts } = one;
      return [kind, counts.added, counts.removed, counts.changed, counts.moved, sizeText(one)];
    }),
  );
  const { tasks } = summary;
  if (tasks.length < 2) return;
  out.write("\n");
  printTable(
    streams,
    [{ title: "TASK" }, { title: "DIFFERENCES" }],
    tasks.slice(0, MAX_LISTED_TASKS).map(({ task, kinds }) => [
      taskText(task),
      Object.entries(kinds)
        .map(([kind, count]) => `${kind} ${count}`)
        .join(", "),
    ]),
  );
  if (tasks.length > MAX_LISTED_TASKS) out.write(`and ${tasks.length - MAX_LISTED_TASKS} more tasks\n`);
}

/** Says which tasks were not compared, because what was not looked at must not pass for equal. */
function printUncompared(out: Streams["out"], { a, b, uncompared }: Pick<ImageDiff, "a" | "b" | "uncompared">): void {
  for (const [side, { tasks }] of [
    ["A", a],
    ["B", b],
  ] as const) {
    const missing = uncompared[side];
    if (missing.length === 0) continue;
    const why = tasks === 0 ? "has no tasks" : "ends before all of its tasks";
    out.write(`not compared, because ${side} ${why}: ${listed(missing, MAX_REMARKS)}\n`);
  }
}

/** Maximum number of tasks that the summary lists. */
const MAX_LISTED_TASKS = 100;

function sizeText({ pages, bytes }: KindSummary): string {
  return [pagesText(pages), bytesText(bytes)].filter((part) => part !== "").join(", ");
}

function pagesText(pages: KindSummary["pages"]): string {
  return (["added", "removed", "changed"] as const)
    .filter((sort) => pages[sort] > 0)
    .map((sort) => `${counted(pages[sort], "page")} ${sort}`)
    .join(", ");
}

function bytesText(bytes: bigint): string {
  if (bytes === 0n) return "";
  if (bytes === 1n) return "1 byte differs";
  return `${bytes < 1024n ? `${bytes} bytes` : byteCount(bytes)} differ`;
}

function printDifferences(streams: Streams, diff: ImageDiff, digits: number, options: PrintOptions): void {
  const { out } = streams;
  const { bold } = colorsOf(streams);
  let heading: string | undefined;
  for (const { differences, rest } of groups(diff.differences, options.limit)) {
    const [first] = differences;
    const title = first?.task ? taskText(first.task) : "";
    if (title !== heading) out.write(`\n${title === "" ? "" : `${bold(title)}\n`}`);
    heading = title;
    for (const difference of differences) printDifference(streams, difference, digits, options);
    if (rest > 0) out.write(`  and ${rest} more of ${first?.kind}; --limit 0 lists all\n`);
  }
}

/** Groups consecutive differences of one kind in one task: the first `limit` of them, and the number of the rest. */
function* groups(differences: Iterable<Difference>, limit: number) {
  let group: { differences: Difference[]; rest: number } | undefined;
  for (const difference of differences) {
    const [first] = group?.differences ?? [];
    if (group && first?.kind === difference.kind && first.task?.pid === difference.task?.pid) {
      if (group.differences.length < limit) group.differences.push(difference);
      else group.rest++;
      continue;
    }
    if (group) yield group;
    group = { differences: [difference], rest: 0 };
  }
  if (group) yield group;
}

const SIGNS = { added: "+", removed: "-", changed: "~", moved: ">" } as const;

function paint(colors: Colors, change: Difference["change"]): (text: string) => string {
  return { added: colors.green, removed: colors.red, changed: colors.yellow, moved: colors.cyan }[change];
}

function printDifference(streams: Streams, difference: Difference, digits: number, options: PrintOptions): void {
  const { kind, change, what, fields, bytes } = difference;
  const { out } = streams;
  const colors = colorsOf(streams);
  const sizes = bytes
    ? [pagesText(bytes.pages ?? NO_PAGES), bytesText(bytes.changed)].filter((part) => part !== "")
    : [];
  const head = [kind, oneLine(what)].filter((part) => part !== "").join(" ");
  const isShort = fields.length === 1 && !bytes;
  const tail = isShort
    ? `: ${changeText(colors, fields[0] as Difference["fields"][number])}`
    : sizes.length > 0
      ? `: ${sizes.join(", ")}`
      : "";
  out.write(`  ${paint(colors, change)(SIGNS[change])} ${head}${tail}\n`);
  if (!isShort) for (const field of fields) out.write(`      ${changeText(colors, field)}\n`);
  if (bytes) printRuns(streams, bytes, digits, options);
}

const NO_PAGES = { added: 0, removed: 0, changed: 0 };

function changeText({ dim, red, green }: Colors, { field, old, new: current }: Difference["fields"][number]): string {
  const name = dim(oneLine(field));
  if (old === current) return `${name} ${oneLine(old ?? "")}`;
  if (old === undefined) return `${name} ${green(oneLine(current ?? ""))}`;
  if (current === undefined) return `${name} ${red(oneLine(old))}`;
  const flags = changedFlags(old, current);
  if (flags) return `${name} ${flags.map((flag) => (flag.startsWith("-") ? red(flag) : green(flag))).join(" ")}`;
  return `${name} ${red(oneLine(old))} -> ${green(oneLine(current))}`;
}

/** Number of flag names that fit on a line. */
const FLAGS = 4;

/** For long lists of flags, only those that one side has, with a sign; undefined for short lists and for values that are not lists of flags. */
function changedFlags(old: string, current: string): string[] | undefined {
  const [before, after] = [old.split("|"), current.split("|")];
  const isList = [...before, ...after].every((name) => /^\w+$/.test(name));
  if (!isList || before.length + after.length <= FLAGS * 2) return undefined;
  const gone = before.filter((name) => !after.includes(name)).map((name) => `-${name}`);
  return [...gone, ...after.filter((name) => !before.includes(name)).map((name) => `+${name}`)];
}

function asJson(diff: ImageDiff, a: NamedImage, b: NamedImage, options: PrintOptions): object {
  const { summary } = diff;
  return {
    a: { path: a.path, ...diff.a },
    b: { path: b.path, ...diff.b },
    equal: diff.equal,
    summary: { total: summary.total, kinds: summary.kinds, tasks: summary.tasks },
    unknown: diff.unknown,
    uncompared: diff.uncompared,
    differences: differencesJson(diff.differences, options),
  };
}

function* differencesJson(differences: Iterable<Difference>, options: PrintOptions): Generator<object, void, void> {
  for (const group of groups(differences, options.limit))
    for (const { bytes, ...difference } of group.differences)
      yield { ...difference, ...(bytes && { bytes: bytesJson(bytes, options) }) };
}

/** Maximum number of bytes of a run that are printed. */
const MAX_PRINTED_BYTES = 4096;

function bytesJson({ pages, changed, runs }: ByteDifference, { limit, hex }: PrintOptions): object {
  return {
    pages,
    changed,
    runs: (function* () {
      let count = 0;
      for (const run of runs) {
        if (count++ >= limit) return;
        const { start, length, change, instead } = run;
        yield {
          start,
          length,
          change,
          instead,
          ...(hex && { old: hexText(run, "before"), new: hexText(run, "after") }),
        };
      }
    })(),
  };
}

function hexText(run: ByteRun, side: "before" | "after"): string | undefined {
  const bytes = run[side](Number(run.length < MAX_PRINTED_BYTES ? run.length : MAX_PRINTED_BYTES));
  return bytes && uint8ArrayToHex(bytes);
}
