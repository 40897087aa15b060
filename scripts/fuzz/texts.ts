/** Damages the text of an image as a person or program that edits it may do. */
import type { Random } from "./random.js";

/** Values of another kind than the original number, name or text. */
const VALUES = [
  "null",
  "-1",
  "1e999",
  "18446744073709551616",
  '"0x"',
  '"\\ud800"',
  '"\\u0000"',
  "[]",
  "{}",
  '{"__proto__":1}',
  "[".repeat(1000),
];

/** Damages up to four places. */
export function damagedText(text: string, random: Random): string {
  let damaged = text;
  for (let n = 1 + random.below(4); n > 0; n--) {
    const lines = damaged.split("\n");
    const at = random.below(lines.length);
    const line = lines[at] as string;
    const way = random.below(6);
    if (way === 0) lines.splice(at, 1);
    else if (way === 1) lines.splice(at, 0, lines[random.below(lines.length)] as string);
    else if (way === 2)
      lines[at] = line.replace(/(?<=: )("[^"]*"|-?[\d.]+|true|false|null)/, () => random.pick(VALUES));
    else if (way === 3) lines[at] = line.replace(/"(\w+)"(?=:)/, () => random.pick(['"__proto__"', '"other"', '""']));
    else if (way === 4) lines.length = at;
    else lines[at] = `${line.slice(0, random.below(line.length + 1))}${random.pick(VALUES)}`;
    damaged = lines.join("\n");
  }
  return damaged;
}
