/** Arguments in lines that a person copies into a shell. */
import { oneLine } from "./streams.js";

/** Characters that mean themselves to every shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A word that a shell reads as the text, in one line that steers no terminal. Where a character cannot be printed it is in the form `$'…'`, which
 * bash, zsh and ksh know.
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
  // Three digits always, as digits of the text may come behind them.
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
