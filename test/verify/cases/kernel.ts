/** Values that no kernel has: one field changed in a sound image. The severity asserts the consequence (refused, fatal, odd). */
import type { Severity } from "../../../tools/verify/index.js";
import type { Altered, Pick } from "../altered.js";
import type { Case } from "../case.js";

const REAL = "v20h-self-mem.img";
const OLD = "v16-self-min.img";
const WIDE = "x86_64-self-full.img";
const MAINFRAME = "s390x-self-full.img";
const NEW = "v23-rc2/x86_64";
const X86 = "v21/x86_32";
const BIG = "v18/powerpc";
const S390 = "v19/s390x";
const ARM = "v23-rc2-arm/arm";

const NEGATIVE = 2n ** 64n - 5n;
const KERNEL_32 = 0xc0100000;
const GATE_END = 0xffff_ffff_ff60_1000n;
const END_32 = 0xc0000000;
const END_64 = 0x7fff_ffff_f000n;
const KERNEL_64 = 0xffff_8000_0000_0000n;

interface More extends Pick {
  readonly also?: readonly string[];
  readonly what?: string;
}

type Edit = readonly [
  rule: string,
  severity: Severity,
  image: string,
  record: string,
  field: string,
  value: number | bigint,
  more?: More,
];

const EDITS: readonly Edit[] = [
  // Memory
  ["vma-refused", "error", REAL, "VMA", "vm_flags", 0x0100_0077, { where: typed(2) }],
  ["vma-user-space", "error", REAL, "VMA", "vm_end", KERNEL_32, { where: isStack }],
  ["vma-offset", "error", REAL, "VMA", "vm_pgoff", 2n ** 40n, { where: typed(3) }],
  ["vma-offset", "error", NEW, "VMA", "vm_pgoff", 2n ** 60n, { where: typed(3) }],
  ["vdso-alignment", "error", WIDE, "MM_CONTEXT", "vdso", 0x7001, { also: ["vdso-address"] }],
  ["vdso-address", "warning", MAINFRAME, "MM_CONTEXT", "vdso_base", 0x7000],
  ["mm-program", "error", REAL, "MM", "end_code", 1],
  ["mm-flags", "error", REAL, "MM", "flags", 0x200, { what: "flags" }],
  ["mm-address-limit", "warning", MAINFRAME, "MM_CONTEXT", "asce_limit", 0x1000],
  ["segment-size", "warning", NEW, "VMA", "ino_size", 2n ** 62n, { where: typed(5), what: "too long" }],
  ["user-address", "warning", REAL, "MM", "start_stack", KERNEL_32],
  ["user-address", "warning", NEW, "TASK", "robust_futex_list", KERNEL_64, { also: ["futex-head"] }],
  ["mm-start", "warning", REAL, "MM", "start_stack", 0],
  ["mm-start", "warning", NEW, "MM", "arg_start", 0],
  ["vma-permissions", "warning", REAL, "VMA", "vm_flags", 0x61, { where: typed(2) }],
  ["vma-permissions", "warning", NEW, "VMA", "vm_flags", 0x2b | 0x50, { where: typed(4), what: "VM_SHARED alone" }],
  ["vma-shared", "warning", REAL, "VMA", "vm_flags", 0xf3, { where: typed(2), what: "VM_MAYSHARE alone" }],
  // Registers
  ["instruction-mapping", "warning", REAL, "CPU", "ip", 0],
  ["instruction-mapping", "warning", OLD, "CPU", "ip", 0x1000],
  ["instruction-mapping", "warning", MAINFRAME, "CPU", "psw_t_addr", 0],
  ["instruction-mapping", "warning", BIG, "CPU", "pt_regs.nip", 0],
  ["code-segment", "warning", REAL, "CPU", "cs", 2],
  ["code-segment", "warning", WIDE, "CPU", "ss", 3],
  ["code-segment", "warning", WIDE, "CPU", "ss", 0, { what: "a null stack segment" }],
  ["code-segment", "warning", REAL, "CPU", "ss", 0, { what: "a null stack segment" }],
  ["code-segment", "warning", OLD, "CPU", "ss", 0, { what: "a null stack segment" }],
  ["code-segment", "warning", OLD, "CPU", "cs", 0x7b],
  ["segment-code", "error", REAL, "CPU", "cs", 0, { what: "null" }],
  ["segment-code", "error", OLD, "CPU", "cs", 0x60, { what: "a segment of the kernel" }],
  ["segment-base", "warning", WIDE, "CPU", "fs", KERNEL_64],
  ["processor-flags", "error", REAL, "CPU", "flags", 0x3202],
  ["processor-flags", "error", WIDE, "CPU", "flags", 0x2],
  ["instruction-address", "warning", REAL, "CPU", "ip", KERNEL_32],
  ["instruction-address", "warning", WIDE, "CPU", "ip", KERNEL_64],
  ["instruction-address", "warning", WIDE, "CPU", "ip", END_64, { what: "the first one behind user space" }],
  ["instruction-address", "warning", REAL, "CPU", "ip", END_32, { what: "the first one behind user space" }],
  ["instruction-address", "warning", WIDE, "CPU", "ip", GATE_END, { what: "the first one behind the vsyscall page" }],
  ["segment-base", "warning", WIDE, "CPU", "fs", END_64, { what: "the first address behind user space" }],
  ["user-address", "warning", REAL, "MM", "start_stack", END_32, { what: "the first one behind user space" }],
  ["instruction-address", "warning", MAINFRAME, "CPU", "psw_t_addr", 2n ** 60n],
  ["instruction-address", "warning", BIG, "CPU", "pt_regs.nip", KERNEL_32],
  ["stack-address", "warning", WIDE, "CPU", "sp", KERNEL_64],
  ["thread-flags", "error", REAL, "THREAD", "thread_info_flags", 0x100],
  // Tasks
  ["task-state", "warning", REAL, "TASK", "state", 3, { what: "two states" }],
  ["zombie-state", "error", REAL, "TASK", "state", 64],
  ["exit-code", "error", REAL, "TASK", "exit_code", 256, { what: "of a live task" }],
  ["exit-code", "error", BIG, "TASK", "exit_code", 0x10000, { where: (f) => f.number("exit_state") !== 0 }],
  ["signal-range", "error", REAL, "TASK", "exit_signal", 65],
  ["signal-range", "error", REAL, "TASK", "pdeath_signal", 200],
  ["thread-exit-signal", "error", REAL, "TASK", "exit_signal", 0xffff_ffff, { what: "in the first thread" }],
  ["restart-compat", "error", REAL, "RESTART_BLOCK", "function_type", 4],
  // Signals
  ["timer-range", "error", REAL, "SIGNAL", "it_real_value", NEGATIVE],
  ["timer-range", "error", S390, "SIGNAL", "it_prof_incr", NEGATIVE],
  // Files
  ["file-mode", "error", REAL, "FILE", "f_mode", 0, { where: (f) => f.number("f_type") === 1 }],
  ["file-position", "error", REAL, "FILE", "f_pos", NEGATIVE],
  ["file-position", "error", X86, "FILE", "f_pos", 2n ** 44n],
  ["descriptor-limit", "warning", REAL, "FILE_DESC", "fd_descriptor", 1 << 20],
  ["event-count", "warning", NEW, "FILE", "count", 2n ** 40n, { where: (f) => f.number("f_type") === 7 }],
  // Terminals
  ["tty-index", "error", NEW, "TTY", "index", 1 << 20, { nth: 1, also: ["tty-pair"] }],
  ["tty-pair", "error", NEW, "TTY", "index", 77, { where: (f) => f.number("driver_subtype") === 2 }],
  // Credentials
  ["unknown-flag", "error", REAL, "CRED", "cap_s.securebits", 0x100, { what: "securebits" }],
  ["credential-id", "note", NEW, "CRED", "uid", 0xffff_ffff],
  ["credential-id", "note", REAL, "CRED", "fsgid", 0xffff_ffff],
  // System V IPC
  ["ipc-limit", "error", NEW, "IPC_NS", "shm_ctlmax", 1, { also: ["ipc-limit"] }],
  ["ipc-limit", "error", NEW, "IPC_NS", "msg_ctlmax", 10, { also: ["ipc-limit"] }],
  ["ipc-limit", "error", NEW, "IPC_NS", "sem_ctl_mni", 0],
  ["ipc-settings", "error", NEW, "IPC_NS", "sem_ctl_opm", -1],
  ["ipc-sequence", "error", NEW, "IPC_SEM", "perms.seq", 65535, { also: ["ipc-sequence-id"] }],
  ["ipc-sequence-id", "warning", NEW, "IPC_MSG", "perms.seq", 77],
  ["ipc-pid", "error", NEW, "IPC_SHM", "shm_cprid", -1],
  ["ipc-pid", "error", NEW, "IPC_MSG", "q_lrpid", -1],
  ["segment-locked", "error", NEW, "IPC_SHM", "mlock_uid", 0],
  ["segment-limit", "error", NEW, "IPC_SHM", "shm_segsz", 2n ** 62n, { also: ["ipc-limit"] }],
  // Sockets and devices
  ["socket-error", "error", NEW, "SOCKET", "sock.err", 4095],
  ["socket-limit", "warning", NEW, "SOCKET", "sock.rcvbuf", -1],
  ["socket-limit", "warning", NEW, "SOCKET", "sock.sndbuf", -2],
  ["socket-timeout", "warning", NEW, "SOCKET", "sock.rcvtimeo", -1n],
  ["unknown-flag", "error", NEW, "SOCKET", "sock.userlocks", 0x10, { what: "userlocks" }],
  ["buffer-limit", "error", NEW, "SOCKET_BUFFER", "skb_len", 0x8000, { also: ["buffer-length", "queue-bytes"] }],
  [
    "reference-type",
    "error",
    NEW,
    "NETDEV",
    "veth.peer_ref",
    1,
    { where: isVeth, what: "in a union", also: ["veth-pair"] },
  ],
];

function typed(type: number): NonNullable<Pick["where"]> {
  return (fields) => fields.number("vma_type") === type;
}

/** Whether the mapping grows downwards. */
function isStack(fields: { number(path: string): number | undefined }): boolean {
  return ((fields.number("vm_flags") ?? 0) & 0x100) !== 0;
}

function isVeth(fields: { number(path: string): number | undefined }): boolean {
  return fields.number("type") === 1;
}

/** Place of the finding, where it is not the changed field. */
const ELSEWHERE: Readonly<Record<string, (image: Altered) => number>> = {
  "zombie-state": (image) => image.offsetOf(image.record("TASK"), "exit_state"),
  shm_ctlmax: (image) => image.offsetOf(image.record("IPC_SHM"), "shm_segsz"),
  msg_ctlmax: (image) =>
    image.offsetOf(image.record("IPC_MSG_MSG", { where: (f) => (f.number("m_ts") ?? 0) > 10 }), "m_ts"),
  sem_ctl_mni: (image) => image.offsetOf(image.record("IPC", { label: "sem" }), "ipc_count"),
};

const edits: readonly Case[] = EDITS.map(([rule, severity, image, record, field, value, more = {}]) => ({
  ...{ rule, severity, image, also: more.also ?? [] },
  what: `${record}.${field}${more.what === undefined ? "" : `, ${more.what}`}`,
  alter(altered) {
    const at = altered.set(altered.record(record, more), field, value);
    const elsewhere = ELSEWHERE[rule] ?? ELSEWHERE[field];
    return elsewhere ? elsewhere(altered) : at;
  },
}));

export const kernel: readonly Case[] = [
  ...edits,
  {
    rule: "stack-address",
    severity: "warning",
    what: "register of an array",
    image: ARM,
    alter: (image) => image.write(image.offsetOf(image.record("CPU"), "uregs") + 13 * 4, "u32", KERNEL_32),
  },
  {
    rule: "auxv-width",
    severity: "error",
    image: REAL,
    alter(image) {
      const { start } = image.record("BUFFER", { label: "at_vector" }).record?.payload ?? { start: 0 };
      image.write(start + 8, "u64", 2n ** 32n);
      return start + 8;
    },
  },
  {
    rule: "restart-clock",
    severity: "error",
    image: REAL,
    alter(image) {
      image.set(image.record("RESTART_BLOCK"), "function_type", 2);
      return image.set(image.record("RESTART_BLOCK"), "arg_0", 99);
    },
  },
  {
    rule: "group-count",
    severity: "error",
    image: REAL,
    alter(image) {
      const node = image.record("GROUPINFO");
      const count = 65537;
      const groups = Uint32Array.from({ length: count }, (_, i) => i);
      image.write(node.offset + 4, "u32", (node.record?.length ?? 0) + 4 * count);
      const at = image.set(node, "ngroups", count);
      image.splice(at + 4, at + 4, new Uint8Array(groups.buffer));
      return at;
    },
  },
  {
    rule: "ldt-size",
    severity: "error",
    image: REAL,
    also: ["record-size"],
    alter: (image) => image.set(image.record("MM_CONTEXT"), "nldt", 8193),
  },
  {
    rule: "semaphore-count",
    severity: "error",
    image: NEW,
    also: ["unexpected-record"],
    alter: (image) => image.set(image.record("IPC_SEM"), "sem_nsems", 0),
  },
  {
    rule: "message-piece",
    severity: "error",
    image: NEW,
    alter(image) {
      const long = (fields: { number(path: string): number | undefined }) => (fields.number("m_ts") ?? 0) > 4096;
      const first = image.recordBehind(image.record("IPC_MSG_MSG", { where: long }).offset, "BUFFER");
      const second = image.recordBehind(first.offset, "BUFFER");
      image.write(first.offset + 4, "u32", (first.record?.length ?? 0) + (second.record?.length ?? 0) - 8);
      image.splice(second.offset, second.offset + 8);
      return first.offset;
    },
  },
  {
    rule: "thread-descriptor",
    severity: "error",
    image: "x86_32-i32-min.img",
    alter: (image) => descriptor(image, "THREAD"),
  },
  {
    rule: "ldt-descriptor",
    severity: "warning",
    image: "v21/x86_64",
    alter: (image) => descriptor(image, "MM_CONTEXT_LDT"),
  },
  {
    rule: "system-name",
    severity: "warning",
    image: REAL,
    alter: (image) => image.poke(image.offsetOf(image.record("UTS_NS"), "release"), 0),
  },
  {
    rule: "signal-handler",
    severity: "warning",
    image: REAL,
    alter: (image) => image.setTail(image.record("SIGHAND"), 8, "_sa_handler", 0x8048000),
  },
  {
    rule: "handler-address",
    severity: "warning",
    image: REAL,
    alter: (image) => image.setTail(image.record("SIGHAND"), 3, "_sa_handler", KERNEL_32),
  },
  {
    rule: "handler-address",
    what: "the first one behind user space",
    severity: "warning",
    image: NEW,
    alter: (image) => image.setTail(image.record("SIGHAND"), 3, "_sa_handler", END_64),
  },
  {
    rule: "signal-blocked",
    severity: "warning",
    image: REAL,
    alter(image) {
      const at = image.offsetOf(image.record("SIGNAL_TASK"), "blocked.sigset");
      return image.poke(at, 0, 1) && at;
    },
  },
  {
    rule: "signal-class",
    severity: "error",
    image: S390,
    alter: (image) => image.setTail(pending(image), 0, "csi_code", 0x70000),
  },
  {
    rule: "signal-error",
    severity: "error",
    image: S390,
    alter: (image) => image.setTail(pending(image), 0, "csi_errno", 4095),
  },
  {
    rule: "epoll-target",
    severity: "error",
    image: NEW,
    also: ["epoll-descriptor"],
    alter(image) {
      const epoll = image.value(image.record("EPOLL_ITEMS"), "epfile_objref");
      return image.setElement(items(image), "ckpt_eventpoll_item", 0, "file_objref", epoll);
    },
  },
  {
    rule: "epoll-descriptor",
    severity: "note",
    image: NEW,
    alter: (image) => image.setElement(items(image), "ckpt_eventpoll_item", 0, "fd", 999),
  },
  {
    rule: "semaphore-limit",
    severity: "warning",
    image: NEW,
    alter: (image) => image.setElement(image.record("BUFFER", { label: "semaphores" }), "sem", 1, "semval", 32768),
  },
  {
    rule: "pid-limit",
    severity: "error",
    image: REAL,
    alter: (image) => image.setElement(image.record("BUFFER", { label: "pids" }), "ckpt_task_pids", 0, "vsid", 0x8000),
  },
  {
    rule: "veth-this",
    severity: "error",
    image: NEW,
    alter(image) {
      const [first, second] = [0, 1].map((nth) => image.record("NETDEV", { where: isVeth, nth }));
      if (!first || !second) throw new Error("no pair of devices");
      return image.set(second, "veth.this_ref", image.value(first, "veth.this_ref"));
    },
  },
  {
    rule: "veth-pair",
    severity: "error",
    what: "its own peer",
    image: NEW,
    also: ["veth-pair"],
    alter(image) {
      const device = image.record("NETDEV", { where: isVeth, nth: 1 });
      return image.set(device, "veth.peer_ref", image.value(device, "veth.this_ref"));
    },
  },
];

/** Clears the privilege level of the first valid descriptor. */
function descriptor(image: Altered, record: string): number {
  const view = new DataView(image.bytes.buffer);
  const { start, end } = image.record(record).record?.payload ?? { start: 0, end: 0 };
  for (let at = start; at + 8 <= end; at += 8) {
    const high = view.getUint32(at + 4, true);
    if (high !== 0) return image.write(at + 4, "u32", (high & ~0x6000) >>> 0);
  }
  image.write(start, "u32", 0xffff);
  return image.write(start + 4, "u32", 0x9300);
}

function pending(image: Altered) {
  return image.record("SIGPENDING", { where: (fields) => (fields.number("nr_pending") ?? 0) > 0 });
}

function items(image: Altered) {
  return image.record("BUFFER", { label: "epoll_items" });
}
