/** System V IPC: groups, permissions, messages, semaphores. */
import { hex } from "../../image/hex.js";
import { NumberIndex } from "../../image/number-index.js";
import { elementField, elementsOf } from "../elements.js";
import { inspector } from "../inspector.js";
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
  ({ format, source }, { report, wrong }) => {
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
          if (expected !== undefined && view.number("ipc_type") !== expected)
            wrong("ipc-group", view, "ipc_type", `${expected} (${record})`);
          const count = COUNTS[view.label ?? ""];
          if (count !== undefined) checkLimit(view, "ipc_count", view.big("ipc_count") ?? 0n, count);
        },
        IPC_SHM(view) {
          checkPermissions(view);
          const size = view.big("shm_segsz") ?? 1n;
          if (size === 0n) wrong("shm-size", view, "shm_segsz", "the size of the segment");
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
          if ((view.big("m_type") ?? 1n) <= 0n) wrong("message-type", view, "m_type", "a positive number");
        },
        IPC_SEM(view) {
          checkPermissions(view);
          const count = view.big("sem_nsems") ?? 1n;
          if (count === 0n) wrong("semaphore-count", view, "sem_nsems", "at least 1");
          semaphores += count;
          checkLimit(view, "sem_nsems", count, "sem_ctl_msl");
          checkLimit(view, "sem_nsems", semaphores, "sem_ctl_mns");
        },
        BUFFER(view) {
          if (view.label === "message_text" && message) checkPiece(view, message);
          if (view.label === "semaphores") checkSemaphores(view);
        },
      },
    };

    /** A restart sets the limits before it creates the objects. */
    function checkLimit(view: RecordView, field: string, value: bigint, name: string): void {
      const most = stated.get(name);
      if (most === undefined || value <= most) return;
      wrong("ipc-limit", view, field, `at most ${most}, which is ${name}`, `${value}`);
    }

    function checkPiece(view: RecordView, message: Total): void {
      const size = view.record.payload.end - view.record.payload.start;
      const most = format.pageSize - format.wordSize;
      message.found += size;
      if (size > most) report("message-piece", view, { expected: `at most ${most} bytes`, found: `${size}` });
    }

    function checkPermissions(view: RecordView): void {
      for (const field of ["perms.h.type", "perms.h.len"])
        if ((view.number(field) ?? 0) !== 0) wrong("ipc-header", view, field, "0");
      const mode = view.number("perms.mode") ?? 0;
      if (mode > PERMISSIONS) wrong("ipc-mode", view, "perms.mode", "at most 0o777", `0o${mode.toString(8)}`);
      checkId(view);
      const key = view.number("perms.key") ?? 0;
      if (key !== 0 && !keys.add(key)) wrong("ipc-key", view, "perms.key", "a key that no other has", hex(key));
    }

    function checkId(view: RecordView): void {
      const id = view.number("perms.id") ?? 0;
      if (id < 0) {
        wrong("ipc-id", view, "perms.id", "a number from 0 on");
        return;
      }
      if (!ids.add(id)) wrong("ipc-id", view, "perms.id", "an identifier that no other has");
      const sequence = BigInt(id) / placesOfKind;
      if ((view.big("perms.seq") ?? sequence) !== sequence)
        wrong("ipc-sequence-id", view, "perms.seq", `${sequence}, which is in the identifier ${id}`);
    }

    function checkSemaphores(view: RecordView): void {
      const all = elementsOf(view);
      if (!all) return;
      for (let i = 0; i < all.count; i++) {
        const start = all.start + i * all.size;
        for (const { name, field } of semaphore) {
          const own = field?.read(start) ?? 0;
          if (own >= 0) continue;
          const place = { field: `semaphores[${i}].${name}`, at: start + (field?.offset ?? 0) };
          report("semaphore-value", view, { ...place, expected: "a number from 0 on", found: `${own}` });
        }
      }
    }
  },
);
