/**
 * Checks an image against the schema and the rules in one walk over its records. Page contents are not read; memory holds only the open rules, the
 * object numbers and the findings.
 */

import { ImageError } from "../errors/image-error.js";
import type { ImageFormat, RecordKind } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import { type Image, type OpenOptions, openOutline } from "../image/image.js";
import type { ImageRecord } from "../image/record/records.js";
import type { SyntaxRule, SyntaxStep } from "../image/walk/syntax.js";
import { type ObjectHead, type WalkEnd, type WalkHandler, walk } from "../image/walk/walk.js";
import type { FindingDetails, Frame, Listener, RecordHandler, ReportFinding, Scene, Where } from "./inspection.js";
import { INSPECTIONS, RULES } from "./inspections.js";
import { ObjectBook } from "./object-book.js";
import { RecordView } from "./record-view.js";
import { FindingLog, type VerifyReport } from "./report.js";
import { type RestartTarget, type TargetKernel, targetKernel } from "./restart-target.js";
import { type Finding, findingOf, type Rule } from "./rule.js";

export interface VerifyOptions {
  /** Maximum number of findings in the report, 1000 by default. All are counted. */
  readonly max?: number | undefined;
  /** Called for every finding, in the order in which they are found. */
  readonly onFinding?: ((finding: Finding) => void) | undefined;
  /** Called now and then with the bytes done and the bytes in total. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Current time in seconds since the epoch, to detect times in the future; by default the clock of the machine. */
  readonly now?: number | undefined;
  /** A kernel to compare the image with, as a restart on it would. */
  readonly target?: RestartTarget | undefined;
}

const MAX_LISTED = 1000;

/** Number of records between two reports of progress. */
const REPORT_EVERY = 4096;

/**
 * Checks an image that is read as a given ABI. Damage, even of the first record, is a finding like others; everything before it is checked. Whether a
 * file is an image at all is decided before, where it is opened.
 *
 * @throws {UsageError} (`restart-target`) when the target is not a kernel version, or contradicts itself
 * @throws {UnknownNameError} when the ABI of the target does not exist
 */
export function verify(format: ImageFormat, source: ImageSource, options: VerifyOptions = {}): VerifyReport {
  const check = new Check(format, source, new FindingLog(options.max ?? MAX_LISTED, options.onFinding), options);
  let end: WalkEnd | "damaged";
  try {
    end = walk(format, source, check);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    check.problem(error);
    end = "damaged";
  }
  return check.report(end);
}

/** Reports that were made while the image was opened. */
const made = new WeakMap<Image, VerifyReport>();

/**
 * Opens an image without the records in its shared objects, as `openOutline` does, and checks it in the same walk, for {@link reportOn}.
 *
 * @param max maximum number of findings in the report
 * @throws {UnknownNameError} when the options name an ABI that does not exist
 */
export function openVerified(source: ImageSource, options: OpenOptions, max: number): Image {
  const checks = new Map<ImageFormat, Check>();
  const image = openOutline(source, options, (format) => {
    const check = new Check(format, source, new FindingLog(max, undefined), {});
    checks.set(format, check);
    return check;
  });
  // This walk does not pass its problems on, so an image that has some is checked in a walk of its own.
  if (image.end !== "damaged" && image.problems.length === 0)
    made.set(image, (checks.get(image.format) as Check).report(image.end));
  return image;
}

/** Checks an image, in a walk over its records if {@link openVerified} has not done so. */
export function reportOn(image: Image, options: VerifyOptions): VerifyReport {
  return made.get(image) ?? verify(image.format, image.source, options);
}

type Handlers<T> = ReadonlyMap<string, readonly ((subject: T) => void)[]>;

class Check implements WalkHandler, Scene {
  readonly objects = new ObjectBook();
  readonly now: number;
  readonly target: TargetKernel | undefined;
  frame: Frame = { name: "", label: undefined, objref: undefined, offset: 0, parent: undefined };
  tasks = 0;
  problemAt: number | undefined;
  records = 0;

  private readonly view: RecordView;
  private readonly listeners: readonly Listener[];
  private readonly byRecord: Handlers<RecordView>;
  /** Results of {@link handlersOf} by index of the kind. */
  private readonly byKind: (readonly RecordHandler[] | undefined)[] = [];
  /** Handlers of records of unknown types. */
  private ofUnknown: readonly RecordHandler[] | undefined;
  private readonly byEntry: Handlers<Frame>;
  private readonly byLeaving: Handlers<Frame>;
  private offset = 0;

  constructor(
    readonly format: ImageFormat,
    readonly source: ImageSource,
    private readonly log: FindingLog,
    private readonly options: VerifyOptions,
  ) {
    this.now = options.now ?? Date.now() / 1000;
    this.target = options.target && targetKernel(format, options.target);
    this.view = new RecordView(format, source);
    const rules = new Map(RULES.map((rule) => [rule.id, rule]));
    const report: ReportFinding<string> = (id, where, details) => this.add(rules.get(id) as Rule, where, details);
    this.listeners = INSPECTIONS.map((Subject) => new Subject(this, report));
    this.byRecord = handlers(this.listeners.map(({ records }) => records));
    this.byEntry = handlers(this.listeners.map(({ enter }) => enter));
    this.byLeaving = handlers(this.listeners.map(({ leave }) => leave));
  }

  enter(rule: SyntaxRule, step: SyntaxStep | undefined, object: ObjectHead | undefined): void {
    if (object) {
      this.look(object.record, undefined);
      this.offset = object.record.next;
    }
    this.frame = {
      name: rule.name,
      label: step?.entry.as,
      objref: object?.objref,
      offset: object?.record.offset ?? this.offset,
      parent: this.frame,
    };
    if (!object && rule.name === "task") this.tasks++;
    if (object) for (const { enterObject } of this.listeners) enterObject?.(this.frame);
    const own = this.byEntry.get(rule.name);
    if (own) for (const handler of own) handler(this.frame);
  }

  leave(): void {
    const own = this.byLeaving.get(this.frame.name);
    if (own) for (const handler of own) handler(this.frame);
    this.frame = this.frame.parent as Frame;
  }

  record(record: ImageRecord, step: SyntaxStep | undefined): void {
    this.look(record, step);
    this.offset = record.next;
  }

  problem(problem: ImageError): void {
    this.problemAt = problem.offset;
    this.log.add(findingOf(problem, this.within() ?? problem.rule));
  }

  /** The report, after the last record. */
  report(end: WalkEnd | "damaged"): VerifyReport {
    if (end === "complete") for (const listener of this.listeners) listener.end?.();
    return this.log.report(this.format.abi.name, { end, records: this.records, bytes: this.source.size });
  }

  private look(record: ImageRecord, step: SyntaxStep | undefined): void {
    if (++this.records % REPORT_EVERY === 0) this.options.onProgress?.(record.next, this.source.size);
    const { view } = this;
    view.show(record, step);
    const own = this.handlersOf(record.kind);
    for (let i = 0; i < own.length; i++) (own[i] as RecordHandler)(view);
  }

  /** The handlers of the records of a type in their order: those of its name, then those of all records. */
  private handlersOf(kind: RecordKind | undefined): readonly RecordHandler[] {
    const known = kind ? this.byKind[kind.index] : this.ofUnknown;
    if (known) return known;
    const named = (kind && this.byRecord.get(kind.name)) ?? [];
    const own = [...named, ...this.listeners.flatMap(({ every }) => every?.(kind) ?? [])];
    if (kind) this.byKind[kind.index] = own;
    else this.ofUnknown = own;
    return own;
  }

  private add({ id, severity }: Rule, where: Where, { field, at, expected, found }: FindingDetails): void {
    const { offset, name: record } = where;
    // Looked up only if necessary, because it may move the window of the source.
    const start = at ?? (field !== undefined && where instanceof RecordView ? where.offsetOf(field) : undefined);
    const within = this.within();
    this.log.add({ rule: id, severity, offset, at: start ?? offset, record, field, within, expected, found });
  }

  /** Name of the innermost open object or task. */
  private within(): string | undefined {
    for (let frame: Frame | undefined = this.frame; frame; frame = frame.parent) {
      if (frame.objref !== undefined) return `${frame.name} ${frame.objref}`;
      if (frame.name === "task") return `task ${this.tasks - 1}`;
    }
    return undefined;
  }
}

/** All handlers by name, in the order of the inspectors. */
function handlers<T>(tables: readonly (Readonly<Record<string, (subject: T) => void>> | undefined)[]): Handlers<T> {
  const byName = new Map<string, ((subject: T) => void)[]>();
  for (const table of tables)
    for (const [name, handler] of Object.entries(table ?? {})) byName.set(name, [...(byName.get(name) ?? []), handler]);
  return byName;
}
