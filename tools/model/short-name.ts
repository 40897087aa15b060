/** A C name as people say it: `CKPT_FILE_PIPE` as `pipe`. */
export function shortName(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length).toLowerCase() : name;
}
