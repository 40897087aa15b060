/** The enumerations of the schema as names in the text. */
import type { Abi } from "../../runtime/index.js";
import { hex } from "../image/hex.js";
import { enumeratorsOf } from "../model/enumeration.js";
import { choiceOf } from "./choice.js";
import { Misfit, quote } from "./form.js";
import { type Integer, parseInteger, type ValueNames } from "./integer.js";

/** Names of single values. */
export class EnumNames implements ValueNames {
  private readonly byValue = new Map<Integer, string>();
  private readonly byName: ReadonlyMap<string, bigint>;

  constructor(
    abi: Abi,
    private readonly title: string,
    /** Whether the field holds bigints. */
    wide: boolean,
  ) {
    const enumerators = enumeratorsOf(abi, title);
    this.byName = new Map(enumerators.map(({ name, value }) => [name, value]));
    for (const { name, value } of enumerators) {
      const key = wide ? value : Number(value);
      if (!this.byValue.has(key)) this.byValue.set(key, name);
    }
  }

  nameOf(value: Integer): string | undefined {
    return this.byValue.get(value);
  }

  valueOf(text: string): bigint | undefined {
    const value = this.byName.get(text);
    if (value === undefined)
      throw new Misfit(choiceOf(`a value of ${this.title}`, text, [...this.byName.keys()]), quote(text));
    return value;
  }
}

/** Longer than all names of any enumeration together. */
const MAX_NAMES_LENGTH = 4096;
/** Maximum number of cached values: most records of an image have the same few. */
const MAX_REMEMBERED = 4096;

function cached<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(key, value);
  }
  return value;
}

/** Names of bits, joined by `|`. Bits without a name are combined into one number at the end. */
export class FlagNames implements ValueNames {
  /** Most bits first, so that names of several bits are preferred. */
  private readonly flags: readonly (readonly [string, bigint])[];
  private readonly byName: ReadonlyMap<string, bigint>;
  private readonly texts = new Map<Integer, string>();
  private readonly values = new Map<string, bigint>();

  constructor(
    abi: Abi,
    private readonly title: string,
  ) {
    const masks = enumeratorsOf(abi, title).map(({ name, mask }) => [name, mask] as const);
    this.byName = new Map(masks);
    this.flags = masks
      .filter(([, bits]) => bits > 0n)
      .sort(([, a], [, b]) => bitCount(b) - bitCount(a) || (a < b ? -1 : a > b ? 1 : 0));
  }

  nameOf(value: Integer): string {
    return cached(this.texts, value, () => this.join(BigInt(value)));
  }

  valueOf(text: string): bigint | undefined {
    if (text.length > MAX_NAMES_LENGTH) return undefined;
    return cached(this.values, text, () => text.split("|").reduce((bits, part) => bits | this.bitsOf(part.trim()), 0n));
  }

  private bitsOf(part: string): bigint {
    const bits = this.byName.get(part) ?? parseInteger(part);
    if (bits === undefined)
      throw new Misfit(choiceOf(`flags of ${this.title}, joined by |`, part, [...this.byName.keys()]), quote(part));
    return bits;
  }

  private join(value: bigint): string {
    if (value <= 0n) return value === 0n ? "0" : hex(value);
    let rest = value;
    const found: (readonly [string, bigint])[] = [];
    for (const flag of this.flags) {
      const [, bits] = flag;
      // A name that adds no bits is omitted.
      if ((value & bits) !== bits || (rest & bits) === 0n) continue;
      found.push(flag);
      rest &= ~bits;
    }
    const names = found.sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([name]) => name);
    return [...names, ...(rest === 0n ? [] : [hex(rest)])].join("|");
  }
}

function bitCount(bits: bigint): number {
  return bits.toString(2).replaceAll("0", "").length;
}
