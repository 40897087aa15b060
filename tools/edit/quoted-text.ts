/**
 * Text form of strings: bare if they contain nothing special, else in double quotes with `\n`, `\t`, `\0`, `\"`, `\\`, `\xNN` for single bytes and
 * `\u{N}` for characters. Bytes that are not UTF-8 are lone surrogates in the strings here, see `runtime/text.ts`.
 */
import { UsageError } from "../errors/usage-error.js";

const SPECIAL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"\\]/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "n", "\t": "t", "\0": "0", '"': '"', "\\": "\\" };

export function bareOrQuoted(text: string): string {
  return /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"]+$/u.test(text) && text.trim() === text ? text : quoted(text);
}

export function quoted(text: string): string {
  return `"${text.replace(SPECIAL, escaped)}"`;
}

function escaped(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return `\\${short}`;
  const point = character.codePointAt(0) as number;
  if (point >= 0xdc80 && point <= 0xdcff) return `\\x${(point - 0xdc00).toString(16)}`;
  return point < 0x80 ? `\\x${point.toString(16).padStart(2, "0")}` : `\\u{${point.toString(16)}}`;
}

/**
 * Parses the text form of a string, bare or in double quotes.
 *
 * @throws {UsageError} (`bad-value`) when it begins with a quote but is not quoted correctly
 */
export function parseText(text: string): string {
  if (!text.startsWith('"')) return text;
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(text)?.[1];
  if (inner === undefined)
    throw new UsageError("bad-value", "the quotes around the text are not closed, or more follows them");
  return inner.replace(/\\(x[\da-f]{2}|u\{[\da-f]{1,6}\}|[\s\S])/gi, (_, sequence: string) => unescaped(sequence));
}

function unescaped(sequence: string): string {
  const point = Number.parseInt(sequence.slice(1).replace(/[{}]/g, ""), 16);
  if (/^x../i.test(sequence)) return String.fromCharCode(point < 0x80 ? point : 0xdc00 + point);
  if (/^u\{/i.test(sequence)) {
    if (point > 0x10ffff) throw new UsageError("bad-value", `there is no character \\${sequence}`);
    return String.fromCodePoint(point);
  }
  const short = Object.entries(SHORT_ESCAPES).find(([, letter]) => letter === sequence);
  if (!short) throw new UsageError("bad-value", `\\${sequence} has no meaning; a backslash is written \\\\`);
  return short[0];
}
