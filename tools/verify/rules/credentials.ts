/** Groups and capabilities. */

import { membersOf } from "../../../runtime/index.js";
import { hex } from "../../image/hex.js";
import { inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";

const IDS: readonly string[] = ["uid", "suid", "euid", "fsuid", "gid", "sgid", "egid", "fsgid"];

/** Value with which setresuid and similar calls keep an id. */
const NO_ID = 0xffff_ffff;

export class CredentialRules extends inspection({
  "group-order": ["refused", "Supplementary groups ascend, and none comes twice."],
  "credential-id": [
    "odd",
    "No user or group of a task is all ones: a restart sets ids by calls that leave them as they are for it.",
  ],
  "capability-effective": ["refused", "Effective capabilities are permitted ones."],
}) {
  private readonly struct = this.format.struct("ckpt_hdr_groupinfo");
  private readonly groups = this.struct && membersOf(this.struct).at("groups");

  readonly records: RecordHandlers = {
    GROUPINFO: (view) => this.groupOrder(view),
    CRED: (view) => {
      this.credentialId(view);
      this.capabilityEffective(view);
    },
  };

  private groupOrder(view: RecordView): void {
    const { groups } = this;
    const width = groups?.width;
    if (!groups || !width) return;
    const { record } = view;
    const count = Math.min(view.number("ngroups") ?? 0, Math.floor((record.length - groups.offset) / width.size));
    let before = -1;
    for (let i = 0; i < count; i++) {
      const at = record.offset + groups.offset + i * width.size;
      const window = this.source.window(at, width.size);
      const group = Number(width.read(this.source.view, window, this.format.littleEndian));
      const place = { field: `groups[${i}]`, at };
      if (group <= before)
        this.report("group-order", view, { ...place, expected: `more than ${before}`, found: `${group}` });
      before = group;
    }
  }

  private credentialId(view: RecordView): void {
    for (const field of IDS)
      if (view.number(field) === NO_ID) this.wrong("credential-id", view, field, `another number than ${NO_ID}`);
  }

  private capabilityEffective(view: RecordView): void {
    for (const word of ["0", "1"]) {
      const field = `cap_s.cap_e_${word}`;
      const permitted = view.big(`cap_s.cap_p_${word}`) ?? 0n;
      const more = (view.big(field) ?? 0n) & ~permitted;
      if (more !== 0n)
        this.wrong("capability-effective", view, field, `bits of ${hex(permitted)}`, `${hex(more)} besides`);
    }
  }
}
