/** The changed lines of a text, as `diff -u` shows them. */

interface Block {
  /** Lines of the old and the new text, from 0, the end excluded. */
  readonly old: readonly [start: number, end: number];
  readonly now: readonly [start: number, end: number];
}

const CONTEXT = 2;

/** Lines are kept, put in and replaced, and never moved, so that the next lines that agree are the same. */
export function hunks(file: string, before: string, after: string): string[] {
  if (before === after) return [];
  const [a, b] = [before.split("\n"), after.split("\n")];
  const lines = [`--- ${file}`, `+++ ${file}`];
  let end = -1;
  let shownTo = 0;
  for (const { old, now } of blocks(a, b)) {
    const start = Math.max(old[0] - CONTEXT, shownTo);
    if (start > end) {
      if (end >= 0) lines.push(...a.slice(shownTo, end).map((line) => ` ${line}`));
      const from = Math.max(old[0] - CONTEXT, end < 0 ? 0 : end);
      lines.push(`@@ ${from + 1} @@`, ...a.slice(from, old[0]).map((line) => ` ${line}`));
    } else lines.push(...a.slice(shownTo, old[0]).map((line) => ` ${line}`));
    lines.push(...a.slice(...old).map((line) => `-${line}`), ...b.slice(...now).map((line) => `+${line}`));
    shownTo = old[1];
    end = Math.min(old[1] + CONTEXT, a.length);
  }
  return [...lines, ...a.slice(shownTo, end).map((line) => ` ${line}`)];
}

function* blocks(a: readonly string[], b: readonly string[]): Generator<Block> {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
      continue;
    }
    const [skipA, skipB] = resynchronise(a, b, i, j);
    yield { old: [i, i + skipA], now: [j, j + skipB] };
    i += skipA;
    j += skipB;
  }
}

/** The fewest old lines to leave out, and then the fewest new ones, until three in a row agree or both ends are reached. */
function resynchronise(a: readonly string[], b: readonly string[], i: number, j: number): [number, number] {
  const agree = (x: number, y: number) => [0, 1, 2].every((k) => a[x + k] === b[y + k]);
  for (let skipA = 0; i + skipA < a.length; skipA++)
    for (let y = j; y < b.length; y++) if (agree(i + skipA, y)) return [skipA, y - j];
  return [a.length - i, b.length - j];
}
