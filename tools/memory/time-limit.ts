/** A limit on the time of work whose duration the input decides, such as a regular expression on memory that was crafted for it. */
import { type Context, createContext, Script } from "node:vm";

const RUN = new Script("run()");

/**
 * Limits the time of each step of some work. The timer needs a thread, which takes longer than most steps. So one timer runs for many steps, and if it
 * interrupts a step that did not have the whole time, the step is started again.
 */
export class TimeLimit {
  private readonly sandbox: Context = createContext({});

  /** @param milliseconds that one step may take */
  constructor(private readonly milliseconds: number) {}

  /**
   * Runs steps until none is left.
   *
   * @param run runs the steps that are left; an interrupted one counts as left
   * @param left number of steps that are left
   * @returns false when the first step that is left takes too long
   */
  run(run: () => void, left: () => number): boolean {
    this.sandbox.run = run;
    try {
      while (left() > 0) {
        const before = left();
        if (!this.runOnce() && left() === before) return false;
      }
      return true;
    } finally {
      // What the steps refer to can be freed.
      delete this.sandbox.run;
    }
  }

  /** Runs steps once; false if they were interrupted. */
  private runOnce(): boolean {
    try {
      RUN.runInContext(this.sandbox, { timeout: this.milliseconds });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
      throw error;
    }
  }
}
