/**
 * The fields that grammar expressions use, kept while the rules in which they were read are open. `RECORD.field` means the latest record of that name
 * in the innermost open rule that has one, so a rule that ends restores the values from before it.
 *
 * Every field is a slot of one table. Values that a rule overwrites are pushed onto a trail and restored when the rule ends, so reading a field is
 * one table access, whatever the depth of the rules.
 */

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
  /** Overwritten values, each after its slot. */
  private readonly trail: number[] = [];

  constructor({ size }: SlotPlan) {
    this.values = new Float64Array(size).fill(Number.NaN);
  }

  /** Length of the trail, for {@link restore}. */
  get mark(): number {
    return this.trail.length;
  }

  /** Clears a group for a new record; afterwards the rule at `depth` may write its slots. */
  begin({ owner, all }: SlotGroup, depth: number): void {
    const { values, trail } = this;
    const first = values[owner] !== depth;
    if (first) {
      trail.push(owner, values[owner] as number);
      values[owner] = depth;
    }
    for (const slot of all) {
      if (first) trail.push(slot, values[slot] as number);
      values[slot] = Number.NaN;
    }
  }

  /** Restores the values from before the rule that began at `mark`. */
  restore(mark: number): void {
    const { values, trail } = this;
    while (trail.length > mark) {
      const value = trail.pop() as number;
      values[trail.pop() as number] = value;
    }
  }
}
