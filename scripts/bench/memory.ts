/** Memory limit of all commands, and its form in results. */
const MB = 1e6;

/** Maximum memory of a command in bytes. */
export const MAX_MEMORY = 200 * MB;

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / MB)} MB`;
}
