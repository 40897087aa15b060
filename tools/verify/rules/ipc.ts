/** System V IPC: groups, permissions, messages, semaphores. */
import { hex } from "../../image/hex.js";
import { elementField, elementsOf } from "../elements.js";
import { inspector } from "../inspector.js";
import { NumberIndex } from "../number-index.js";
import type { RecordView } from "../record-view.js";
import { Total } from "../total.js";

/** Records of the objects of each group, by the label of the record that opens the group. */
const GROUPS: Readonly<Record<string, string>> = { shm: "IPC_SHM", msg: "IPC_MSG", sem: "IPC_SEM" };

const PERMISSIONS = 0o777;

/** Fields of the namespace that limit the number of objects, by group. */
const COUNTS: Readonly<Record<string, string>> = { shm: "shm_ctlmni", msg: "msg_ctlmni", sem: "sem_ctl_mni" };

/** Fields of the namespace that limit its objects. */
const LIMITS: readonly string[] = [
  ...Object.values(COUNTS),
  ...["shm_ctlmax", "shm_ctlall", "msg_ctlmax", "sem_ctl_msl", "sem_ctl_mns"],
];

export const ipc = inspector(
  {
    "ipc-group": ["refused", "The groups of an IPC namespace are segments, queues and semaphore sets, in this order."],
    "ipc-header": ["doubtful", "What looks like a record header in IPC permissions is zero."],
    "ipc-mode": ["refused", "The mode of an IPC object consists of permission bits."],
    "ipc-id": ["refused", "Identifiers of IPC objects are not negative, and each is there once in its group."],
    "ipc-key": ["doubtful", "No two IPC objects of a group have the same key, except private ones."],
    "ipc-sequence-id": ["doubtful", "The identifier of an IPC object has its sequence number in it."],
    "ipc-limit": ["refused", "IPC objects keep to the limits that their namespace states."],
    "shm-size": ["refused", "A segment is not empty."],
    "message-piece": ["refused", "A piece of a message fits a page, with a word before it."],
    "message-length": ["refused", "The pieces of a message add up to its length."],
    "message-type": ["refused", "The type of a message is positive."],
    "queue-length": ["refused", "The messages of a queue add up to the bytes in it."],
    "semaphore-count": ["refused", "A set of semaphores is not empty."],
    "semaphore-value": ["refused", "Values of semaphores and pids of their last users are not negative."],
  },
  ({ format, source }, report) => {
    let ids = new NumberIndex();
    let keys = new NumberIndex();
    /** Values of the current namespace by field; empty before the first. */
    let stated = new Map<string, bigint>();
    /** Pages of segments in the current namespace so far; `semaphores` counts semaphores. */
    let pages = 0n;
    let semaphores = 0n;
    const placesOfKind = BigInt(format.constant("IPCMNI"));
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
        IPC_NS(view) {
          stated = new Map(LIMITS.map((field) => [field, view.big(field) ?? 0n]));
          pages = 0n;
          semaphores = 0n;
        },
        IPC(view) {
          ids = new NumberIndex();
          keys = new NumberIndex();
          const record = GROUPS[view.label ?? ""];
          const expected = record === undefined ? undefined : format.kind(record)?.number;
          const own = view.number("ipc_type");
          if (expected !== undefined && own !== expected)
            report("ipc-group", view, { field: "ipc_type", expected: `${expected} (${record})`, found: `${own}` });
          const count = COUNTS[view.label ?? ""];
          if (count !== undefined) checkLimit(view, "ipc_count", view.big("ipc_count") ?? 0n, count);
        },
        IPC_SHM(view) {
          checkPermissions(view);
          const size = view.big("shm_segsz") ?? 1n;
          if (size === 0n)
            report("shm-size", view, { field: "shm_segsz", expected: "the size of the segment", found: "0" });
          pages += (size + BigInt(format.pageSize) - 1n) / BigInt(format.pageSize);
          checkLimit(view, "shm_segsz", size, "shm_ctlmax");
          checkLimit(view, "shm_segsz", pages, "shm_ctlall");
        },
        IPC_MSG(view) {
          endQueue();
          checkPermissions(view);
          queue = new Total(view, "q_cbytes");
        },
        IPC_MSG_MSG(view) {
          const length = view.number("m_ts") ?? 0;
          message = new Total(view, "m_ts");
          checkLimit(view, "m_ts", BigInt(length), "msg_ctlmax");
          if (queue) queue.found += length;
          const type = view.big("m_type") ?? 1n;
          if (type <= 0n)
            report("message-type", view, { field: "m_type", expected: "a positive number", found: `${type}` });
        },
        IPC_SEM(view) {
          checkPermissions(view);
          const count = view.big("sem_nsems") ?? 1n;
          if (count === 0n) report("semaphore-count", view, { field: "sem_nsems", expected: "at least 1", found: "0" });
          semaphores += count;
          checkLimit(view, "sem_nsems", count, "sem_ctl_msl");
          checkLimit(view, "sem_nsems", semaphores, "sem_ctl_mns");
        },
        BUFFER(view) {
          if (view.label === "message_text" && message) {
            const { start, end } = view.record.payload;
            const most = format.pageSize - format.wordSize;
            message.found += end - start;
            if (end - start > most)
              report("message-piece", view, { expected: `at most ${most} bytes`, found: `${end - start}` });
          }
          if (view.label === "semaphores") checkSemaphores(view);
        },
      },
    };

    /** A restart sets the limits before it creates the objects. */
    function checkLimit(view: RecordView, field: string, value: bigint, name: string): void {
      const most = stated.get(name);
      if (most === undefined || value <= most) return;
      report("ipc-limit", view, { field, expected: `at most ${most}, which is ${name}`, found: `${value}` });
    }

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
      const sequence = view.big("perms.seq");
      if (id >= 0 && sequence !== undefined && BigInt(id) / placesOfKind !== sequence)
        report("ipc-sequence-id", view, {
          field: "perms.seq",
          expected: `${BigInt(id) / placesOfKind}, which is in the identifier ${id}`,
          found: `${sequence}`,
        });
      const key = view.number("perms.key") ?? 0;
      if (key !== 0 && !keys.add(key))
        report("ipc-key", view, {
          field: "perms.key",
          expected: "a key that no other has",
          found: hex(key),
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
