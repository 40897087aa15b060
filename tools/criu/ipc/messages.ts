/** ipcns-msg-ID.img: message queues of System V with their messages. */
import { concatUint8Arrays } from "uint8array-extras";
import { ipc_msg_entrySchema, ipc_msgSchema } from "../../../generated/criu/ipc-msg_pb.js";
import { copyBytes } from "../../image/bytes/source.js";
import type { Image } from "../../image/image.js";
import { type StructFields, structOf } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import type { IpcMember } from "../../model/ipc-members.js";
import type { Passage } from "../passage.js";
import { u32 } from "../unsigned.js";
import { descriptionOf } from "./permissions.js";
import { padded } from "./raw.js";

/** Bytes of a message that CRIU takes, criu/ipc_ns.c. */
const MOST_BYTES = 8192;

/**
 * Adds message queues with their messages.
 *
 * @param limits of the namespace
 */
export function addQueues(
  passage: Passage,
  name: string,
  members: readonly IpcMember[],
  limits: StructFields | undefined,
): void {
  const { image, dump, account } = passage;
  const capacity = u32(limits?.number("msg_ctlmnb"));
  dump.begin(name, "ipcns-msg");
  for (const { record, following } of members) {
    const fields = structOf(image, record);
    if (!fields) continue;
    const messages = following.filter(({ rule }) => rule === "message");
    const qbytes = u32(fields.big("q_qbytes"));
    if (qbytes !== capacity)
      account.lost({
        ...{ node: record, record: "IPC_MSG", field: "q_qbytes", value: qbytes },
        why: `the capacity of the queue becomes that of all queues, ${capacity} bytes, because CRIU does not set it`,
      });
    dump.add(name, "ipcns-msg", ipc_msg_entrySchema, {
      ...{ desc: descriptionOf(passage, record, fields), qbytes, qnum: messages.length },
    });
    let bytes = 0;
    for (const message of messages) bytes += addMessage(passage, name, message, u32(limits?.number("msg_ctlmax")));
    if (bytes > capacity || messages.length > capacity)
      account.inTheWay({
        ...{ node: record, record: "IPC_MSG", field: "q_cbytes", value: bytes },
        why: `more is in the queue than a new one holds, ${capacity} bytes, and CRIU does not enlarge it`,
      });
  }
}

/** @returns number of bytes of its text */
function addMessage({ image, dump, account }: Passage, name: string, message: TreeNode, most: number): number {
  const node = message.find("IPC_MSG_MSG");
  const fields = structOf(image, node);
  const text = textOf(image, message);
  const type = fields?.big("m_type") ?? 0n;
  const fault =
    type <= 0n
      ? "the message has a type that no program can send"
      : text.length > MOST_BYTES
        ? `the message has more than ${MOST_BYTES} bytes, the most that CRIU takes`
        : text.length > most
          ? `the message has more than ${most} bytes, the limit of its namespace`
          : undefined;
  if (fault !== undefined) account.inTheWay({ node, record: "IPC_MSG_MSG", value: type, why: fault });
  if (fields?.number("sec_ref"))
    account.lost({
      ...{ node, record: "IPC_MSG_MSG", field: "sec_ref" },
      why: "security labels are those of the restoring machine",
    });
  const entry = { mtype: BigInt.asUintN(64, type), msize: text.length };
  dump.add(name, "ipcns-msg", ipc_msgSchema, entry, padded(text));
  return text.length;
}

function textOf({ source }: Image, message: TreeNode): Uint8Array {
  return concatUint8Arrays(
    message.all("BUFFER").flatMap(({ record }) => {
      const range = record?.payload;
      return range ? [copyBytes(source, range.start, range.end - range.start)] : [];
    }),
  );
}
