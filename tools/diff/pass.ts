/** One pass over both images. It records what was already compared, because tasks share most of their objects. */
import type { TaskName } from "../model/sharing.js";
import type { ByteDifference } from "./bytes.js";
import type { FieldChange } from "./difference.js";
import type { PidMap } from "./match.js";
import type { Watcher } from "./pages.js";
import type { Places } from "./places.js";
import { Roles } from "./places.js";
import type { Side } from "./side.js";
import type { UnknownParts } from "./unknown.js";

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
  /** Whether pages are compared. */
  readonly memory: boolean;
  readonly watcher: Watcher;
}

/** Caches differences of pages, so that only one pass computes them; everything else is fast to compute again. */
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

  /** Marks the end of a complete pass. */
  complete(): void {
    this.isComplete = true;
  }
}

/** Maximum number of objects of the other image that one object is compared with. More occur only if tasks share objects very differently. */
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

  /** Whether two objects are compared for the first time. */
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
