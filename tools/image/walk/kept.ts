/**
 * The fields that grammar expressions use, kept while the rules in which they were read are open. `RECORD.field` means the latest record of that name
 * in the innermost open rule that has one, so a rule that ends restores the values from before it.
 *
 * Every field is a slot of one table. Values that a rule overwrites are pushed onto a trail and restored when the rule ends, so reading a field is
 * one table access, whatever the depth of the rules.
 */
import { grown } from "../bytes/grown.js";

/** The slots that expressions read from the latest record of one name, or from one labelled payload. */
export class SlotGroup {
  /** Slots of the fields, or of the sums over elements, by path. */
  readonly slots = new Map<string, number>();
  /** The slots of {@link slots} as an array, which is faster to iterate. */
  readonly all: number[] = [];

  constructor(
    /** Slot that holds the depth of the rule that the fields belong to. */
    readonly owner: number,
  ) {}
}

/** Allocates slots. */
export class SlotPlan {
  /** Number of allocated slots. */
  size = 0;

  /** The slot of a field; allocates it, and its group, on first use. */
  slot(groups: Map<string, SlotGroup>, name: string, path: string): number {
    let group = groups.get(name);
    if (!group) {
      group = new SlotGroup(this.size++);
      groups.set(name, group);
    }
    let slot = group.slots.get(path);
    if (slot === undefined) {
      slot = this.size++;
      group.slots.set(path, slot);
      group.all.push(slot);
    }
    return slot;
  }
}

export class KeptFields {
  /** Values by slot; NaN where there is no record, or the record lacks the field. */
  readonly values: Float64Array;
  /** Overwritten values, each after its slot. Grows and is never shrunk: rules open and end for almost every record. */
  private trail = new Float64Array(256);
  /** Used length of the trail, for {@link restore}. */
  mark = 0;

  constructor({ size }: SlotPlan) {
    this.values = new Float64Array(size).fill(Number.NaN);
  }

  /** Clears a group for a new record; afterwards the rule at `depth` may write its slots. */
  begin({ owner, all }: SlotGroup, depth: number): void {
    const { values } = this;
    const first = values[owner] !== depth;
    if (first) {
      this.push(owner);
      values[owner] = depth;
    }
    for (let i = 0; i < all.length; i++) {
      const slot = all[i] as number;
      if (first) this.push(slot);
      values[slot] = Number.NaN;
    }
  }

  /** Restores the values from before the rule that began at `mark`. */
  restore(mark: number): void {
    const { values, trail } = this;
    for (let top = this.mark; top > mark; top -= 2) values[trail[top - 2] as number] = trail[top - 1] as number;
    this.mark = mark;
  }

  private push(slot: number): void {
    if (this.mark === this.trail.length) this.trail = grown(this.trail, 2 * this.trail.length);
    this.trail[this.mark++] = slot;
    this.trail[this.mark++] = this.values[slot] as number;
  }
}
