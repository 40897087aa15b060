/** Text form of single numbers: in several bases, by names of an enumeration, as bits. Printed texts can be parsed again. */

import type { Abi, FieldMeaning } from "../../runtime/index.js";
import { nearestNames } from "../abi/nearest.js";
import { UsageError } from "../errors/usage-error.js";
import { hex } from "../image/hex.js";
import { ipv4Text, parseIpv4 } from "../model/address-text.js";
import { bitNames, bitsText, enumeratorName } from "../model/enum-names.js";
import { enumeratorsOf } from "../model/enumeration.js";

/** A name with its value, or with its mask in a set of bits. */
interface NamedNumber {
  readonly name: string;
  readonly value: bigint;
}

/**
 * Text of a number: a name of its enumeration, its bits by name, or digits.
 *
 * @param bits width of the field in bits
 */
export function numberText(abi: Abi, value: number | bigint, meaning: FieldMeaning | undefined, bits: number): string {
  if (typeof value === "number" && !Number.isInteger(value)) return String(value);
  const number = BigInt(value);
  if (meaning?.flags !== undefined) return bitsText(bitNames(abi, meaning.flags, BigInt.asUintN(bits, number)));
  if (meaning?.enum !== undefined) return enumeratorName(abi, meaning.enum, number) ?? String(number);
  switch (meaning?.format) {
    case "hex":
    case "address":
    case "sigset":
    case "float64":
      return number < 0n ? String(number) : hex(number);
    case "octal":
      return number <= 0n ? String(number) : `0${number.toString(8)}`;
    case "ipv4":
      return ipv4Text(number);
    default:
      // All ones mean none or no limit.
      return bits === 64 && number === 0xffff_ffff_ffff_ffffn ? hex(number) : String(number);
  }
}

interface ParsedNumber {
  readonly value: bigint;
  /** Why the value is unusual. */
  readonly warning?: string;
}

/**
 * Parses a number as {@link numberText} prints it, in any base, by name, or as a change of bits: `+VM_EXEC`, `-VM_WRITE+VM_READ`.
 *
 * @param current value whose bits are changed
 * @throws {UsageError} (`bad-value`) when the text is not a number of the field
 */
export function parseNumber(
  abi: Abi,
  text: string,
  meaning: FieldMeaning | undefined,
  current: () => bigint,
): ParsedNumber {
  const names = namedNumbers(abi, meaning);
  if (meaning?.flags !== undefined) return { value: parseFlags(abi, text, names, current) };
  const literal = parseLiteral(text);
  if (literal === undefined) {
    const address = meaning?.format === "ipv4" ? parseIpv4(text) : undefined;
    return { value: address ?? named(abi, text, names) };
  }
  const warning = namelessWarning(abi, literal, meaning);
  return { value: literal, ...(warning !== undefined && { warning }) };
}

/** Why a value of an enumeration is unusual: it has no name. Undefined if it has one, or the field is no enumeration. */
export function namelessWarning(abi: Abi, number: bigint, meaning: FieldMeaning | undefined): string | undefined {
  if (meaning?.enum === undefined || namedNumbers(abi, meaning).some(({ value }) => value === number)) return undefined;
  return `${number} has no name in ${meaning.enum}`;
}

function parseFlags(abi: Abi, text: string, names: readonly NamedNumber[], current: () => bigint): bigint {
  const one = (word: string) => parseLiteral(word) ?? named(abi, word, names);
  if (!/^[+-]/.test(text)) return text.split("|").reduce((bits, word) => bits | one(word.trim()), 0n);
  let bits = current();
  for (const [, sign, words = ""] of text.matchAll(/([+-])([^+-]*)/g))
    for (const word of words.split("|")) bits = sign === "+" ? bits | one(word.trim()) : bits & ~one(word.trim());
  return bits;
}

/** Parses a decimal number, or one with `0x`, `0b`, `0o` or, as in C, a leading zero for octal; underscores may separate digits. */
export function parseLiteral(text: string): bigint | undefined {
  const [, sign, digits] = /^([+-]?)(0x[\da-f_]+|0b[01_]+|0o[0-7_]+|\d[\d_]*)$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const plain = digits.replaceAll("_", "");
  if (/^0\d*[89]/.test(plain))
    throw new UsageError("bad-value", `${text} is not an octal number, although it begins with 0`);
  const octal = /^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain;
  if (/^0[xbo]$/i.test(octal)) return undefined;
  const value = BigInt(octal);
  return sign === "-" ? -value : value;
}

/** Maximum number of names in a message. */
const MAX_NAMES = 12;

function named(abi: Abi, text: string, names: readonly NamedNumber[]): bigint {
  const entry = names.find(({ name }) => name === text);
  if (entry) return entry.value;
  if (text === "") throw new UsageError("bad-value", "expected a number, found nothing");
  const shown = JSON.stringify(text);
  if (names.length === 0) throw new UsageError("bad-value", `expected a number, found ${shown}`);
  const known = names.map(({ name }) => name);
  const near = nearestNames(text, known);
  const hint =
    near.length > 0 ? `did you mean ${near.join(" or ")}?` : `it is one of ${known.slice(0, MAX_NAMES).join(", ")}`;
  throw new UsageError(
    "bad-value",
    `${abi.target.version} has no ${shown} here; ${hint}${near.length > 0 || known.length <= MAX_NAMES ? "" : ", …"}`,
  );
}

/** The names for values of a field in this version, or for its bits. */
function namedNumbers(abi: Abi, meaning: FieldMeaning | undefined): readonly NamedNumber[] {
  if (meaning?.flags !== undefined)
    return enumeratorsOf(abi, meaning.flags).map(({ name, mask }) => ({ name, value: mask }));
  return meaning?.enum === undefined ? [] : enumeratorsOf(abi, meaning.enum);
}
