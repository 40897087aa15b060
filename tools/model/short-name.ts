/** A C name without its prefix and in lower case, e.g. `pipe` for `CKPT_FILE_PIPE`; unchanged if it does not begin with `prefix`. */
export function shortName(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length).toLowerCase() : name;
}
