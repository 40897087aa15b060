/** Index of the last number that is at most `most`; 0 when there is none. */
export function lastAtMost(ascending: readonly number[], most: number): number {
  let low = 0;
  let high = ascending.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= most) low = middle;
    else high = middle;
  }
  return low;
}
