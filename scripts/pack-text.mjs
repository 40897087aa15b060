/** Packs a text for `runtime/packed-text.ts`. Plain JavaScript, because the build uses it. */

/** Number of earlier places that are tried for each reference. */
const MAX_TRIES = 200;

/**
 * Packs a text of printable ASCII without backslashes, double quotation marks and the two characters that begin references.
 *
 * @param format the constants of `runtime/packed-text.ts`, as built
 */
export function pack(text, { DIGITS, NEAR, FAR, MIN_REFERENCE_LENGTH }) {
  const base = DIGITS.length;
  if (/[^ -~]|["\\]/.test(text) || text.includes(NEAR) || text.includes(FAR))
    throw new Error(
      `a text with ${NEAR}, ${FAR}, a double quotation mark, a backslash or a character outside of printable ASCII cannot be packed`,
    );
  /** Last place of each text of the shortest length. */
  const last = new Map();
  /** For each place, the one before it with the same text. */
  const before = new Int32Array(text.length);
  const add = (at) => {
    const key = text.slice(at, at + MIN_REFERENCE_LENGTH);
    before[at] = last.get(key) ?? -1;
    last.set(key, at);
  };
  const costOf = (distance) => (distance < base ** 2 ? 4 : 5);
  const find = (at) => {
    let best = { gain: 0, length: 0, distance: 0 };
    let place = last.get(text.slice(at, at + MIN_REFERENCE_LENGTH)) ?? -1;
    for (let tries = 0; place >= 0 && at - place < base ** 3 && tries < MAX_TRIES; tries++, place = before[place]) {
      let length = 0;
      while (
        length < MIN_REFERENCE_LENGTH + base - 1 &&
        at + length < text.length &&
        text[place + length] === text[at + length]
      )
        length++;
      const gain = length < MIN_REFERENCE_LENGTH ? 0 : length - costOf(at - place);
      if (gain > best.gain) best = { gain, length, distance: at - place };
    }
    return best;
  };
  const digits = (value, count) =>
    Array.from({ length: count }, (_, i) => DIGITS[Math.floor(value / base ** (count - 1 - i)) % base]).join("");
  const parts = [];
  for (let at = 0; at < text.length; ) {
    const { gain, length, distance } = find(at);
    add(at);
    // A longer reference may begin at the next character.
    if (gain === 0 || find(at + 1).gain > gain + 1) {
      parts.push(text[at++]);
      continue;
    }
    const count = costOf(distance) - 2;
    parts.push(count === 2 ? NEAR : FAR, digits(length - MIN_REFERENCE_LENGTH, 1), digits(distance, count));
    for (let k = 1; k < length; k++) add(at + k);
    at += length;
  }
  return parts.join("");
}
