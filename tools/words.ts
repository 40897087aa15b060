/** Numbers with the word for what they count. */

/** A number, or a text with several: `4 or 8`. */
type Count = number | bigint | string;

/** The singular for 1, otherwise the plural. */
export function plural(count: Count, one: string, many = `${one}s`): string {
  return `${count}` === "1" ? one : many;
}

/** The number and the word, e.g. `1 task`, `12 bytes` or `3 processes`. */
export function counted(count: Count, one: string, many?: string): string {
  return `${count} ${plural(count, one, many)}`;
}
