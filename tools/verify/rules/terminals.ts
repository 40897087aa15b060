/** Pseudo-terminals and their unread input. */
import { inspector } from "../inspector.js";
import type { RecordView } from "../record-view.js";

export const terminals = inspector(
  {
    "tty-ends": [
      "refused",
      "A master names no other end and sets a number aside for its file; a slave names its master and sets none aside.",
    ],
    "tty-input": ["refused", "The unread input of a terminal fits its buffer."],
  },
  ({ format }, report) => {
    const master = format.constant("PTY_TYPE_MASTER");
    const slave = format.constant("PTY_TYPE_SLAVE");
    const room = format.constant("CKPT_N_TTY_BUF_SIZE");

    return {
      records: {
        TTY(view) {
          const end = view.number("driver_subtype");
          if (end !== master && end !== slave) return;
          checkNumber(view, "link_objref", end === slave);
          checkNumber(view, "file_objref", end === master);
        },
        TTY_LDISC(view) {
          for (const field of ["datalen", "canon_datalen"]) {
            const length = view.number(field) ?? 0;
            if (length > room) report("tty-input", view, { field, expected: `at most ${room}`, found: `${length}` });
          }
        },
      },
    };

    function checkNumber(view: RecordView, field: string, isThere: boolean): void {
      const number = view.number(field) ?? 0;
      const end = isThere === (field === "link_objref") ? "slave" : "master";
      if ((number !== 0) !== isThere)
        report("tty-ends", view, {
          field,
          expected: isThere ? `a number, in a ${end}` : `0, in a ${end}`,
          found: `${number}`,
        });
    }
  },
);
