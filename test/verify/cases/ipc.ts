import type { Altered } from "../altered.js";
import type { Case } from "../case.js";

const NEW = "v23-rc2/x86_64";
const BIG = "v18/powerpc";

export const ipc: readonly Case[] = [
  { rule: "ipc-group", image: "v16-self-min.img", alter: (image) => image.set(image.record("IPC"), "ipc_type", 503) },
  { rule: "ipc-header", image: BIG, alter: (image) => image.set(image.record("IPC_SEM"), "perms.h.len", 8) },
  { rule: "ipc-mode", image: BIG, alter: (image) => image.set(image.record("IPC_SHM"), "perms.mode", 0o1666) },
  {
    rule: "ipc-id",
    what: "negative",
    image: BIG,
    alter: (image) => image.set(image.record("IPC_MSG"), "perms.id", -1),
  },
  {
    rule: "ipc-id",
    what: "repeated",
    image: NEW,
    alter: (image) => image.set(second(image), "perms.id", image.value(image.record("IPC_SHM"), "perms.id")),
  },
  {
    rule: "ipc-key",
    image: NEW,
    alter: (image) => image.set(second(image), "perms.key", image.value(image.record("IPC_SHM"), "perms.key")),
  },
  {
    rule: "shm-size",
    image: BIG,
    also: ["page-range"],
    alter: (image) => image.set(image.record("IPC_SHM"), "shm_segsz", 0),
  },
  {
    rule: "message-length",
    image: BIG,
    also: ["queue-length"],
    alter: (image) => image.set(image.record("IPC_MSG_MSG", { nth: 2 }), "m_ts", 5),
  },
  { rule: "message-type", image: NEW, alter: (image) => image.set(image.record("IPC_MSG_MSG"), "m_type", -1) },
  {
    rule: "queue-length",
    image: BIG,
    alter: (image) => image.set(image.record("IPC_MSG"), "q_cbytes", 1),
  },
  {
    rule: "semaphore-value",
    image: BIG,
    alter: (image) => image.setElement(image.record("BUFFER", { label: "semaphores" }), "sem", 1, "semval", -1),
  },
  {
    rule: "record-size",
    what: "semaphores that do not divide the array",
    image: NEW,
    alter: (image) => {
      image.set(image.record("IPC_SEM"), "sem_nsems", 5);
      return semaphores(image);
    },
  },
  {
    rule: "record-size",
    what: "semaphores without room for value and pid",
    image: NEW,
    alter: (image) => {
      image.set(image.record("IPC_SEM"), "sem_nsems", 18);
      return semaphores(image);
    },
  },
  {
    rule: "kernel-struct-size",
    what: "that no kernel has",
    image: NEW,
    also: ["semaphore-value"],
    alter: (image) => {
      image.set(image.record("IPC_SEM"), "sem_nsems", 2);
      return semaphores(image);
    },
  },
  {
    rule: "kernel-struct-size",
    what: "of another kernel",
    image: NEW,
    also: ["header-release"],
    alter: (image) => {
      image.set(image.record("HEADER"), "patch", 30);
      return semaphores(image);
    },
  },
];

/** Offset of the values of semaphores. */
export function semaphores(image: Altered): number {
  return image.record("BUFFER", { label: "semaphores" }).offset;
}

function second(image: Altered) {
  return image.record("IPC_SHM", { nth: 1 });
}
