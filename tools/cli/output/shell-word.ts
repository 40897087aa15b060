/** Quotes arguments in command lines that a person copies into a shell. */

import { oneLine } from "../../control-characters.js";
import { utf8 } from "../../utf8.js";

/** Characters that have no special meaning in any shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A text as one word of a shell command, on one line without terminal control characters. A word with unprintable characters has the form `$'…'`,
 * which bash, zsh and ksh support.
 */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  if (oneLine(text) === text) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${[...text].map(inDollarQuotes).join("")}'`;
}

function inDollarQuotes(character: string): string {
  if (character === "'" || character === "\\") return `\\${character}`;
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  if (oneLine(character) === character) return character;
  // Always three digits, because digits of the text may follow.
  return [...utf8(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
