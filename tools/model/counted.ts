/** A number with the word for what it counts. */

/** The singular for 1, otherwise the plural. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}

/** The number and the word, e.g. `1 task` or `3 processes`. */
export function counted(count: number, one: string, many?: string): string {
  return `${count} ${plural(count, one, many)}`;
}
