/** Finds names by what was typed, and things by their numbers: `402`, `0x192`, `offset 40`, `80 bytes`. */
import type { SearchData, SearchEntry } from "./data.js";

export interface Match {
  readonly entry: SearchEntry;
  /** What was found, e.g. `record, number 402`. */
  readonly reason: string;
}

const MAX_RESULTS = 30;
/** The most matches by number of one kind, so that those of other kinds are among the results. */
const MAX_OF_A_KIND = 8;

/** The best matches, best first. */
export function find({ entries }: Pick<SearchData, "entries">, typed: string): readonly Match[] {
  const text = typed.trim().replace(/\s+/g, " ");
  if (text === "") return [];
  const wanted = wantedNumber(text);
  const matches = [...(wanted ? byNumber(entries, wanted) : []), ...byName(entries, text)];
  return matches.slice(0, MAX_RESULTS);
}

interface WantedNumber {
  readonly value: bigint;
  /** The number as it was typed. */
  readonly text: string;
  /** Names of numbers that are meant; undefined for all. */
  readonly what: string | undefined;
}

function wantedNumber(text: string): WantedNumber | undefined {
  const [, before, number = "", after] =
    /^(?:(number|value|offset|size)\b[ :=]*)?(-?(?:0x[\da-f]+|\d+))( bytes)?$/i.exec(text) ?? [];
  if (number === "") return undefined;
  const digits = BigInt(number.replace("-", ""));
  const what = after ? "size" : before?.toLowerCase();
  return { value: number.startsWith("-") ? -digits : digits, text: number.toLowerCase(), what };
}

/** What the numbers of an entry are; those that one more likely looks for come first. */
const NUMBERS: readonly (readonly [kind: string, what: "number" | "value" | "offset" | "size"])[] = [
  ["record", "number"],
  ["object", "number"],
  ["struct", "size"],
  ["constant", "value"],
  ["field", "offset"],
  ["field", "size"],
];

function byNumber(entries: readonly SearchEntry[], { value, text, what }: WantedNumber): Match[] {
  return NUMBERS.filter(([, name]) => what === undefined || name === what).flatMap(([kind, name]) => {
    const found = entries.filter((entry) => {
      const own = entry[1] === kind ? (name === "size" ? entry[5] : entry[4]) : undefined;
      return own?.some((number) => BigInt(number) === value);
    });
    const shown = what === undefined ? found.slice(0, MAX_OF_A_KIND) : found;
    return shown.map((entry) => ({
      entry,
      reason: `${kind}, ${name === "size" ? `${text} bytes` : `${name} ${text}`}`,
    }));
  });
}

/** Entries whose name contains all words of the text. Names that begin with it come first, then those with a word that does. */
function byName(entries: readonly SearchEntry[], text: string): Match[] {
  const wanted = text.toLowerCase();
  const ranked = entries.flatMap((entry): { entry: SearchEntry; rank: number }[] => {
    // Names of records and structs may differ only in case.
    const rank = entry[0] === text ? -1 : rankOf(entry[0].toLowerCase(), wanted);
    return rank === undefined ? [] : [{ entry, rank }];
  });
  ranked.sort((a, b) => a.rank - b.rank || a.entry[0].length - b.entry[0].length || (a.entry[0] < b.entry[0] ? -1 : 1));
  return ranked.map(({ entry }) => ({ entry, reason: entry[1] }));
}

/** Rank of a match; smaller is better, undefined is no match. */
function rankOf(name: string, wanted: string): number | undefined {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  const at = name.indexOf(wanted);
  // At the beginning of a word: after a dot, an underscore or a space.
  if (at > 0 && /[._ ]/.test(name[at - 1] ?? "")) return 2;
  if (at > 0) return 3;
  return wanted.split(" ").every((word) => name.includes(word)) ? 4 : undefined;
}
