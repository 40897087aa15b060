/** Text from an image in Markdown: as code, where it is neither markup nor a link, a mention or a reference to an issue. */

/** Characters that a reader does not see or that end the line, halves of characters, and bars, which end a cell of a table. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}|]/gu;

/** As one line in which nothing is hidden; what is unsafe is shown as in JavaScript strings. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}

/** Longer texts are cut. */
const LONGEST = 1000;

/** A code span. */
export function code(text: string): string {
  const shown = visible(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
  if (shown.trim() === "") return "";
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = /^`|`$|^ .* $/.test(shown) ? " " : "";
  return `${fence}${space}${shown}${space}${fence}`;
}

/** A block of code. No line of it may begin with a backtick. */
export function codeBlock(lines: readonly string[]): string[] {
  return ["```text", ...lines.map(visible), "```"];
}
