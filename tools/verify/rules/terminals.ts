/** Pseudo-terminals and their unread input. */

import { NumberIndex } from "../../image/number-index.js";
import { inspector } from "../inspector.js";
import type { RecordView } from "../record-view.js";

export const terminals = inspector(
  {
    "tty-ends": [
      "refused",
      "A master names no other end and sets a number aside for its file; a slave names its master and sets none aside.",
    ],
    "tty-pair": ["refused", "No two masters have the same number, and a slave has that of its master."],
    "tty-input": ["refused", "The unread input of a terminal fits its buffer."],
  },
  (scene, { wrong }) => {
    const { format } = scene;
    const master = format.constant("PTY_TYPE_MASTER");
    const slave = format.constant("PTY_TYPE_SLAVE");
    const room = format.constant("CKPT_N_TTY_BUF_SIZE");

    /** Terminal numbers of masters by object, and object by terminal number. */
    const indexes = new Map<number, number>();
    const taken = new NumberIndex();

    return {
      records: {
        TTY(view) {
          const end = view.number("driver_subtype");
          if (end !== master && end !== slave) return;
          checkPair(view, end === master);
          checkNumber(view, "link_objref", end === slave);
          checkNumber(view, "file_objref", end === master);
        },
        TTY_LDISC(view) {
          for (const field of ["datalen", "canon_datalen"]) {
            const length = view.number(field) ?? 0;
            if (length > room) wrong("tty-input", view, field, `at most ${room}`, `${length}`);
          }
        },
      },
    };

    function checkPair(view: RecordView, isMaster: boolean): void {
      const index = view.number("index") ?? 0;
      const [field, found] = ["index", `${index}`];
      if (!isMaster) {
        const other = indexes.get(view.number("link_objref") ?? 0);
        if (other !== undefined && other !== index)
          wrong("tty-pair", view, field, `${other}, the number of its master`, found);
        return;
      }
      if (!taken.add(index)) wrong("tty-pair", view, field, "a number that no other master has", found);
      if (scene.frame.objref !== undefined) indexes.set(scene.frame.objref, index);
    }

    function checkNumber(view: RecordView, field: string, isThere: boolean): void {
      const number = view.number(field) ?? 0;
      const end = isThere === (field === "link_objref") ? "slave" : "master";
      if ((number !== 0) !== isThere)
        wrong("tty-ends", view, field, isThere ? `a number, in a ${end}` : `0, in a ${end}`, `${number}`);
    }
  },
);
