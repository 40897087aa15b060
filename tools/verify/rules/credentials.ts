/** Groups and capabilities. */

import { membersOf } from "../../../runtime/index.js";
import { hex } from "../../image/hex.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";

const IDS: readonly string[] = ["uid", "suid", "euid", "fsuid", "gid", "sgid", "egid", "fsgid"];

/** Value with which setresuid and similar calls keep an id. */
const NO_ID = 0xffff_ffff;

export const credentials = inspector(
  {
    "group-order": ["refused", "Supplementary groups ascend, and none comes twice."],
    "credential-id": [
      "odd",
      "No user or group of a task is all ones: a restart sets ids by calls that leave them as they are for it.",
    ],
    "capability-effective": ["refused", "Effective capabilities are permitted ones."],
  },
  ({ format, source }, { report, wrong }) => {
    const struct = format.struct("ckpt_hdr_groupinfo");
    const groups = struct && membersOf(struct).at("groups");
    const width = groups?.width;

    return {
      records: {
        GROUPINFO: checkGroups,
        CRED(view) {
          for (const field of IDS)
            if (view.number(field) === NO_ID) wrong("credential-id", view, field, `another number than ${NO_ID}`);
          for (const word of ["0", "1"]) {
            const field = `cap_s.cap_e_${word}`;
            const effective = view.big(field) ?? 0n;
            const permitted = view.big(`cap_s.cap_p_${word}`) ?? 0n;
            const more = effective & ~permitted;
            if (more !== 0n)
              wrong("capability-effective", view, field, `bits of ${hex(permitted)}`, `${hex(more)} besides`);
          }
        },
      },
    };

    function checkGroups(view: RecordView): void {
      if (!groups || !width) return;
      const { record } = view;
      const count = Math.min(view.number("ngroups") ?? 0, Math.floor((record.length - groups.offset) / width.size));
      let before = -1;
      for (let i = 0; i < count; i++) {
        const at = record.offset + groups.offset + i * width.size;
        const group = Number(width.read(source.view, source.window(at, width.size), format.littleEndian));
        const field = `groups[${i}]`;
        if (group <= before)
          report("group-order", view, { field, at, expected: `more than ${before}`, found: `${group}` });
        before = group;
      }
    }
  },
);
