/**
 * Collects facts about a problematic image that are safe to publish: its ABI, tasks and amounts of contents, the messages of the kernel, and the
 * problems found. No contents; names and paths only if requested.
 */

import type { Evidence } from "../image/detect.js";
import type { Image } from "../image/image.js";
import type { MappingCount } from "../inspect/census.js";
import { type ImageInfo, infoOf } from "../inspect/info.js";
import { listAddressSpaces } from "../inspect/maps.js";
import { listTasks } from "../inspect/ps.js";
import { isoTime } from "../model/header.js";
import type { Exit } from "../model/task-state.js";
import { type Task, tasksOf } from "../model/tasks.js";
import type { VerifySummary } from "../verify/report.js";
import type { Finding } from "../verify/rule.js";
import { verify } from "../verify/verify.js";
import { maskFound, maskMessage, maskNumbers, plainText } from "./mask-text.js";
import { Placeholders } from "./placeholders.js";
import { isShown } from "./shown.js";

export interface ReportOptions {
  /** Whether task names, paths and kernel messages are shown unchanged. */
  readonly paths?: boolean | undefined;
}

export interface Report {
  /** Whether names and paths are shown. */
  readonly paths: boolean;
  readonly size: number;
  readonly records: number;
  readonly end: Image["end"];
  /** Texts that do not look like those of a kernel are omitted. */
  readonly kernel: {
    readonly version: string | undefined;
    readonly release: string | undefined;
    readonly machine: string | undefined;
    readonly rev: number | undefined;
    readonly taken: string | undefined;
    readonly flags: readonly string[];
  };
  readonly abi: {
    readonly name: string;
    readonly given: boolean;
    readonly equal: readonly string[];
    readonly pageSize: number;
    readonly evidence: readonly {
      readonly fact: string;
      readonly found: string;
      readonly rulesOut: readonly string[];
      /** Whether the fact contradicts all other ABIs: the image is damaged, or of an unknown version. */
      readonly contradicts: boolean;
    }[];
  };
  readonly taskCounts: ImageInfo["tasks"];
  /** At most {@link MAX_LISTED}. */
  readonly tasks: readonly ReportedTask[];
  readonly memory: ImageInfo["memory"];
  readonly mappings: ReadonlyMap<string, MappingCount>;
  /** At most {@link MAX_LISTED}. */
  readonly addressSpaces: readonly ReportedAddressSpace[];
  readonly objects: ReadonlyMap<string, number>;
  readonly files: ReadonlyMap<string, number>;
  readonly recordTypes: ReadonlyMap<string, number>;
  readonly errors: readonly { readonly offset: number; readonly text: string }[];
  /** Result of the check. */
  readonly checked: VerifySummary;
  /** At most {@link MAX_LISTED}, the most severe ones. */
  readonly findings: readonly Finding[];
}

export interface ReportedTask {
  readonly pid: number;
  readonly ppid: number;
  readonly tgid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly isThread: boolean;
  readonly name: string | undefined;
  /** Letter and word of its state. */
  readonly state: string;
  readonly exit: Exit | undefined;
  readonly wait: string | undefined;
  /** Whether it has root credentials; undefined if the image does not have them. */
  readonly isRoot: boolean | undefined;
}

export interface ReportedAddressSpace {
  readonly objref: number;
  readonly pids: readonly number[];
  readonly executable: string | undefined;
  readonly mappings: number;
  readonly virtualSize: bigint;
  readonly present: number;
}

/** Maximum number of tasks, address spaces and findings in a report. */
const MAX_LISTED = 200;

/** Maximum number of pids listed for an address space. */
const MAX_PIDS = 20;

export function reportOf(image: Image, { paths = false }: ReportOptions = {}): Report {
  const placeholders = new Placeholders(paths);
  const tasks = tasksOf(image);
  const info = infoOf(image, tasks);
  const listed = tasks.slice(0, MAX_LISTED);
  placeholders.learn(listed);
  const { census, detection, header } = info;
  return {
    paths,
    size: info.size,
    records: census.records,
    end: info.end,
    kernel: {
      version: header.kernel,
      release: plainText(header.release, placeholders),
      machine: plainText(header.machine, placeholders),
      rev: header.rev,
      taken: header.time === undefined ? undefined : isoTime(header.time),
      flags: header.flags?.names ?? [],
    },
    abi: {
      name: detection.abi,
      given: detection.given ?? false,
      equal: detection.equal,
      pageSize: info.pageSize,
      evidence: detection.evidence.map((evidence) => reportedEvidence(evidence, placeholders)),
    },
    taskCounts: info.tasks,
    tasks: reportedTasks(image, listed, placeholders),
    memory: info.memory,
    mappings: knownTypes(census.mappings, addMappings),
    addressSpaces: reportedAddressSpaces(image, tasks, placeholders),
    objects: census.objects,
    files: knownTypes(census.files, (a, b) => a + b),
    recordTypes: census.recordTypes,
    errors: info.errors.map(({ offset, text }) => ({ offset, text: maskMessage(text, placeholders) })),
    ...check(image, placeholders),
  };
}

/** Facts of the header that fit an ABI are not secret; others may be anything. */
function reportedEvidence({ fact, found, rulesOut, contradicts }: Evidence, placeholders: Placeholders) {
  const isKnown = !contradicts && !fact.includes(" at offset ");
  return {
    fact: maskFound(fact, placeholders),
    found: isKnown ? found : maskFound(found, placeholders),
    rulesOut,
    contradicts: contradicts ?? false,
  };
}

/** Numbers of nonexistent types may be bytes of the contents, so these types are counted together. */
function knownTypes<T>(counts: ReadonlyMap<string, T>, add: (one: T, other: T) => T): Map<string, T> {
  const known = new Map<string, T>();
  for (const [type, count] of counts) {
    const name = type.startsWith("type ") ? "unknown" : type;
    const before = known.get(name);
    known.set(name, before === undefined ? count : add(before, count));
  }
  return known;
}

function addMappings(one: MappingCount, other: MappingCount): MappingCount {
  return { count: one.count + other.count, size: one.size + other.size, present: one.present + other.present };
}

function reportedTasks(image: Image, tasks: readonly Task[], placeholders: Placeholders): ReportedTask[] {
  return [...listTasks(image, tasks)].map((task, i) => ({
    pid: task.pid,
    ppid: task.ppid,
    tgid: task.tgid,
    pgid: task.pgid,
    sid: task.sid,
    isThread: task.isThread,
    name: placeholders.of("task", task.name),
    state: `${task.state.letter} ${task.state.word}`,
    exit: task.exit,
    wait: task.wait?.startsWith("type ") ? "unknown" : task.wait,
    isRoot: isRoot(image, tasks[i] as Task),
  }));
}

function isRoot(image: Image, task: Task): boolean | undefined {
  const record = image.object(task.number("TASK_CREDS", "ecred_ref"), "CRED")?.find("CRED");
  const user = record && image.fields(record).number("euid");
  return user === undefined ? undefined : user === 0;
}

function reportedAddressSpaces(
  image: Image,
  tasks: readonly Task[],
  placeholders: Placeholders,
): ReportedAddressSpace[] {
  const spaces: ReportedAddressSpace[] = [];
  for (const { objref, tasks: users, executable, totals } of listAddressSpaces(image, tasks)) {
    spaces.push({
      objref,
      pids: users.slice(0, MAX_PIDS).map(({ pid }) => pid),
      executable: placeholders.of("file", executable),
      ...totals,
    });
    if (spaces.length >= MAX_LISTED) break;
  }
  return spaces;
}

/** The value in a finding. For fields that are not shown, it contains neither numbers nor texts. */
function maskedText({ record, field, rule }: Finding, text: string, placeholders: Placeholders): string {
  if (placeholders.shown) return text;
  const masked = maskFound(text, placeholders);
  const isPlain = rule !== "padding" && (field === undefined || isShown(record));
  return isPlain ? masked : maskNumbers(masked);
}

function check(image: Image, placeholders: Placeholders): Pick<Report, "checked" | "findings"> {
  const { summary, findings } = verify(image.format, image.source, { max: MAX_LISTED });
  return {
    checked: summary,
    findings: findings.map((finding) => ({
      ...finding,
      record: finding.record && maskFound(finding.record, placeholders),
      within: finding.within && maskFound(finding.within, placeholders),
      expected: maskedText(finding, finding.expected, placeholders),
      found: maskedText(finding, finding.found, placeholders),
    })),
  };
}
