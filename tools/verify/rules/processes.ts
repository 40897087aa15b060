/** What task sections state about processes, compared with the pid array: threads share objects, and sessions have leaders. */
import { hex } from "../../image/hex.js";
import { elementField } from "../elements.js";
import { inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** Fields with the objects that the threads of a process share. */
const SHARED_OBJECTS: readonly string[] = ["mm_objref", "sighand_objref", "signal_objref"];

/** Fields of the terminal, which only the leader of a session has. */
const TERMINAL: readonly string[] = ["tty_objref", "tty_pgrp", "tty_old_pgrp"];

/** `exit_signal` of all threads of a process except the first. */
const NO_SIGNAL = 0xffff_ffff;

/** Maximum number of entries of the pid array that are read; other rules report longer arrays. */
const MAX_TASKS = 1 << 22;

export class ProcessRules extends inspection({
  "thread-shares": ["refused", "The threads of a process share memory, signal handlers and signal state."],
  "process-signals": ["refused", "No two processes have the same signal state."],
  "thread-exit-signal": [
    "refused",
    "The first thread of a process has a signal for its parent, or 0 for none; the others have all ones.",
  ],
  "session-terminal": ["doubtful", "Only the leader of a session has a controlling terminal."],
}) {
  private readonly vpid = elementField(this.format, this.source, "ckpt_task_pids", "vpid");
  private readonly vtgid = elementField(this.format, this.source, "ckpt_task_pids", "vtgid");
  private readonly vsid = elementField(this.format, this.source, "ckpt_task_pids", "vsid");
  private readonly entrySize = this.format.struct("ckpt_task_pids")?.layout.size ?? 0;
  private array: { readonly start: number; readonly count: number } = { start: 0, count: 0 };
  /** Numbers of the shared objects by process; `owners` are the processes by signal state. */
  private readonly shared = new Map<number, readonly number[]>();
  private readonly owners = new Map<number, number>();

  readonly records: RecordHandlers = {
    BUFFER: ({ label, record: { payload } }) => {
      if (label !== "pids") return;
      const count = Math.min(MAX_TASKS, Math.floor((payload.end - payload.start) / this.entrySize));
      this.array = { start: payload.start, count };
    },
    TASK: (view) => this.threadExitSignal(view),
    TASK_OBJS: (view) => {
      const entry = this.entryOf();
      if (!entry) return;
      this.threadShares(view, entry.process);
      this.processSignals(view, entry.process);
    },
    SIGNAL: (view) => this.sessionTerminal(view),
  };

  /** The entry of the pid array for the current section. */
  private entryOf(): { pid: number; process: number; session: number } | undefined {
    const index = this.scene.tasks - 1;
    if (!this.vpid || !this.vtgid || !this.vsid || index < 0 || index >= this.array.count) return undefined;
    const at = this.array.start + index * this.entrySize;
    return { pid: this.vpid.read(at), process: this.vtgid.read(at), session: this.vsid.read(at) };
  }

  private threadExitSignal(view: RecordView): void {
    const entry = this.entryOf();
    const signal = view.number("exit_signal");
    if (!entry || signal === undefined) return;
    const isFirst = entry.pid === entry.process;
    if (isFirst === (signal !== NO_SIGNAL)) return;
    const none = hex(NO_SIGNAL);
    const expected = isFirst ? "a signal or 0 in the first thread" : `${none} in a thread that is not the first`;
    this.wrong("thread-exit-signal", view, "exit_signal", expected);
  }

  private sessionTerminal(view: RecordView): void {
    const entry = this.entryOf();
    if (!entry || entry.process === entry.session) return;
    for (const field of TERMINAL)
      if ((view.number(field) ?? 0) !== 0)
        this.wrong("session-terminal", view, field, "0 in a task that leads no session");
  }

  private threadShares(view: RecordView, process: number): void {
    const own = SHARED_OBJECTS.map((field) => view.number(field) ?? 0);
    const others = this.shared.get(process);
    if (!others) this.shared.set(process, own);
    SHARED_OBJECTS.forEach((field, i) => {
      if (others && others[i] !== own[i])
        this.wrong("thread-shares", view, field, `${others[i]} as other threads of process ${process}`, `${own[i]}`);
    });
  }

  private processSignals(view: RecordView, process: number): void {
    const signal = view.number("signal_objref") ?? 0;
    if (signal <= 0) return;
    const owner = this.owners.get(signal) ?? process;
    this.owners.set(signal, owner);
    if (owner === process) return;
    this.wrong("process-signals", view, "signal_objref", `a number that process ${owner} does not have`);
  }
}
