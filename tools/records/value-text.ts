/** The value of a field as text, in the format of the schema: in hexadecimal, as a time, or by the names of its bits. */
import type { Abi, FieldMeaning } from "../../runtime/index.js";
import type { Unmeant } from "../image/abi/cases.js";
import { hex } from "../image/hex.js";
import { byteAddressText, ipv4Text } from "../model/address-text.js";
import { bitNames, bitsText, enumeratorName } from "../model/enum-names.js";
import type { RecordField } from "./fields.js";

/** Maximum number of array elements that are shown. */
const MAX_SHOWN_ELEMENTS = 8;

const UNMEANT: Readonly<Record<Unmeant, string>> = { leftover: "leftover memory", overlaid: "means nothing here" };

export function valueText(abi: Abi, field: RecordField): string {
  return `${plainText(abi, field)}${field.unmeant ? ` (${UNMEANT[field.unmeant]})` : ""}`;
}

function plainText(abi: Abi, { value, meaning, size }: RecordField): string {
  if (value === undefined) return "";
  if (typeof value === "string") return textUpToNul(value);
  if (!Array.isArray(value)) return namedNumberText(abi, value as number | bigint, meaning, size);
  const numbers = value as readonly (number | bigint)[];
  const address = byteAddressText(meaning?.format, numbers.map(Number));
  if (address !== undefined) return address;
  const shown = numbers
    .slice(0, MAX_SHOWN_ELEMENTS)
    .map((number) => namedNumberText(abi, number, meaning, size / numbers.length));
  return `[${shown.join(" ")}${numbers.length > MAX_SHOWN_ELEMENTS ? ` and ${numbers.length - MAX_SHOWN_ELEMENTS} more` : ""}]`;
}

/**
 * A text up to its first NUL, in quotes, with a note if bytes follow it. A NUL at the start does not end it, as in abstract names of sockets: it is
 * shown.
 */
export function textUpToNul(text: string): string {
  const end = text.indexOf("\0", 1);
  const shown = end < 0 ? text : text.slice(0, end);
  const rest = text.slice(shown.length).replace(/\0+$/, "");
  return `${JSON.stringify(shown === "\0" ? "" : shown)}${rest === "" ? "" : " and bytes after it"}`;
}

function namedNumberText(abi: Abi, value: number | bigint, meaning: FieldMeaning | undefined, size: number): string {
  if (meaning?.enum !== undefined) {
    const name = enumeratorName(abi, meaning.enum, value);
    return name === undefined ? String(value) : `${name}(${value})`;
  }
  if (meaning?.flags !== undefined) return bitsText(bitNames(abi, meaning.flags, value));
  switch (meaning?.format) {
    case "hex":
    case "address":
    case "sigset":
      return value < 0 ? String(value) : hex(value);
    case "octal":
      return `0${value.toString(8)}`;
    case "time":
      return timeText(value);
    case "ipv4":
      return ipv4Text(value);
    default:
      // All ones mean none or no limit.
      return size === 8 && value === 0xffff_ffff_ffff_ffffn ? hex(value) : String(value);
  }
}

/** Latest time that a `Date` can represent, in seconds. */
const MAX_DATE_SECONDS = 8_640_000_000_000;

function timeText(value: number | bigint): string {
  return Math.abs(Number(value)) > MAX_DATE_SECONDS
    ? String(value)
    : `${value} (${new Date(Number(value) * 1000).toISOString().replace(".000Z", "Z")})`;
}
