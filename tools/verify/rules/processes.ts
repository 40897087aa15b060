/** What task sections state about processes, compared with the pid array: threads share objects, and sessions have leaders. */
import { hex } from "../../image/hex.js";
import { elementField } from "../elements.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** Fields with the objects that the threads of a process share. */
const SHARED: readonly string[] = ["mm_objref", "sighand_objref", "signal_objref"];

/** Fields of the terminal, which only the leader of a session has. */
const TERMINAL: readonly string[] = ["tty_objref", "tty_pgrp", "tty_old_pgrp"];

/** `exit_signal` of all threads of a process except the first. */
const NO_SIGNAL = 0xffff_ffff;

/** Maximum number of entries of the pid array that are read; other rules report longer arrays. */
const MOST_TASKS = 1 << 22;

export const processes = inspector(
  {
    "thread-shares": ["refused", "The threads of a process share memory, signal handlers and signal state."],
    "process-signals": ["refused", "No two processes have the same signal state."],
    "thread-exit-signal": [
      "refused",
      "The first thread of a process has a signal for its parent, or 0 for none; the others have all ones.",
    ],
    "session-terminal": ["doubtful", "Only the leader of a session has a controlling terminal."],
  },
  (scene, { wrong }) => {
    const { format, source } = scene;
    const [vpid, vtgid, vsid] = ["vpid", "vtgid", "vsid"].map((path) =>
      elementField(format, source, "ckpt_task_pids", path),
    );
    const entrySize = format.struct("ckpt_task_pids")?.layout.size ?? 0;
    let array: { readonly start: number; readonly count: number } = { start: 0, count: 0 };
    /** Numbers of the shared objects by process; `owners` are the processes by signal state. */
    const shared = new Map<number, readonly number[]>();
    const owners = new Map<number, number>();

    return {
      records: {
        BUFFER({ label, record: { payload } }) {
          if (label !== "pids") return;
          const count = Math.min(MOST_TASKS, Math.floor((payload.end - payload.start) / entrySize));
          array = { start: payload.start, count };
        },
        TASK(view) {
          const entry = entryOf();
          const signal = view.number("exit_signal");
          if (!entry || signal === undefined) return;
          const isFirst = entry.pid === entry.process;
          if (isFirst === (signal !== NO_SIGNAL)) return;
          const none = hex(NO_SIGNAL);
          const expected = isFirst ? "a signal or 0 in the first thread" : `${none} in a thread that is not the first`;
          wrong("thread-exit-signal", view, "exit_signal", expected);
        },
        TASK_OBJS(view) {
          const entry = entryOf();
          if (!entry) return;
          checkShared(view, entry.process);
          checkOwner(view, entry.process);
        },
        SIGNAL(view) {
          const entry = entryOf();
          if (!entry || entry.process === entry.session) return;
          for (const field of TERMINAL)
            if ((view.number(field) ?? 0) !== 0)
              wrong("session-terminal", view, field, "0 in a task that leads no session");
        },
      },
    };

    /** The entry of the pid array for the current section. */
    function entryOf(): { pid: number; process: number; session: number } | undefined {
      const index = scene.tasks - 1;
      if (!vpid || !vtgid || !vsid || index < 0 || index >= array.count) return undefined;
      const at = array.start + index * entrySize;
      return { pid: vpid.read(at), process: vtgid.read(at), session: vsid.read(at) };
    }

    function checkShared(view: RecordView, process: number): void {
      const own = SHARED.map((field) => view.number(field) ?? 0);
      const others = shared.get(process);
      if (!others) shared.set(process, own);
      SHARED.forEach((field, i) => {
        if (others && others[i] !== own[i])
          wrong("thread-shares", view, field, `${others[i]} as other threads of process ${process}`, `${own[i]}`);
      });
    }

    function checkOwner(view: RecordView, process: number): void {
      const signal = view.number("signal_objref") ?? 0;
      if (signal <= 0) return;
      const owner = owners.get(signal) ?? process;
      owners.set(signal, owner);
      if (owner === process) return;
      wrong("process-signals", view, "signal_objref", `a number that process ${owner} does not have`);
    }
  },
);
