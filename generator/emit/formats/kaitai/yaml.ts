/** Pieces of YAML, as lines without the indentation of what is around them. */

export type Lines = readonly string[];

/** An attribute of a type: a field in a `seq`. */
export function attribute(id: string, rest: Lines): Lines {
  return [`- id: ${id}`, ...indent(rest)];
}

/** A field for bytes of unknown meaning. */
export const REST: Lines = ["- { id: rest, size-eos: true }"];

export function indent(texts: Lines, columns = 2): string[] {
  const space = " ".repeat(columns);
  return texts.map((text) => space + text);
}

export function joinLines(texts: Lines, columns = 0): string {
  const space = " ".repeat(columns);
  let all = "";
  for (const text of texts) all += `${space}${text}\n`;
  return all;
}
