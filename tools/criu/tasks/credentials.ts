/** Credentials of a thread. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { creds_entrySchema } from "../../../generated/criu/creds_pb.js";
import { structOf } from "../../image/record/struct-fields.js";
import { credentialsOf } from "../../model/credentials.js";
import type { Task } from "../../model/tasks.js";
import type { Passage } from "../passage.js";

/** Capabilities that Linux 6.1 has: CAP_CHOWN to CAP_CHECKPOINT_RESTORE. */
export const CAPABILITIES = (1n << 41n) - 1n;

export function credentials(passage: Passage, task: Task): MessageInitShape<typeof creds_entrySchema> {
  const { image, account, options, demands, labels } = passage;
  const existing = (options.capabilities ?? CAPABILITIES) & CAPABILITIES;
  const words = (mask: bigint) => {
    demands.capabilities |= mask & existing;
    return [Number(BigInt.asUintN(32, mask & existing)), Number((mask & existing) >> 32n)];
  };
  const node = task.record("TASK_CREDS");
  const own = credentialsOf(image, task.number("TASK_CREDS", "cred_ref"), labels);
  if (!own) {
    account.madeUp({
      task,
      record: "CRED",
      why: "the image has no credentials; the task becomes root with all capabilities",
    });
    const ids = { uid: 0, gid: 0, euid: 0, egid: 0, suid: 0, sgid: 0, fsuid: 0, fsgid: 0 };
    return {
      ...ids,
      capInh: [0, 0],
      capPrm: words(existing),
      capEff: words(existing),
      capBnd: words(existing),
      capAmb: [0, 0],
      secbits: 0,
    };
  }
  const { uids, gids, groups, capabilities } = own;
  const { inheritable, permitted, effective, bounding } = capabilities;
  const effectiveOf = effectiveReference(passage, task);
  if (effectiveOf !== undefined && effectiveOf !== own.objref)
    account.lost({
      task,
      node,
      record: "TASK_CREDS",
      field: "ecred_ref",
      value: effectiveOf,
      why: "the task acts with other credentials than its own, and CRIU has one set per thread",
    });
  const dropped = (permitted.mask | effective.mask | inheritable.mask) & CAPABILITIES & ~existing;
  if (dropped !== 0n)
    account.lost({
      ...{ task, node, record: "CRED", field: "cap_s", value: `0x${dropped.toString(16)}` },
      why: "the restoring machine does not have these capabilities, so the task does not get them",
    });
  const { label } = own;
  if (label !== undefined)
    account.lost({
      task,
      node,
      record: "CRED",
      field: "sec_ref",
      value: label,
      why: "security labels are those of the restoring machine",
    });
  if (groups?.length === 0)
    account.note({
      ...{ task, node, record: "GROUPINFO", field: "groups" },
      why: "the task has no supplementary groups, and CRIU leaves it those of criu restore; start that with none",
    });
  return {
    ...{ uid: uids.real, euid: uids.effective, suid: uids.saved, fsuid: uids.fileSystem },
    ...{ gid: gids.real, egid: gids.effective, sgid: gids.saved, fsgid: gids.fileSystem },
    ...{ capInh: words(inheritable.mask), capPrm: words(permitted.mask), capEff: words(effective.mask) },
    ...{ capBnd: words(bounding.mask), capAmb: [0, 0] },
    secbits: structOf(image, image.object(own.objref, "CRED")?.find("CRED"))?.number("cap_s.securebits") ?? 0,
    groups: [...(groups ?? [])],
  };
}

function effectiveReference({ image }: Passage, task: Task): number | undefined {
  const node = task.record("TASK_CREDS");
  return node && image.fields(node).number("ecred_ref");
}
