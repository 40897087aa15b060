/** One way through both images. It remembers what was compared already, because tasks share most of what they have. */
import type { TaskName } from "../model/sharing.js";
import type { ByteDifference } from "./bytes.js";
import type { FieldChange } from "./difference.js";
import type { PidMap } from "./match.js";
import type { Watcher } from "./pages.js";
import type { Places } from "./places.js";
import { Roles } from "./places.js";
import type { Side } from "./side.js";
import type { UnknownParts } from "./unknown.js";

/** What does not change from one way through to the next. */
export interface Setting {
  readonly a: Side;
  readonly b: Side;
  readonly places: readonly [a: Places, b: Places];
  readonly unknown: UnknownParts;
  readonly pids: PidMap;
  /** Pairs of CRED objects that are those of one task. */
  readonly taskCredentials: ReadonlySet<string>;
  readonly pages: KnownPages;
  /** Whether pages are compared at all. */
  readonly memory: boolean;
  readonly watcher: Watcher;
}

/** Differences of pages, so that they are looked for in one way through only: all else is quick to find again. */
export class KnownPages {
  private readonly found = new Map<string, ByteDifference>();
  private isComplete = false;

  find(place: string, compare: () => ByteDifference | undefined): ByteDifference | undefined {
    const known = this.found.get(place);
    if (known || this.isComplete) return known;
    const difference = compare();
    if (difference) this.found.set(place, difference);
    return difference;
  }

  /** One way through has come to its end. */
  complete(): void {
    this.isComplete = true;
  }
}

/** Objects of the other image that one object is compared with. More come together only where tasks share in quite another way. */
const MOST_PARTNERS = 32;

export class Pass {
  private readonly seen = new Set<string>();
  private readonly partners = new Map<string, number>();
  /** Shared segments by the first address at which both images have them. */
  readonly segments = [new Roles(), new Roles()] as const;
  private readonly known = new Map<string, readonly FieldChange[]>();
  private readonly comparedSegments = new Set<string>();

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

  /** Whether two objects come together for the first time. */
  isNew(sort: string, a: number | undefined, b: number | undefined, task: TaskName): boolean {
    const pair = `${sort} ${a} ${b}`;
    if (this.seen.has(pair)) return false;
    this.seen.add(pair);
    const counts = [`${sort} A ${a}`, `${sort} B ${b}`].map((key) => {
      const count = (this.partners.get(key) ?? 0) + 1;
      this.partners.set(key, count);
      return count;
    });
    if (Math.max(...counts) <= MOST_PARTNERS) return true;
    this.unknown.add("B", `${sort} of task ${task.pid}, which too many share in another way`);
    return false;
  }

  /** What many things ask for, found once. */
  once(what: string, find: () => readonly FieldChange[]): readonly FieldChange[] {
    const known = this.known.get(what) ?? find();
    this.known.set(what, known);
    return known;
  }

  /** Whether a part of two shared segments comes together for the first time. Offset and length in bytes. */
  meetSegment(a: number, b: number, offset: bigint, length: bigint): boolean {
    const part = `${a} ${b} ${offset} ${length}`;
    const isNew = !this.comparedSegments.has(part);
    this.comparedSegments.add(part);
    return isNew;
  }
}
