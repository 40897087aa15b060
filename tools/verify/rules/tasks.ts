/** The TASK record: state, exit, futex lists. */
import { hex } from "../../image/hex.js";
import { valuesOf } from "../enumeration.js";
import { inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** Fields that must be zero in an exited task. */
const GONE: readonly string[] = [
  ...["pdeath_signal", "set_child_tid", "clear_child_tid", "sas_ss_sp", "sas_ss_size"],
  ...["compat_robust_futex_head_len", "compat_robust_futex_list", "robust_futex_head_len", "robust_futex_list"],
];

/** Interrupted calls of 32-bit programs under a 64-bit kernel. */
const COMPAT_SLEEPS: readonly string[] = ["COMPAT_NANOSLEEP", "COMPAT_CLOCK_NANOSLEEP"];

/** Words of the head of a robust futex list: the list, an offset, and the entry being processed. */
const FUTEX_HEAD_WORDS = 3;

/** Bytes of a word of a 32-bit task on any kernel. */
const COMPAT_WORD = 4;

export class TaskRules extends inspection({
  "task-state": ["doubtful", "The state of a task is one that kernels of the image's version have."],
  "zombie-state": ["refused", "A task whose state is TASK_DEAD is a zombie."],
  "exit-code": [
    "refused",
    "The exit code of a live task is 0; that of one that has exited is a status of eight bits, or the signal that ended it.",
  ],
  "exit-state": ["doubtful", "The exit state is 0 for a live task, and one of the kernel's for one that has exited."],
  "task-exited": ["doubtful", "A task that has exited keeps nothing but its state and exit code."],
  "restart-clock": ["refused", "An interrupted sleep goes by a clock that kernels have."],
  "restart-compat": ["refused", "Only under a 64-bit kernel was a call of a 32-bit program interrupted."],
  "futex-head": ["doubtful", "The head of a robust futex list has the size that it has in the kernel."],
  "signal-stack": ["odd", "An alternate signal stack has an address and a size."],
}) {
  private readonly bits = [...valuesOf(this.format.abi, "task_state")].reduce((all, state) => all | state, 0n);
  private readonly exits = [...valuesOf(this.format.abi, "exit_state")].map(Number);
  private readonly dead = this.format.constant("TASK_DEAD");
  private readonly compat = COMPAT_SLEEPS.map((name) => this.restartBlock(name));
  /** The first argument of these calls is a clock. */
  private readonly sleeps = ["HRTIMER_NANOSLEEP", ...COMPAT_SLEEPS].map((name) => this.restartBlock(name));
  /** Bits that are combined with a state. */
  private readonly beside = BigInt(this.format.constant("TASK_WAKEKILL") | this.format.constant("TASK_WAKING"));

  readonly records: RecordHandlers = {
    TASK: (view) => this.checkTask(view),
    RESTART_BLOCK: (view) => {
      const type = view.number("function_type") ?? 0;
      this.restartClock(view, type);
      this.restartCompat(view, type);
    },
  };

  private checkTask(view: RecordView): void {
    const exit = view.number("exit_state") ?? 0;
    this.taskState(view);
    this.exitState(view, exit);
    this.zombieState(view);
    this.exitCode(view, exit !== 0);
    if (exit !== 0) {
      this.taskExited(view);
      return;
    }
    this.futexHead(view, "compat_robust_futex", COMPAT_WORD);
    this.futexHead(view, "robust_futex", this.format.wordSize);
    this.signalStack(view);
  }

  private taskState(view: RecordView): void {
    const state = view.number("state") ?? 0;
    const unknown = BigInt(state) & ~this.bits;
    if (unknown !== 0n) this.wrong("task-state", view, "state", `bits of task_state (${hex(this.bits)})`, hex(unknown));
    const alone = BigInt(state) & ~this.beside;
    if (unknown === 0n && (alone & (alone - 1n)) !== 0n && alone !== 0n)
      this.wrong("task-state", view, "state", "one state of task_state", `several (${hex(state)})`);
  }

  private exitState(view: RecordView, exit: number): void {
    if (exit !== 0 && !this.exits.includes(exit))
      this.wrong("exit-state", view, "exit_state", `0 or one of exit_state (${this.exits.join(", ")})`);
  }

  private zombieState(view: RecordView): void {
    const zombie = this.format.constant("EXIT_ZOMBIE");
    if (view.number("state") === this.dead && view.number("exit_state") !== zombie)
      this.wrong("zombie-state", view, "exit_state", `${zombie} (EXIT_ZOMBIE) with the state TASK_DEAD`);
  }

  /** The exit code as `wait` returns it: a status in the second byte, or a signal in the first, with 0x80 for a core dump. */
  private exitCode(view: RecordView, hasExited: boolean): void {
    const highestSignal = this.format.constant("_NSIG");
    const code = view.number("exit_code") ?? 0;
    const [status, signal] = [code >>> 8, code & 0xff];
    const isCode = code <= 0xffff && (signal === 0 || (status === 0 && signal <= highestSignal));
    if (hasExited ? isCode : code === 0) return;
    const expected = hasExited ? `a status times 256, or a signal up to ${highestSignal}` : "0 in a live task";
    this.wrong("exit-code", view, "exit_code", expected, hex(code));
  }

  private taskExited(view: RecordView): void {
    const expected = `${this.dead} (TASK_DEAD) in a task that has exited`;
    if ((view.number("state") ?? 0) !== this.dead) this.wrong("task-exited", view, "state", expected);
    for (const field of GONE)
      if ((view.big(field) ?? 0n) !== 0n) this.wrong("task-exited", view, field, "0 in a task that has exited");
  }

  private futexHead(view: RecordView, name: string, word: number): void {
    const list = view.big(`${name}_list`) ?? 0n;
    const length = view.number(`${name}_head_len`) ?? 0;
    const whole = FUTEX_HEAD_WORDS * word;
    // Some kernels also state the size if there is no list.
    if (length === whole || (length === 0 && list === 0n)) return;
    const expected = list === 0n ? `${whole} or 0` : `${whole}`;
    this.wrong("futex-head", view, `${name}_head_len`, expected, `${length}`);
  }

  private signalStack(view: RecordView): void {
    const size = view.number("sas_ss_size") ?? 0;
    if ((view.big("sas_ss_sp") ?? 0n) !== 0n && size === 0)
      this.wrong("signal-stack", view, "sas_ss_size", "the size of the stack", "0");
  }

  private restartClock(view: RecordView, type: number): void {
    const clocks = BigInt(this.format.constant("MAX_CLOCKS"));
    const clock = view.big("arg_0") ?? 0n;
    if (this.sleeps.includes(type) && BigInt.asUintN(32, clock) >= clocks)
      this.wrong("restart-clock", view, "arg_0", `a clock below ${clocks}`);
  }

  private restartCompat(view: RecordView, type: number): void {
    if (this.format.wordSize === 4 && this.compat.includes(type))
      this.wrong("restart-compat", view, "function_type", "a call of a program of the kernel's own width");
  }

  private restartBlock(name: string): number {
    return this.format.constant(`CKPT_RESTART_BLOCK_${name}`);
  }
}
