/** System V IPC: groups, permissions, messages, semaphores. */
import { hex } from "../../image/hex.js";
import { elementField, elementsOf } from "../elements.js";
import { type FrameHandlers, inspection, type RecordHandlers } from "../inspection.js";
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

export class IpcRules extends inspection({
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
}) {
  private ids = new NumberIndex();
  private keys = new NumberIndex();
  /** Values of the current namespace by field; empty before the first. */
  private stated = new Map<string, bigint>();
  /** Pages of segments in the current namespace so far; `semaphores` counts semaphores. */
  private pages = 0n;
  private semaphores = 0n;
  private readonly placesOfKind = BigInt(this.format.constant("IPCMNI"));
  private queue: Total | undefined;
  private message: Total | undefined;
  private readonly semaphoreFields = ["semval", "sempid"].map((name) => ({
    name,
    field: elementField(this.format, this.source, "sem", name),
  }));

  readonly leave: FrameHandlers = {
    msg_queues: () => this.queueLength(),
    message: () => this.messageLength(),
  };
  readonly records: RecordHandlers = {
    IPC_NS: (view) => {
      this.stated = new Map(LIMITS.map((field) => [field, view.big(field) ?? 0n]));
      this.pages = 0n;
      this.semaphores = 0n;
    },
    IPC: (view) => this.checkGroup(view),
    IPC_SHM: (view) => this.checkSegment(view),
    IPC_MSG: (view) => {
      this.queueLength();
      this.checkPermissions(view);
      this.queue = new Total(view, "q_cbytes");
    },
    IPC_MSG_MSG: (view) => this.checkMessage(view),
    IPC_SEM: (view) => this.checkSemaphores(view),
    BUFFER: (view) => {
      if (view.label === "message_text") this.messagePiece(view);
      if (view.label === "semaphores") this.semaphoreValue(view);
    },
  };

  private checkGroup(view: RecordView): void {
    this.ids = new NumberIndex();
    this.keys = new NumberIndex();
    this.ipcGroup(view);
    const count = COUNTS[view.label ?? ""];
    if (count !== undefined) this.ipcLimit(view, "ipc_count", view.big("ipc_count") ?? 0n, count);
  }

  private checkSegment(view: RecordView): void {
    this.checkPermissions(view);
    const size = view.big("shm_segsz") ?? 1n;
    this.shmSize(view, size);
    const pageSize = BigInt(this.format.pageSize);
    this.pages += (size + pageSize - 1n) / pageSize;
    this.ipcLimit(view, "shm_segsz", size, "shm_ctlmax");
    this.ipcLimit(view, "shm_segsz", this.pages, "shm_ctlall");
  }

  private checkMessage(view: RecordView): void {
    const length = view.number("m_ts") ?? 0;
    this.message = new Total(view, "m_ts");
    this.ipcLimit(view, "m_ts", BigInt(length), "msg_ctlmax");
    if (this.queue) this.queue.found += length;
    this.messageType(view);
  }

  private checkSemaphores(view: RecordView): void {
    this.checkPermissions(view);
    const count = view.big("sem_nsems") ?? 1n;
    this.semaphoreCount(view, count);
    this.semaphores += count;
    this.ipcLimit(view, "sem_nsems", count, "sem_ctl_msl");
    this.ipcLimit(view, "sem_nsems", this.semaphores, "sem_ctl_mns");
  }

  private checkPermissions(view: RecordView): void {
    this.ipcHeader(view);
    this.ipcMode(view);
    const id = view.number("perms.id") ?? 0;
    this.ipcId(view, id);
    this.ipcSequenceId(view, id);
    this.ipcKey(view);
  }

  private ipcGroup(view: RecordView): void {
    const record = GROUPS[view.label ?? ""];
    const expected = record === undefined ? undefined : this.format.kind(record)?.number;
    if (expected !== undefined && view.number("ipc_type") !== expected)
      this.wrong("ipc-group", view, "ipc_type", `${expected} (${record})`);
  }

  private ipcHeader(view: RecordView): void {
    for (const field of ["perms.h.type", "perms.h.len"])
      if ((view.number(field) ?? 0) !== 0) this.wrong("ipc-header", view, field, "0");
  }

  private ipcMode(view: RecordView): void {
    const mode = view.number("perms.mode") ?? 0;
    if (mode > PERMISSIONS) this.wrong("ipc-mode", view, "perms.mode", "at most 0o777", `0o${mode.toString(8)}`);
  }

  private ipcId(view: RecordView, id: number): void {
    if (id < 0) this.wrong("ipc-id", view, "perms.id", "a number from 0 on");
    else if (!this.ids.add(id)) this.wrong("ipc-id", view, "perms.id", "an identifier that no other has");
  }

  private ipcSequenceId(view: RecordView, id: number): void {
    const sequence = BigInt(id) / this.placesOfKind;
    if (id >= 0 && (view.big("perms.seq") ?? sequence) !== sequence)
      this.wrong("ipc-sequence-id", view, "perms.seq", `${sequence}, which is in the identifier ${id}`);
  }

  private ipcKey(view: RecordView): void {
    const key = view.number("perms.key") ?? 0;
    if (key !== 0 && !this.keys.add(key)) this.wrong("ipc-key", view, "perms.key", "a key that no other has", hex(key));
  }

  /** A restart sets the limits before it creates the objects. */
  private ipcLimit(view: RecordView, field: string, value: bigint, name: string): void {
    const most = this.stated.get(name);
    if (most === undefined || value <= most) return;
    this.wrong("ipc-limit", view, field, `at most ${most}, which is ${name}`, `${value}`);
  }

  private shmSize(view: RecordView, size: bigint): void {
    if (size === 0n) this.wrong("shm-size", view, "shm_segsz", "the size of the segment");
  }

  private messagePiece(view: RecordView): void {
    if (!this.message) return;
    const size = view.record.payload.end - view.record.payload.start;
    const most = this.format.pageSize - this.format.wordSize;
    this.message.found += size;
    if (size > most) this.report("message-piece", view, { expected: `at most ${most} bytes`, found: `${size}` });
  }

  private messageLength(): void {
    const difference = this.message?.difference("pieces");
    if (this.message && difference) this.report("message-length", this.message, difference);
    this.message = undefined;
  }

  private messageType(view: RecordView): void {
    if ((view.big("m_type") ?? 1n) <= 0n) this.wrong("message-type", view, "m_type", "a positive number");
  }

  private queueLength(): void {
    const difference = this.queue?.difference("messages");
    if (this.queue && difference) this.report("queue-length", this.queue, difference);
    this.queue = undefined;
  }

  private semaphoreCount(view: RecordView, count: bigint): void {
    if (count === 0n) this.wrong("semaphore-count", view, "sem_nsems", "at least 1");
  }

  private semaphoreValue(view: RecordView): void {
    const all = elementsOf(view);
    if (!all) return;
    for (let i = 0; i < all.count; i++) {
      const start = all.start + i * all.size;
      for (const { name, field } of this.semaphoreFields) {
        const own = field?.read(start) ?? 0;
        if (own >= 0) continue;
        const place = { field: `semaphores[${i}].${name}`, at: start + (field?.offset ?? 0) };
        this.report("semaphore-value", view, { ...place, expected: "a number from 0 on", found: `${own}` });
      }
    }
  }
}
