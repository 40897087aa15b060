/** System V IPC: groups, permissions, messages, semaphores. */
import { elementField, elementsOf } from "../elements.js";
import { inspector } from "../inspector.js";
import { NumberIndex } from "../number-index.js";
import type { RecordView } from "../record-view.js";
import { Total } from "../total.js";

/** Records of the groups by what the grammar calls the record that opens each. */
const GROUPS: Readonly<Record<string, string>> = { shm: "IPC_SHM", msg: "IPC_MSG", sem: "IPC_SEM" };

const PERMISSIONS = 0o777;

export const ipc = inspector(
  {
    "ipc-group": ["refused", "The groups of an IPC namespace are segments, queues and semaphore sets, in this order."],
    "ipc-header": ["doubtful", "What looks like a record header in IPC permissions is zero."],
    "ipc-mode": ["refused", "The mode of an IPC object consists of permission bits."],
    "ipc-id": ["refused", "Identifiers of IPC objects are not negative, and each is there once in its group."],
    "ipc-key": ["doubtful", "No two IPC objects of a group have the same key, except private ones."],
    "shm-size": ["refused", "A segment is not empty."],
    "message-length": ["refused", "The pieces of a message add up to its length."],
    "message-type": ["refused", "The type of a message is positive."],
    "queue-length": ["refused", "The messages of a queue add up to the bytes in it."],
    "semaphore-value": ["refused", "Values of semaphores and pids of their last users are not negative."],
  },
  ({ format, source }, report) => {
    let ids = new NumberIndex();
    let keys = new NumberIndex();
    let queue: Total | undefined;
    let message: Total | undefined;
    const semaphore = ["semval", "sempid"].map((name) => ({ name, field: elementField(format, source, "sem", name) }));
    const endQueue = () => {
      const difference = queue?.difference("messages");
      if (queue && difference) report("queue-length", queue, difference);
      queue = undefined;
    };

    return {
      leave: {
        msg_queues: endQueue,
        message() {
          const difference = message?.difference("pieces");
          if (message && difference) report("message-length", message, difference);
          message = undefined;
        },
      },
      records: {
        IPC(view) {
          ids = new NumberIndex();
          keys = new NumberIndex();
          const record = GROUPS[view.label ?? ""];
          const expected = record === undefined ? undefined : format.kind(record)?.number;
          const own = view.number("ipc_type");
          if (expected !== undefined && own !== expected)
            report("ipc-group", view, { field: "ipc_type", expected: `${expected} (${record})`, found: `${own}` });
        },
        IPC_SHM(view) {
          checkPermissions(view);
          if ((view.big("shm_segsz") ?? 1n) === 0n)
            report("shm-size", view, { field: "shm_segsz", expected: "the size of the segment", found: "0" });
        },
        IPC_MSG(view) {
          endQueue();
          checkPermissions(view);
          queue = new Total(view, "q_cbytes");
        },
        IPC_MSG_MSG(view) {
          const length = view.number("m_ts") ?? 0;
          message = new Total(view, "m_ts");
          if (queue) queue.found += length;
          const type = view.big("m_type") ?? 1n;
          if (type <= 0n)
            report("message-type", view, { field: "m_type", expected: "a positive number", found: `${type}` });
        },
        IPC_SEM: checkPermissions,
        BUFFER(view) {
          if (view.label === "message_text" && message)
            message.found += view.record.payload.end - view.record.payload.start;
          if (view.label === "semaphores") checkSemaphores(view);
        },
      },
    };

    function checkPermissions(view: RecordView): void {
      for (const field of ["perms.h.type", "perms.h.len"]) {
        const word = view.number(field) ?? 0;
        if (word !== 0) report("ipc-header", view, { field, expected: "0", found: `${word}` });
      }
      const mode = view.number("perms.mode") ?? 0;
      if (mode > PERMISSIONS)
        report("ipc-mode", view, { field: "perms.mode", expected: "at most 0o777", found: `0o${mode.toString(8)}` });
      const id = view.number("perms.id") ?? 0;
      if (id < 0) report("ipc-id", view, { field: "perms.id", expected: "a number from 0 on", found: `${id}` });
      else if (!ids.add(id))
        report("ipc-id", view, { field: "perms.id", expected: "an identifier that no other has", found: `${id}` });
      const key = view.number("perms.key") ?? 0;
      if (key !== 0 && !keys.add(key))
        report("ipc-key", view, {
          field: "perms.key",
          expected: "a key that no other has",
          found: `0x${key.toString(16)}`,
        });
    }

    function checkSemaphores(view: RecordView): void {
      const all = elementsOf(view);
      if (!all) return;
      for (let i = 0; i < all.count; i++) {
        const start = all.start + i * all.size;
        for (const { name, field } of semaphore) {
          const own = field?.read(start) ?? 0;
          if (own >= 0) continue;
          const at = start + (field?.offset ?? 0);
          report("semaphore-value", view, {
            field: `semaphores[${i}].${name}`,
            at,
            expected: "a number from 0 on",
            found: `${own}`,
          });
        }
      }
    }
  },
);
