/** Search patterns for memory: bytes, bytes with wildcards, regular expressions. Parses texts to finders. */
import { UsageError } from "../errors/usage-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import { latin1Text } from "../latin1.js";
import { utf8 } from "../utf8.js";
import { BYTE_FORMS, badBytes, parseBytes } from "./byte-text.js";
import { TimeLimit } from "./time-limit.js";

/** A part of a buffer. Offsets are in bytes from the start of the buffer. */
export interface Piece {
  readonly start: number;
  /** Matches begin before this offset. */
  readonly until: number;
  /** Matches end here at the latest; not below `until`. */
  readonly end: number;
}

export interface PatternMatch {
  /** Offset in bytes from the start of the buffer. */
  readonly at: number;
  readonly length: number;
  /** End of its piece. */
  readonly end: number;
  /** Whether the match is longer than {@link length} says. */
  readonly isCut: boolean;
}

export interface Pattern {
  /** Maximum length of a match in bytes. */
  readonly longest: number;
  /**
   * Matches in the pieces, which are in ascending order, without overlaps.
   *
   * @param from offset from which matches may begin
   * @throws {UsageError} (`slow-pattern`) when an expression takes too long
   */
  find(bytes: Uint8Array, pieces: readonly Piece[], from: number): Iterable<PatternMatch>;
}

/**
 * Parses a search pattern.
 *
 * @param limitMilliseconds milliseconds that an expression may take in all searches with this pattern together, and a second more for each 8 MiB
 * @throws {UsageError} (`bad-bytes`) when the text is not a pattern
 */
export function parsePattern(text: string, format: ImageFormat, limitMilliseconds = MAX_MILLISECONDS): Pattern {
  const [, source, flags = ""] = /^\/(.+)\/([a-z]*)$/s.exec(text.trim()) ?? [];
  if (source !== undefined) return expressionPattern(text, source, flags, limitMilliseconds);
  const digits = text.replace(/\s+/g, "");
  if (/^(?:[0-9a-f?]{2})+$/i.test(digits) && digits.includes("?")) return gapPattern(text, digits);
  return bytePattern(patternBytes(text, format));
}

function patternBytes(text: string, format: ImageFormat): Uint8Array {
  try {
    return parseBytes(text, format);
  } catch (error) {
    // A text with quotes or a width is meant as bytes, so report what is wrong with them.
    if (!(error instanceof UsageError && error.code === "bad-bytes") || /^\s*("|[us]\d+:|word:)/.test(text))
      throw error;
    throw badBytes(text, `is not a pattern; one is ${BYTE_FORMS}, hex with gaps such as de??beef, or /expression/`);
  }
}

/** Maximum length of a pattern of bytes. */
const MAX_PATTERN_BYTES = 64 * 1024;

function bytePattern(bytes: Uint8Array): Pattern {
  const wanted = latin1Text(bytes);
  const { length } = wanted;
  if (length > MAX_PATTERN_BYTES)
    throw badBytes(`${length} bytes`, `are too many; a pattern has at most ${MAX_PATTERN_BYTES}`);
  return fixedPattern(length, (text, from) => text.indexOf(wanted, from));
}

/**
 * A pattern whose matches all have the same length.
 *
 * @param next index of the first match that begins at `from` or later in a text of {@link latin1Text}; negative if there is none
 */
function fixedPattern(length: number, next: (text: string, from: number) => number): Pattern {
  return {
    longest: length,
    *find(bytes, pieces, from) {
      let behind = from;
      for (const { start, until, end } of pieces) {
        const text = latin1Text(bytes.subarray(start, end));
        const nextAt = () => next(text, Math.max(0, behind - start));
        for (let index = nextAt(); index >= 0 && start + index < until; index = nextAt()) {
          behind = start + index + length;
          yield { at: start + index, length, end, isCut: false };
        }
      }
    },
  };
}

/** Bytes with wildcard digits. Searches the longest part without wildcards, then compares the bytes around it. */
function gapPattern(text: string, digits: string): Pattern {
  const pairs = digits.match(/../g) ?? [];
  const values = Uint8Array.from(pairs.map((pair) => Number.parseInt(pair.replaceAll("?", "0"), 16)));
  const masks = Uint8Array.from(
    pairs.map((pair) => Number.parseInt(pair.replace(/[^?]/g, "f").replaceAll("?", "0"), 16)),
  );
  const { length } = values;
  if (length > MAX_PATTERN_BYTES)
    throw badBytes(`${length} bytes`, `are too many; a pattern has at most ${MAX_PATTERN_BYTES}`);
  const [start, end] = longestRun(masks);
  if (start === end) throw badBytes(text, "has no byte without a question mark to look for");
  const anchor = latin1Text(values.subarray(start, end));
  const fits = (text: string, at: number) => {
    for (let i = 0; i < length; i++) if ((text.charCodeAt(at + i) & (masks[i] as number)) !== values[i]) return false;
    return true;
  };
  return fixedPattern(length, (text, from) => {
    for (let at = from; ; at++) {
      at = text.indexOf(anchor, at + start) - start;
      if (at < from || at + length > text.length) return -1;
      if (fits(text, at)) return at;
    }
  });
}

/** Start and end of the longest sequence of bytes without wildcards. */
function longestRun(masks: Uint8Array): [start: number, end: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0, at = 0; at < masks.length; at++) {
    if (masks[at] !== 0xff) start = at + 1;
    else if (at + 1 - start > best[1] - best[0]) best = [start, at + 1];
  }
  return best;
}

/** Maximum length in bytes of a match of an expression; longer matches are truncated. */
const MAX_MATCH_BYTES = 4096;

/** Milliseconds that an expression may take for all memory. Some take exponential time, and the memory may be crafted for that. */
const MAX_MILLISECONDS = 10_000;

/** Bytes for which an expression may take a millisecond more, so that one that is merely slow can search memory of any size. */
const BYTES_PER_MILLISECOND = 8 * 1024;

/** Number of matches from which on they are passed on before the next piece is searched. */
const MAX_MATCHES = 64 * 1024;

/** An expression; it sees every byte as one character from U+0000 to U+00FF. */
function expressionPattern(text: string, source: string, flags: string, limitMilliseconds: number): Pattern {
  if (!/^[ims]*$/.test(flags)) throw badBytes(text, "has flags that mean nothing here; i, m and s do");
  let expression: RegExp;
  try {
    expression = new RegExp(latin1Text(utf8(source)), `${flags}g`);
  } catch (error) {
    throw badBytes(text, `is not a regular expression: ${(error as Error).message.replace(/^.*\/[a-z]*: /s, "")}`);
  }
  const limit = new TimeLimit(limitMilliseconds);
  /** Number of bytes of all searches so far. */
  let searched = 0;
  return {
    longest: MAX_MATCH_BYTES,
    *find(bytes, pieces, from) {
      const matches: PatternMatch[] = [];
      /** Number of pieces that are searched, and of the matches in them that are not passed on yet. */
      let [done, found] = [0, 0];
      /** End of the last match that was passed on. */
      let behind = from;
      const run = () => {
        for (let piece = pieces[done]; piece && found < MAX_MATCHES; piece = pieces[++done]) {
          addMatches(matches, expression, bytes, piece, behind);
          found = matches.length;
        }
      };
      const length = pieces.reduce((sum, { start, until }) => sum + until - start, 0);
      limit.extend(length / BYTES_PER_MILLISECOND);
      searched += length;
      while (done < pieces.length) {
        if (!limit.run(run))
          throw new UsageError(
            "slow-pattern",
            `${text} takes more than ${Math.ceil(limitMilliseconds + searched / BYTES_PER_MILLISECOND) / 1000} s for ${searched} bytes of memory; a simpler expression may do`,
          );
        yield* matches;
        const last = matches.at(-1);
        if (last) behind = last.at + last.length;
        matches.length = found = 0;
      }
    },
  };
}

/** Adds the matches in a piece to those before it. */
function addMatches(matches: PatternMatch[], expression: RegExp, bytes: Uint8Array, piece: Piece, from: number): void {
  const { start, until, end } = piece;
  const last = matches.at(-1);
  const text = latin1Text(bytes.subarray(start, end));
  expression.lastIndex = Math.max(start, last ? last.at + last.length : from) - start;
  for (let match = expression.exec(text); match && start + match.index < until; match = expression.exec(text)) {
    const { length } = match[0];
    if (length === 0) expression.lastIndex++;
    else {
      const isCut = length > MAX_MATCH_BYTES;
      matches.push({ at: start + match.index, length: isCut ? MAX_MATCH_BYTES : length, end, isCut });
    }
  }
}
