/** What the objects of System V IPC have in common. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ipc_desc_entrySchema } from "../../../generated/criu/ipc-desc_pb.js";
import type { StructFields } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import type { Passage } from "../passage.js";
import { u32 } from "../unsigned.js";

/** Bits of `mode` that are permissions. */
const PERMISSIONS = 0o777;

/** Owner, creator, key and id of an object. CRIU makes it as root, and then changes the owner. */
export function descriptionOf(
  { account }: Passage,
  node: TreeNode,
  fields: StructFields,
): MessageInitShape<typeof ipc_desc_entrySchema> {
  const record = node.record?.name ?? "IPC";
  const number = (name: string) => u32(fields.number(`perms.${name}`));
  const [cuid, cgid] = [number("cuid"), number("cgid")];
  if (cuid !== 0 || cgid !== 0)
    account.lost({
      ...{ node, record, field: "perms.cuid", value: cuid },
      why: "the creator of the object becomes root, because CRIU changes only its owner",
    });
  account.note({
    ...{ node, record },
    why: "CRIU does not keep who used the object last and when",
  });
  if (number("sec_ref") !== 0)
    account.lost({
      ...{ node, record, field: "perms.sec_ref" },
      why: "security labels are those of the restoring machine",
    });
  return {
    ...{ key: number("key"), id: number("id"), mode: number("mode") & PERMISSIONS },
    ...{ uid: number("uid"), gid: number("gid"), cuid, cgid },
  };
}
