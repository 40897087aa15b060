/** Pseudo-terminals and their unread input. */
import { inspection, type RecordHandlers } from "../inspection.js";
import { NumberIndex } from "../number-index.js";
import type { RecordView } from "../record-view.js";

export class TerminalRules extends inspection({
  "tty-ends": [
    "refused",
    "A master names no other end and sets a number aside for its file; a slave names its master and sets none aside.",
  ],
  "tty-pair": ["refused", "No two masters have the same number, and a slave has that of its master."],
  "tty-input": ["refused", "The unread input of a terminal fits its buffer."],
}) {
  private readonly master = this.format.constant("PTY_TYPE_MASTER");
  private readonly slave = this.format.constant("PTY_TYPE_SLAVE");
  /** Terminal numbers of masters by object, and object by terminal number. */
  private readonly indexes = new Map<number, number>();
  private readonly taken = new NumberIndex();

  readonly records: RecordHandlers = {
    TTY: (view) => {
      const end = view.number("driver_subtype");
      if (end !== this.master && end !== this.slave) return;
      this.ttyPair(view, end === this.master);
      this.ttyEnds(view, end === this.master);
    },
    TTY_LDISC: (view) => this.ttyInput(view),
  };

  private ttyPair(view: RecordView, isMaster: boolean): void {
    const index = view.number("index") ?? 0;
    const [field, found] = ["index", `${index}`];
    if (!isMaster) {
      const other = this.indexes.get(view.number("link_objref") ?? 0);
      if (other !== undefined && other !== index)
        this.wrong("tty-pair", view, field, `${other}, the number of its master`, found);
      return;
    }
    if (!this.taken.add(index)) this.wrong("tty-pair", view, field, "a number that no other master has", found);
    if (this.scene.frame.objref !== undefined) this.indexes.set(this.scene.frame.objref, index);
  }

  private ttyEnds(view: RecordView, isMaster: boolean): void {
    const end = isMaster ? "master" : "slave";
    for (const [field, isThere] of [
      ["link_objref", !isMaster],
      ["file_objref", isMaster],
    ] as const) {
      const number = view.number(field) ?? 0;
      if ((number !== 0) !== isThere)
        this.wrong("tty-ends", view, field, isThere ? `a number, in a ${end}` : `0, in a ${end}`, `${number}`);
    }
  }

  private ttyInput(view: RecordView): void {
    const room = this.format.constant("CKPT_N_TTY_BUF_SIZE");
    for (const field of ["datalen", "canon_datalen"]) {
      const length = view.number(field) ?? 0;
      if (length > room) this.wrong("tty-input", view, field, `at most ${room}`, `${length}`);
    }
  }
}
