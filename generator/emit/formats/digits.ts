/** Regular expressions for bounded integers in texts, because JSON Schema has ranges for JSON numbers only. */

/** Most leading zeros. Longer texts are not accepted as numbers, so the zeros are bounded too. */
const MAX_ZEROS = 15;

/**
 * Pattern for the decimal, octal and hexadecimal texts of the integers from `least` to `greatest`, without anchors. Leading zeros are allowed in
 * hexadecimal and octal only, because a leading zero makes a decimal octal.
 */
export function integerPattern(least: bigint, greatest: bigint): string {
  const key = `${least} ${greatest}`;
  const pattern = patterns.get(key) ?? makePattern(least, greatest);
  patterns.set(key, pattern);
  return pattern;
}

const patterns = new Map<string, string>();

function makePattern(least: bigint, greatest: bigint): string {
  const positive = magnitudes(greatest);
  return least < 0n ? `(?:${positive}|-(?:${magnitudes(-least)}))` : positive;
}

function magnitudes(greatest: bigint): string {
  const hex = `0x0{0,${MAX_ZEROS}}${upTo(greatest, 16)}`;
  const octal = `0o?0{0,${MAX_ZEROS}}${upTo(greatest, 8)}`;
  return `(?:${upTo(greatest, 10)}|${hex}|${octal})`;
}

/** Pattern for the numbers from 0 to `greatest` without leading zeros. */
function upTo(greatest: bigint, base: number): string {
  const digits = [...greatest.toString(base)].map((digit) => Number.parseInt(digit, base));
  const any = digitClass(0, base - 1);
  const shorter = digits.length > 1 ? [`${digitClass(1, base - 1)}${any}{0,${digits.length - 2}}`, "0"] : [];
  const equal = digits.flatMap((digit, index) => {
    const least = index === 0 && digits.length > 1 ? 1 : 0;
    if (digit - 1 < least) return [];
    return [`${exactly(digits.slice(0, index))}${digitClass(least, digit - 1)}${any}{${digits.length - 1 - index}}`];
  });
  return `(?:${[...shorter, ...equal, exactly(digits)].join("|")})`;
}

function exactly(digits: readonly number[]): string {
  return digits.map((digit) => digitClass(digit, digit)).join("");
}

function digitClass(least: number, greatest: number): string {
  const low = least <= 9 ? range(String(least), String(Math.min(greatest, 9))) : "";
  if (greatest <= 9) return least === greatest ? low : `[${low}]`;
  const from = Math.max(least, 10).toString(36);
  const to = greatest.toString(36);
  return `[${low}${range(from, to)}${range(from.toUpperCase(), to.toUpperCase())}]`;
}

function range(from: string, to: string): string {
  return from === to ? from : `${from}-${to}`;
}
