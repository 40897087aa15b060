/** Texts from an image in Markdown: as code, so that they are not markup, links, mentions or references to issues. */

/** Invisible characters, line ends, surrogates, and bars, which would end a table cell. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}|]/gu;

/** A text as one line without hidden characters; unsafe characters are escaped as in JavaScript strings. */
function visible(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}

/** Maximum length of a text; longer ones are cut. */
const MAX_TEXT_LENGTH = 1000;

/** A text as a code span. */
export function code(text: string): string {
  const shown = visible(text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text);
  if (shown.trim() === "") return "";
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = /^`|`$|^ .* $/.test(shown) ? " " : "";
  return `${fence}${space}${shown}${space}${fence}`;
}

/** Lines as a code block. No line may begin with a backtick. */
export function codeBlock(lines: readonly string[]): string[] {
  return ["```text", ...lines.map(visible), "```"];
}
