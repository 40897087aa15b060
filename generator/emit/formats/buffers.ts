/**
 * Finds out what the records without a fixed content hold. The grammar determines it by the rule in which the record is. A reader without a grammar
 * can tell from the last record of another type and the number of buffers since. This derives that table from the grammar.
 */
import type { GrammarNode, Payload } from "../../model.js";
import type { RecordFormat, VersionFormat } from "./version-format.js";

/** The meaning of the `ordinal`th buffer after a record. */
export interface FormatBuffer {
  readonly after: RecordFormat;
  /** Position among the buffers after the record, from 1. */
  readonly ordinal: number;
  /** Whether all further buffers have the same meaning. */
  readonly repeated: boolean;
  /** Label in the grammar. */
  readonly label: string;
  readonly contains: Payload;
  readonly doc: string;
}

/** The last record of another type, and the number of buffers since. */
type State = `${string} ${number}`;

export function buffersOf(format: VersionFormat): FormatBuffer[] {
  return new BufferFinder(format).find();
}

class BufferFinder {
  private readonly found = new Map<State, FormatBuffer>();

  constructor(private readonly format: VersionFormat) {}

  find(): FormatBuffer[] {
    const { rules, bodies } = this.format.model.grammar;
    for (const rule of [...rules, ...bodies])
      if (this.format.applies(rule).length > 0) this.items(rule.items, new Set());
    return [...this.found.values()];
  }

  private items(items: readonly GrammarNode[], before: ReadonlySet<State>): ReadonlySet<State> {
    return items.reduce((states, item) => this.item(item, states), before);
  }

  private item(item: GrammarNode, before: ReadonlySet<State>): ReadonlySet<State> {
    if (this.format.applies(item).length === 0) return before;
    let states = this.once(item, before);
    // Two rounds show what may follow the item itself.
    if (item.repeat !== undefined) states = new Set([...states, ...this.once(item, states, true)]);
    const skippable = item.optional || item.when !== undefined || (item.repeat !== undefined && item.repeat !== "some");
    return skippable ? new Set([...before, ...states]) : states;
  }

  private once(item: GrammarNode, before: ReadonlySet<State>, again = false): ReadonlySet<State> {
    switch (item.kind) {
      case "record":
        return this.record(item, before, again);
      case "sequence":
        return this.items(item.items, before);
      case "choice":
        return new Set(item.items.flatMap((choice) => [...this.item(choice, before)]));
      case "rule":
      case "object":
        // No buffer follows a complete rule.
        return new Set();
      case "ref":
        return before;
    }
  }

  private record(
    { name, as: label, contains, doc }: GrammarNode & { readonly kind: "record" },
    before: ReadonlySet<State>,
    again: boolean,
  ): ReadonlySet<State> {
    if (this.format.record(name)?.payload?.kind !== "context") return new Set<State>([`${name} 0`]);
    const after = new Set<State>();
    for (const state of before) {
      const [record = "", count] = state.split(" ");
      const last = this.format.record(record);
      const ordinal = Number(count) + 1;
      const known = this.found.get(`${record} ${ordinal - 1}`);
      if (again && known && known.label === label)
        this.found.set(`${record} ${ordinal - 1}`, { ...known, repeated: true });
      else if (last && contains && label !== undefined) {
        const text = contains.doc ?? doc ?? "";
        this.found.set(`${record} ${ordinal}`, { after: last, ordinal, repeated: false, label, contains, doc: text });
      }
      after.add(`${record} ${ordinal}`);
    }
    return after;
  }
}
