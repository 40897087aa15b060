/** One pass over both images. It records what was already compared, because tasks share most of their objects. */
import type { TaskName } from "../model/sharing.js";
import type { Task } from "../model/tasks.js";
import type { ByteDifference } from "./bytes.js";
import type { FieldChange } from "./difference.js";
import type { BothTasks, PidMap } from "./match.js";
import type { Watcher } from "./pages.js";
import type { Places } from "./places.js";
import { Roles } from "./places.js";
import type { SameRecords } from "./same-records.js";
import type { Side } from "./side.js";
import type { SideName, UnknownParts } from "./unknown.js";

/** State that all passes share. */
export interface Setting {
  readonly a: Side;
  readonly b: Side;
  readonly places: readonly [a: Places, b: Places];
  readonly unknown: UnknownParts;
  readonly pids: PidMap;
  /** Pairs of CRED objects that belong to the same task. */
  readonly taskCredentials: ReadonlySet<string>;
  readonly pages: KnownPages;
  /** Finds what is equal byte by byte; undefined if everything has to be decoded. */
  readonly same: SameRecords | undefined;
  /** Whether pages are compared. */
  readonly memory: boolean;
  readonly watcher: Watcher;
}

/** Caches differences of pages, so that only one pass computes them; everything else is fast to compute again. */
export class KnownPages {
  private readonly found = new Map<string, ByteDifference>();
  /** Whether a pass has found all differences. */
  isComplete = false;

  find(place: string, compare: () => ByteDifference | undefined): ByteDifference | undefined {
    const known = this.found.get(place);
    if (known || this.isComplete) return known;
    const difference = compare();
    if (difference) this.found.set(place, difference);
    return difference;
  }

  /** Marks the end of a complete pass. */
  complete(): void {
    this.isComplete = true;
  }
}

/** Maximum number of objects of the other image that one object is compared with. More occur only if tasks share objects very differently. */
const MAX_PARTNERS = 32;

/** Record about the processor and its registers. */
const MACHINE = "HEADER_ARCH";

/** Pairs of objects of one sort that were compared. Nearly all objects have one partner. */
class Pairs {
  private readonly firstOfA = new Map<number | undefined, number | undefined>();
  private readonly firstOfB = new Map<number | undefined, number | undefined>();
  /** Further pairs of objects that have another partner already. */
  private readonly others = new Set<string>();
  private readonly counts = new Map<string, number>();

  has(a: number | undefined, b: number | undefined): boolean {
    if (!this.firstOfA.has(a)) return false;
    return this.firstOfA.get(a) === b || this.others.has(`${a} ${b}`);
  }

  /** Adds a new pair. Returns the number of partners of the object that has more. */
  add(a: number | undefined, b: number | undefined): number {
    const isFirst = !this.firstOfA.has(a) && !this.firstOfB.has(b);
    const count = Math.max(this.count(this.firstOfA, "A", a, b), this.count(this.firstOfB, "B", b, a));
    if (!isFirst) this.others.add(`${a} ${b}`);
    return count;
  }

  private count(first: Map<number | undefined, number | undefined>, side: SideName, own?: number, other?: number) {
    if (!first.has(own)) {
      first.set(own, other);
      return 1;
    }
    const key = `${side} ${own}`;
    const count = (this.counts.get(key) ?? 1) + 1;
    this.counts.set(key, count);
    return count;
  }
}

export class Pass {
  private readonly pairs = new Map<string, Pairs>();
  /** Open files that were compared and that descriptors share in the same way, which does not depend on the descriptor. */
  readonly settledFiles = new Pairs();
  /** Shared segments by the first address at which both images have them. */
  readonly segments = [new Roles(), new Roles()] as const;
  private readonly known = new Map<string, readonly FieldChange[]>();
  private readonly comparedSegments = new Set<string>();
  /** Results of {@link areSameSpaces} by number in the first image: the last one for each. */
  private readonly spaces = new Map<number | undefined, { readonly b: number | undefined; readonly same: boolean }>();
  private machine: boolean | undefined;
  /** The tasks that {@link haveSameSection} was last asked for, and its result. */
  private sections: { a?: Task; b?: Task; same: boolean } = { same: false };

  constructor(readonly setting: Setting) {}

  get a(): Side {
    return this.setting.a;
  }

  get b(): Side {
    return this.setting.b;
  }

  get unknown(): UnknownParts {
    return this.setting.unknown;
  }

  /** Whether two objects are compared for the first time. */
  isNew(sort: string, a: number | undefined, b: number | undefined, task: TaskName): boolean {
    const pairs = this.pairs.get(sort) ?? new Pairs();
    this.pairs.set(sort, pairs);
    if (pairs.has(a, b)) return false;
    if (pairs.add(a, b) <= MAX_PARTNERS) return true;
    this.unknown.add("B", `${sort} of task ${task.pid}, which too many share in another way`);
    return false;
  }

  /** Whether {@link isNew} was called for two objects. */
  wasMet(sort: string, a: number | undefined, b: number | undefined): boolean {
    return this.pairs.get(sort)?.has(a, b) ?? false;
  }

  /** Whether the sections of two tasks have the same records, apart from object numbers and shared objects. */
  haveSameSection(tasks: BothTasks): boolean {
    const { a, b } = this.sections;
    if (a !== tasks.a || b !== tasks.b)
      this.sections = { ...tasks, same: this.setting.same?.areSame(tasks.a.section, tasks.b.section) ?? false };
    return this.sections.same;
  }

  /** Whether two objects have the same records, apart from object numbers, objects within them, and pages. */
  areSame(type: string, a: number | undefined, b: number | undefined): boolean {
    return this.setting.same?.areSame(this.a.image.object(a, type), this.b.image.object(b, type)) ?? false;
  }

  /** Whether the records about the machine are the same. */
  get haveSameMachine(): boolean {
    this.machine ??= this.setting.same?.haveSameRecord(MACHINE) ?? false;
    return this.machine;
  }

  /** {@link areSame} for address spaces, which are long and needed several times. */
  areSameSpaces(a: number | undefined, b: number | undefined): boolean {
    const last = this.spaces.get(a);
    if (last && last.b === b) return last.same;
    const same = this.areSame("MM", a, b);
    this.spaces.set(a, { b, same });
    return same;
  }

  /** Returns the cached result of `find` under the name `what`. */
  once(what: string, find: () => readonly FieldChange[]): readonly FieldChange[] {
    const known = this.known.get(what) ?? find();
    this.known.set(what, known);
    return known;
  }

  /** Whether a part of two shared segments is compared for the first time. Offset and length are in bytes. */
  meetSegment(a: number, b: number, offset: bigint, length: bigint): boolean {
    const part = `${a} ${b} ${offset} ${length}`;
    const isNew = !this.comparedSegments.has(part);
    this.comparedSegments.add(part);
    return isNew;
  }
}
