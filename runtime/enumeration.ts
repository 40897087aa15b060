/** Names of numbers and of bits, and back. */
import { NotIntegerError, UnknownNameError, WrongArgumentError } from "./errors.js";

/** Values of an enumeration by C name, in the order of the schema, as `VmaType` of a version's module has them. */
export type Enumeration = Readonly<Record<string, number | bigint>>;

/** A value as names of bits, and the bits without a name. */
export interface NamedBits<Name extends string = string, Value extends number | bigint = bigint> {
  /** C names, lowest bit first. */
  readonly names: readonly Name[];
  /** Bits without a name; 0 if there are none. */
  readonly rest: Value;
}

/** A name of one or several bits. */
export interface BitName<Name extends string = string> {
  readonly name: Name;
  /** The bits; 0 for a name without bits. */
  readonly mask: bigint;
}

/**
 * The name of a value of an enumeration: the first if several names have the value, undefined if none has.
 *
 * @example nameOf(VmaType, vma.vma_type) // "CKPT_VMA_FILE"
 * @throws {WrongArgumentError} when the enumeration is none
 */
export function nameOf<E extends Enumeration>(enumeration: E, value: number | bigint): (keyof E & string) | undefined {
  refuseNone(enumeration);
  // Compared without types: a field may be a bigint where the enumeration has numbers.
  // biome-ignore lint/suspicious/noDoubleEquals: 3 and 3n are the same number
  return Object.keys(enumeration).find((name) => enumeration[name] == value);
}

/**
 * The names of the bits of a value, and what is left. All names whose bits are all set are given, also overlapping ones. Nothing is lost:
 * {@link valueOfBits} gives the value again.
 *
 * @param enumeration masks by name
 * @param value an integer; `rest` of the result has its type
 * @throws {NotIntegerError} when the value is none
 * @throws {WrongArgumentError} when the enumeration is none
 * @example namesOfBits(VmFlags, vma.vm_flags) // { names: ["VM_READ", "VM_EXEC"], rest: 0n }
 */
export function namesOfBits<E extends Enumeration, V extends number | bigint>(
  enumeration: E,
  value: V,
): NamedBits<keyof E & string, V extends bigint ? bigint : number> {
  refuseNone(enumeration);
  const masks = Object.entries(enumeration).map(
    ([name, mask]): BitName<keyof E & string> => ({ name, mask: BigInt(mask) }),
  );
  const { names, rest } = nameBits(masks, integerOf(value));
  return { names, rest: (typeof value === "bigint" ? rest : Number(rest)) as V extends bigint ? bigint : number };
}

/**
 * The value of named bits and of further bits: the inverse of {@link namesOfBits}.
 *
 * @param enumeration masks by name
 * @param bits `rest` decides whether the result is a number or a bigint
 * @throws {UnknownNameError} when the enumeration has no such name
 * @throws {NotIntegerError} when `rest` is no integer
 * @throws {WrongArgumentError} when the enumeration is none, or the bits are not what {@link namesOfBits} gives
 * @example valueOfBits(VmFlags, { names: ["VM_READ", "VM_EXEC"], rest: 0n }) // 5n
 */
export function valueOfBits<E extends Enumeration, V extends number | bigint>(
  enumeration: E,
  bits: NamedBits<keyof E & string, V>,
): V extends bigint ? bigint : number {
  refuseNone(enumeration);
  if (!Array.isArray(bits?.names))
    throw new WrongArgumentError("names of bits and the rest, as namesOfBits gives them", bits);
  const { names, rest } = bits;
  const value = names.reduce((bits, name) => {
    if (!Object.hasOwn(enumeration, name)) throw new UnknownNameError("bit", name, Object.keys(enumeration));
    return bits | BigInt(enumeration[name] as number | bigint);
  }, integerOf(rest));
  return (typeof rest === "bigint" ? value : Number(value)) as V extends bigint ? bigint : number;
}

/** @throws {WrongArgumentError} when a value is no enumeration */
function refuseNone(enumeration: unknown): void {
  if (typeof enumeration !== "object" || enumeration === null)
    throw new WrongArgumentError("an enumeration, an object with values by name", enumeration);
}

function integerOf(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isInteger(value)) return BigInt(value as number);
  throw new NotIntegerError(value);
}

/** The names whose bits are all set in a value, lowest bit first, and the bits that have no name. */
export function nameBits<Name extends string>(masks: readonly BitName<Name>[], value: bigint): NamedBits<Name> {
  const named = masks.filter(({ mask }) => mask !== 0n && (value & mask) === mask);
  const rest = named.reduce((left, { mask }) => left & ~mask, value);
  named.sort((a, b) => (a.mask < b.mask ? -1 : a.mask > b.mask ? 1 : 0));
  return { names: named.map(({ name }) => name), rest };
}
