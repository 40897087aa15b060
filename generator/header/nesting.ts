/** Counts the nesting of recursive parsers. All parsers of a text share one counter, so that together they stay within the stack. */
export class Nesting {
  private depth = 0;

  constructor(private readonly deepest: number) {}

  /** Calls `read` one level deeper; throws the error of `refuse` if that is too deep. */
  deeper<T>(read: () => T, refuse: () => Error): T {
    if (this.depth >= this.deepest) throw refuse();
    this.depth++;
    try {
      return read();
    } finally {
      this.depth--;
    }
  }
}
