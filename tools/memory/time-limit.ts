/** A limit on the time of work whose duration the input decides, such as a regular expression on memory that was crafted for it. */

/** What is used of Node's module `vm`. */
interface Vm {
  readonly Script: new (source: string) => { runInContext(context: object, options: { timeout: number }): unknown };
  createContext(sandbox: object): { run?: () => void };
}

/** A process of Node, whose modules can be had without an import, so that a browser can load this file. */
const { process } = globalThis as { process?: { getBuiltinModule?: (name: "node:vm") => Vm | undefined } };
const vm = process?.getBuiltinModule?.("node:vm");

/**
 * Limits the time of all that is run under it together. The timer needs a thread, which takes longer than most steps of a search, so one runs for many.
 *
 * A browser has no means to interrupt work: there is no limit, and the page has to end the worker that does it.
 */
export class TimeLimit {
  private readonly sandbox = vm?.createContext({});
  private readonly script = vm && new vm.Script("run()");
  /** Time in milliseconds that is not used yet. */
  private left: number;

  /** @param milliseconds that all work may take */
  constructor(milliseconds: number) {
    this.left = milliseconds;
  }

  /** Allows more time, because there is more to do. */
  extend(milliseconds: number): void {
    this.left += milliseconds;
  }

  /**
   * Runs work until it is done or the time is used up.
   *
   * @returns false when it was interrupted, or not begun because there was no time left
   */
  run(work: () => void): boolean {
    const { sandbox, script } = this;
    if (!sandbox || !script) {
      work();
      return true;
    }
    if (this.left <= 0) return false;
    sandbox.run = work;
    const begin = performance.now();
    try {
      script.runInContext(sandbox, { timeout: Math.ceil(this.left) });
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      this.left = 0;
      return false;
    } finally {
      this.left -= performance.now() - begin;
      // What the work refers to can be freed.
      delete sandbox.run;
    }
  }
}
