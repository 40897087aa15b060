/** The meaning of a field in one version, as sentences. */

import type { FieldMeaning } from "../../runtime/index.js";
import { hex } from "../image/hex.js";

/**
 * The meaning of a field as sentences: description, unit, enumeration, references and constant value.
 *
 * @param size of the field in bytes
 */
export function meaningText(meaning: FieldMeaning, size: number): string {
  const { doc, unit, flags, refers, format } = meaning;
  const parts = [doc];
  if (unit) parts.push(`In ${unit}.`);
  if (meaning.enum) parts.push(`Values: ${meaning.enum}.`);
  if (flags) parts.push(`Bits: ${flags}.`);
  if (refers) parts.push(`Number of an object of type ${refers.join(" or ")}.`);
  if (meaning.const !== undefined) parts.push(`Always ${constText(meaning.const, format, size)}.`);
  return parts.filter((part) => part !== "").join(" ");
}

/** A constant in hexadecimal, with all digits of the field, so that it can be recognised in a dump. */
function constText(value: number | bigint, format: string | undefined, size: number): string {
  return format === "hex" ? hex(value, size * 2) : value.toString();
}
