/**
 * The fields that expressions of the grammar ask for, kept while the rules in which they were read are open. `RECORD.field` means the latest
 * record of that name in the innermost open rule that has one, so a rule that ends gives back what was there before it.
 *
 * Every field is a slot of one table. What a rule overwrites goes onto a trail, from which it is restored when the rule ends; so
 * reading a field is one look into the table however deep the rules are.
 */

/** What the latest record of one name, or the payload with one label, gives to expressions. */
export class Group {
  /** Slots of the fields, or of the sums over elements, by path. */
  readonly slots = new Map<string, number>();
  /** The same slots as a list, which is quicker to go over. */
  readonly all: number[] = [];

  constructor(
    /** Slot with the depth of the rule that the fields belong to. */
    readonly owner: number,
  ) {}
}

/** Hands out the slots. */
export class SlotPlan {
  /** Slots in use. */
  size = 0;

  /** The slot of a field; the group is made when it is new. */
  slot(groups: Map<string, Group>, name: string, path: string): number {
    let group = groups.get(name);
    if (!group) {
      group = new Group(this.size++);
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
  /** By slot; not a number where there is no record, or where it does not have the field. */
  readonly values: Float64Array;
  /** Overwritten values, each behind its slot. */
  private readonly trail: number[] = [];

  constructor({ size }: SlotPlan) {
    this.values = new Float64Array(size).fill(Number.NaN);
  }

  /** Where the trail stands, for {@link restore}. */
  get mark(): number {
    return this.trail.length;
  }

  /** Empties a group for a new record. The rule at `depth` may write its slots afterwards. */
  begin({ owner, all }: Group, depth: number): void {
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

  /** Gives back what was there before the rule that began at `mark`. */
  restore(mark: number): void {
    const { values, trail } = this;
    while (trail.length > mark) {
      const value = trail.pop() as number;
      values[trail.pop() as number] = value;
    }
  }
}
