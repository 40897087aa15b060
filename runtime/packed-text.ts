/**
 * Long texts in the package for browsers, packed to about a quarter: what occurred before is referred to. Packed text is ASCII without double
 * quotation marks and backslashes, so that no bundler makes it longer. `scripts/pack-text.mjs` packs it.
 */

/** Digits of lengths and distances: printable characters that need no escape in a string. */
export const DIGITS = Array.from({ length: 92 }, (_, i) => String.fromCharCode(35 + i))
  .filter((char) => !"\\`".includes(char))
  .join("");
/** Begins a reference to earlier text with a distance of two digits. */
export const NEAR = "^";
/** Begins a reference with a distance of three digits. */
export const FAR = "~";
/** Length of the shortest text that is referred to. */
export const MIN_REFERENCE_LENGTH = 5;

/** The text of a packed text. */
export function unpack(packed: string): string {
  const digit = new Map([...DIGITS].map((char, value) => [char, value]));
  const codes: number[] = [];
  const number = (from: number, to: number) => {
    let value = 0;
    for (let i = from; i < to; i++) value = value * DIGITS.length + (digit.get(packed[i] as string) as number);
    return value;
  };
  for (let i = 0; i < packed.length; ) {
    const char = packed[i];
    if (char !== NEAR && char !== FAR) {
      codes.push(packed.charCodeAt(i++));
      continue;
    }
    const end = i + (char === NEAR ? 4 : 5);
    const from = codes.length - number(i + 2, end);
    const length = number(i + 1, i + 2) + MIN_REFERENCE_LENGTH;
    for (let k = 0; k < length; k++) codes.push(codes[from + k] as number);
    i = end;
  }
  let text = "";
  for (let i = 0; i < codes.length; i += 4096) text += String.fromCharCode(...codes.slice(i, i + 4096));
  return text;
}
