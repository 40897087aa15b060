/** Values of constants and enumerators by C name. */
import type { Tables } from "./tables.js";
import type { Varying } from "./varying.js";

/** The definitions of one name in the tables. */
interface Definitions {
  /** Definitions in the checkpoint headers. If a version has several, the last one counts. */
  readonly own: Varying<number | bigint>[];
  /** First definition as a constant of any header. `enumerator` is the first definition as an enumerator. */
  constant?: Varying<number | bigint>;
  enumerator?: Varying<number | bigint>;
}

type ValueIn = (varying: Varying<number | bigint>) => number | bigint | undefined;

export class Numbers {
  private definitions: ReadonlyMap<string, Definitions> | undefined;

  constructor(private readonly tables: Tables) {}

  /** Value of a name in one ABI, including names from outside the checkpoint headers; undefined if there is none. */
  find(name: string, valueIn: ValueIn): number | bigint | undefined {
    this.definitions ??= this.collect();
    const known = this.definitions.get(name);
    if (!known) return undefined;
    const elsewhere = known.constant ?? known.enumerator;
    return lastOf(known.own, valueIn) ?? (elsewhere && valueIn(elsewhere));
  }

  /** All names that the checkpoint headers of one ABI define, with their values. */
  own(valueIn: ValueIn): Map<string, number | bigint> {
    this.definitions ??= this.collect();
    const numbers = new Map<string, number | bigint>();
    for (const [name, { own }] of this.definitions) {
      const number = lastOf(own, valueIn);
      if (number !== undefined) numbers.set(name, number);
    }
    return numbers;
  }

  private collect(): Map<string, Definitions> {
    const all = new Map<string, Definitions>();
    const of = (name: string): Definitions => {
      const known = all.get(name) ?? { own: [] };
      all.set(name, known);
      return known;
    };
    for (const { external, values } of this.tables.enums)
      for (const { name, value } of values) {
        const known = of(name);
        if (!external) known.own.push(value);
        known.enumerator ??= value;
      }
    for (const { name, external, value } of this.tables.constants) {
      const known = of(name);
      if (!external) known.own.push(value);
      known.constant ??= value;
    }
    return all;
  }
}

function lastOf(values: readonly Varying<number | bigint>[], valueIn: ValueIn): number | bigint | undefined {
  for (let i = values.length - 1; i >= 0; i--) {
    const value = valueIn(values[i] as Varying<number | bigint>);
    if (value !== undefined) return value;
  }
  return undefined;
}
