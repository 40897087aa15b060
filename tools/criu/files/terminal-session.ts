/** Sessions of terminals: the leader of a session has its controlling terminal in the image. */
import { structOf } from "../../image/record/struct-fields.js";
import type { Task } from "../../model/tasks.js";
import { terminalOf } from "../../model/terminals.js";
import type { FileContext } from "./file-list.js";

/** What a terminal has of a session; zeroes if it controls none. */
interface TerminalSession {
  readonly sid: number;
  /** The process group in the foreground. */
  readonly pgrp: number;
}

const NONE: TerminalSession = { sid: 0, pgrp: 0 };

/** The session that the terminal with that number controls. */
export function sessionOf({ image, tasks, account }: FileContext, index: number): TerminalSession {
  const leader = tasks.find((task) => isLeader(task) && controllingTerminal(image, task) === index);
  if (!leader) return NONE;
  const node = leader.record("SIGNAL");
  const group = structOf(image, node)?.number("tty_pgrp") ?? 0;
  // From the version with a table of pids on it is not known whether this is a pid or the number of an object.
  const isNumber = image.format.kind("PIDS") === undefined;
  const isGroup = tasks.some(({ pgid, sid, isZombie }) => pgid === group && sid === leader.pid && !isZombie);
  if (isNumber && isGroup) return { sid: leader.pid, pgrp: group };
  account.madeUp({
    ...{ task: leader, node, record: "SIGNAL", field: "tty_pgrp", value: group },
    why: "the image does not say which process group of the session is in the foreground of its terminal; it becomes that of the leader",
  });
  return { sid: leader.pid, pgrp: leader.pid };
}

/** Tells of sessions whose terminal CRIU does not make. */
export function tellLostTerminals({ image, tasks, account, holders }: FileContext): void {
  const masters = new Set<number | undefined>();
  for (const objref of holders.terminals) {
    const terminal = terminalOf(image, objref);
    if (terminal?.side === "PTY_TYPE_MASTER") masters.add(terminal.index);
  }
  for (const task of tasks) {
    const index = isLeader(task) ? controllingTerminal(image, task) : undefined;
    if (index !== undefined && !masters.has(index))
      account.lost({
        ...{ task, node: task.record("SIGNAL"), record: "SIGNAL", field: "tty_objref", value: `/dev/pts/${index}` },
        why: "the session has no controlling terminal any more, because the other side of it is outside of the image",
      });
  }
}

function isLeader({ pid, sid, isThread, isZombie }: Task): boolean {
  return pid === sid && !isThread && !isZombie;
}

function controllingTerminal(image: FileContext["image"], task: Task): number | undefined {
  return terminalOf(image, task.number("SIGNAL", "tty_objref"))?.index;
}
