/** Selects mappings to exclude from a core: `0x7f0000000000-0x7f0000200000`, `[stack]`, `/usr/lib/*`. */
import type { Stretch } from "../memory/stretches.js";

/** Returns whether a mapping is excluded, and records which patterns matched. */
export interface Exclusion {
  excludes(stretch: Stretch, name: string | undefined): boolean;
  /** Patterns that no mapping matched so far. */
  readonly unused: readonly string[];
}

/**
 * Compiles patterns that select the mappings to exclude from a core.
 *
 * @param wishes patterns, each an address, a range of addresses, or a name in which `*` matches any text; the last part of a path is enough
 */
export function exclusionOf(wishes: readonly string[]): Exclusion {
  const tests = wishes.map((wish) => ({ wish, test: testOf(wish), used: false }));
  return {
    excludes(stretch, name) {
      let excluded = false;
      for (const one of tests)
        if (one.test(stretch, name)) {
          one.used = true;
          excluded = true;
        }
      return excluded;
    },
    get unused() {
      return tests.flatMap(({ wish, used }) => (used ? [] : [wish]));
    },
  };
}

type Test = (stretch: Stretch, name: string | undefined) => boolean;

const RANGE = /^(?:0x)?([0-9a-f]+)-(?:0x)?([0-9a-f]+)$/i;
const ADDRESS = /^0x[0-9a-f]+$/i;

function testOf(wish: string): Test {
  const [, from, to] = RANGE.exec(wish) ?? [];
  if (from !== undefined && to !== undefined) return within(BigInt(`0x${from}`), BigInt(`0x${to}`));
  if (ADDRESS.test(wish)) return within(BigInt(wish), BigInt(wish) + 1n);
  const matches = matcher(wish);
  return (_, name) => name !== undefined && (matches(name) || matches(name.slice(name.lastIndexOf("/") + 1)));
}

/** Matches mappings that overlap the range. */
function within(from: bigint, to: bigint): Test {
  return ({ start, end }) => start < to && end > from;
}

/** Matches piece by piece between the stars: a regular expression with many stars could take exponential time on a long name. */
function matcher(pattern: string): (name: string) => boolean {
  const parts = pattern.split("*");
  const first = parts[0] as string;
  if (parts.length === 1) return (name) => name === pattern;
  const last = parts.at(-1) as string;
  const inner = parts.slice(1, -1);
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
    let at = first.length;
    for (const part of inner) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= name.length - last.length;
  };
}
