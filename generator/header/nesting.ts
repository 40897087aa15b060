/** How deeply what is read is nested. All readers of a text share one, so that together they stay within the stack of the program. */
export class Nesting {
  private depth = 0;

  constructor(private readonly deepest: number) {}

  /** Reads what is one level deeper; throws the error of `refuse` where that is too deep. */
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
