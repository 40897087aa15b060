/** Mappings that are not wanted in a core: `0x7f0000000000-0x7f0000200000`, `[stack]`, `/usr/lib/*`. */
import type { Stretch } from "../memory/stretches.js";

/** Whether a mapping is left out; it remembers which of the wishes met any. */
export interface Exclusion {
  excludes(stretch: Stretch, name: string | undefined): boolean;
  /** Wishes that no mapping met so far. */
  readonly unused: readonly string[];
}

/** @param wishes each an address, a range of addresses, or a name in which `*` stands for anything; of a path its last part is enough */
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

/** Any part of a mapping in the range is enough. */
function within(from: bigint, to: bigint): Test {
  return ({ start, end }) => start < to && end > from;
}

/** In steps from star to star: an expression with many stars could take for ever on a long name. */
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
