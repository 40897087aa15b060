/** Does things one after the other, in the order in which they were asked for. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  /** Number of things that are not done. */
  private open = 0;

  /** Does something after all that was asked for before it, whether that succeeded or not. */
  take<T>(work: () => Promise<T>): Promise<T> {
    this.open++;
    const turn = this.last.then(work).finally(() => this.open--);
    this.last = turn.catch(() => {});
    return turn;
  }

  /** Calls `then` after all that was asked for before; at once if that is done. */
  afterAll(then: () => void): void {
    if (this.open === 0) then();
    else this.last = this.last.then(then);
  }
}
