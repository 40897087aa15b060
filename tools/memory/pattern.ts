/** Search patterns for memory: bytes, bytes with wildcards, regular expressions. Parses texts to finders. */
import { createContext, Script } from "node:vm";
import { UsageError } from "../errors/usage-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import { BYTE_FORMS, badBytes, parseBytes } from "./byte-text.js";

interface PatternMatch {
  /** Offset in bytes from the start of the window. */
  readonly at: number;
  readonly length: number;
}

export interface Pattern {
  /** Maximum length of a match in bytes. */
  readonly longest: number;
  /** Number of bytes of memory that should be searched together. */
  readonly window: number;
  /**
   * Matches that begin at `from` or later and before `until`, without overlaps.
   *
   * @throws {UsageError} (`slow-pattern`) when an expression takes too long
   */
  find(window: Buffer, from: number, until: number): Iterable<PatternMatch>;
}

/**
 * Parses a search pattern.
 *
 * @param patience milliseconds that an expression may take for one window
 * @throws {UsageError} (`bad-bytes`) when the text is not a pattern
 */
export function parsePattern(text: string, format: ImageFormat, patience = PATIENCE): Pattern {
  const [, source, flags = ""] = /^\/(.+)\/([a-z]*)$/s.exec(text.trim()) ?? [];
  if (source !== undefined) return expressionPattern(text, source, flags, patience);
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

/** Large enough for the search to be as fast as the memory, and small enough for the cache. */
const WINDOW = 1024 * 1024;

/** Maximum length of a pattern of bytes. */
const LONGEST = 64 * 1024;

function bytePattern(bytes: Uint8Array): Pattern {
  const wanted = Buffer.from(bytes);
  const { length } = wanted;
  if (length > LONGEST) throw badBytes(`${length} bytes`, `are too many; a pattern has at most ${LONGEST}`);
  return {
    longest: length,
    window: WINDOW,
    *find(window, from, until) {
      for (let at = window.indexOf(wanted, from); at >= 0 && at < until; at = window.indexOf(wanted, at + length))
        yield { at, length };
    },
  };
}

/** Bytes with wildcard digits. Searches the longest part without wildcards, then compares the bytes around it. */
function gapPattern(text: string, digits: string): Pattern {
  const pairs = digits.match(/../g) ?? [];
  const values = Buffer.from(pairs.map((pair) => Number.parseInt(pair.replaceAll("?", "0"), 16)));
  const masks = Buffer.from(pairs.map((pair) => Number.parseInt(pair.replace(/[^?]/g, "f").replaceAll("?", "0"), 16)));
  const { length } = values;
  if (length > LONGEST) throw badBytes(`${length} bytes`, `are too many; a pattern has at most ${LONGEST}`);
  const [start, end] = longestRun(masks);
  if (start === end) throw badBytes(text, "has no byte without a question mark to look for");
  const anchor = values.subarray(start, end);
  const fits = (window: Buffer, at: number) => {
    for (let i = 0; i < length; i++)
      if (((window[at + i] as number) & (masks[i] as number)) !== values[i]) return false;
    return true;
  };
  return {
    longest: length,
    window: WINDOW,
    *find(window, from, until) {
      for (let next = from; ; ) {
        const found = window.indexOf(anchor, next + start);
        const at = found - start;
        if (found < 0 || at >= until || at + length > window.length) return;
        const match = fits(window, at);
        if (match) yield { at, length };
        next = at + (match ? length : 1);
      }
    },
  };
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
const LONGEST_EXPRESSION_MATCH = 4096;

const EXPRESSION_WINDOW = 64 * 1024;

/** Milliseconds that an expression may take for one window. Some take exponential time, and the memory may be crafted for that. */
const PATIENCE = 10_000;

const FIND_ALL = new Script(`
  expression.lastIndex = from;
  for (let match; (match = expression.exec(text)) && match.index < until; ) {
    if (match[0].length === 0) expression.lastIndex++;
    else found.push(match.index, match[0].length);
  }
`);

/** An expression; it sees every byte as one character from U+0000 to U+00FF. */
function expressionPattern(text: string, source: string, flags: string, patience: number): Pattern {
  if (!/^[ims]*$/.test(flags)) throw badBytes(text, "has flags that mean nothing here; i, m and s do");
  let expression: RegExp;
  try {
    expression = new RegExp(Buffer.from(source).toString("latin1"), `${flags}g`);
  } catch (error) {
    throw badBytes(text, `is not a regular expression: ${(error as Error).message.replace(/^.*\/[a-z]*: /s, "")}`);
  }
  const context = createContext({ expression });
  return {
    longest: LONGEST_EXPRESSION_MATCH,
    window: EXPRESSION_WINDOW,
    find(window, from, until) {
      const found: number[] = [];
      Object.assign(context, { text: window.toString("latin1"), from, until, found });
      try {
        FIND_ALL.runInContext(context, { timeout: patience });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
        throw new UsageError(
          "slow-pattern",
          `${text} takes more than ${patience / 1000} s for ${window.length} bytes of this memory; a simpler expression may do`,
        );
      }
      return Array.from({ length: found.length / 2 }, (_, i) => ({
        at: found[2 * i] as number,
        length: Math.min(found[2 * i + 1] as number, LONGEST_EXPRESSION_MATCH),
      }));
    },
  };
}
