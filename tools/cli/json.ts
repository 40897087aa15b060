/** A value as indented JSON text. Integers that a JSON number of another program may round are decimal strings. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, (_, item) => (typeof item === "bigint" ? jsonInteger(item) : item), 2)}\n`;
}

export function jsonInteger(value: bigint): number | string {
  return value === BigInt(Number(value)) && Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
