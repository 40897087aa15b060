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
 * Limits the time of each step of some work. The timer needs a thread, which takes longer than most steps. So one timer runs for many steps, and if it
 * interrupts a step that did not have the whole time, the step is started again.
 *
 * A browser has no means to interrupt work: there is no limit, and the page has to end the worker that does it.
 */
export class TimeLimit {
  private readonly sandbox = vm?.createContext({});
  private readonly script = vm && new vm.Script("run()");

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
    const { sandbox, script } = this;
    if (!sandbox || !script) {
      while (left() > 0) run();
      return true;
    }
    sandbox.run = run;
    const runOnce = () => {
      try {
        script.runInContext(sandbox, { timeout: this.milliseconds });
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
        throw error;
      }
    };
    try {
      while (left() > 0) {
        const before = left();
        if (!runOnce() && left() === before) return false;
      }
      return true;
    } finally {
      // What the steps refer to can be freed.
      delete sandbox.run;
    }
  }
}
