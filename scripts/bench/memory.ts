/** Memory of a command: the bound that all share, and how it is told. */
const MB = 1e6;

/** Bytes. */
export const MOST_MEMORY = 200 * MB;

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / MB)} MB`;
}
