/** JSON texts that are safe to show on a terminal. Integers that other programs may round in JSON are decimal strings. */
import { escapeControls } from "../../control-characters.js";

/** A value as indented JSON text. */
export function toJson(value: unknown): string {
  return `${jsonText(value, 2)}\n`;
}

/** A value as JSON text; on one line if no indentation is given. */
export function jsonText(value: unknown, indentation?: number): string {
  return escapeControls(
    JSON.stringify(value, (_, item) => (typeof item === "bigint" ? jsonInteger(item) : item), indentation),
  );
}

function jsonInteger(value: bigint): number | string {
  return value === BigInt(Number(value)) && Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
