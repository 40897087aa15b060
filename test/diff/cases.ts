/** Single changes in an image with every record kind, with the complete expected report. */
import type { Altered } from "../verify/altered.js";

export interface DiffCase {
  readonly title: string;
  /** ABI of the image, if not {@link ABI}. */
  readonly abi?: string;
  edit(image: Altered): void;
  readonly told: readonly string[];
}

export const ABI = "v23-rc2/x86_64";

const payload = (image: Altered, name: string, label?: string, nth = 0): number =>
  image.record(name, { ...(label && { label }), nth }).record?.payload.start as number;

/** A change of a field. */
const field =
  (record: string, path: string, value: number | bigint, pick: Parameters<Altered["record"]>[1] = {}) =>
  (image: Altered): void =>
    void image.set(image.record(record, pick), path, value);

/** A change of bytes in a payload. */
const poke =
  (record: string, label: string | undefined, at: number, bytes: readonly number[], nth = 0) =>
  (image: Altered): void =>
    void image.poke(payload(image, record, label, nth) + at, ...bytes);

const fd = (number: number, nth = 0) => ({
  where: (fields: { number(path: string): number | undefined }) => fields.number("fd_descriptor") === number,
  nth,
});

const file = (type: string, nth = 0) => ({
  where: (fields: { number(path: string): number | undefined }) => fields.number("f_type") === FILE_TYPES.indexOf(type),
  nth,
});

/** Names in the order of the enumeration `file_type`. */
const FILE_TYPES = ["ignore", "generic", "pipe", "fifo", "socket", "tty", "epoll", "eventfd"];

export const CASES: readonly DiffCase[] = [
  { title: "name", edit: poke("STRING", "task_name", 0, [0x49]), told: ["1000 task changed: comm init -> Init"] },
  {
    title: "flags of a task",
    edit: field("TASK", "flags", 0),
    told: ["1000 task changed: flags CKPT_PF_SUPERPRIV -> 0"],
  },
  {
    title: "alternate stack",
    edit: field("TASK", "sas_ss_size", 0x900, { nth: 3 }),
    told: ["1003 task changed: sas_ss_size 2048 -> 2304"],
  },
  {
    title: "process group",
    abi: "v21/x86_64",
    edit: (image) =>
      void image.setElement(image.record("BUFFER", { label: "pids" }), "ckpt_task_pids", 5, "vpgid", 1005),
    told: ["1005 task changed: vpgid 1000 -> 1005"],
  },
  {
    title: "session outside of the container",
    abi: "v20-a/x86_64",
    edit: (image) => void image.setElement(image.record("BUFFER", { label: "pids" }), "ckpt_task_pids", 5, "rsid", 77),
    told: ["1005 task changed: rsid 1000 -> 77"],
  },
  {
    title: "session that is the same in both namespaces",
    abi: "v20-a/x86_64",
    edit: (image) => {
      const pids = image.record("BUFFER", { label: "pids" });
      for (const path of ["vsid", "rsid"]) image.setElement(pids, "ckpt_task_pids", 5, path, 77);
    },
    told: ["1005 task changed: vsid 1000 -> 77"],
  },
  {
    title: "interrupted call",
    edit: field("RESTART_BLOCK", "arg_4", 7, { nth: 1 }),
    told: ["1001 task changed: restart_block.arg_4 3600000000000 -> 7"],
  },
  {
    title: "register",
    edit: field("CPU", "ip", 0x401234),
    told: ["1000 registers changed: rip 0x00000000004003e1 -> 0x0000000000401234"],
  },
  {
    title: "flags register",
    edit: field("CPU", "flags", 0x202),
    told: ["1000 registers changed: eflags 0x0000000000000246 [ PF ZF IF ] -> 0x0000000000000202 [ IF ]"],
  },
  {
    title: "first argument of a call, which PowerPC has twice",
    abi: "v18/powerpc64",
    edit: field("CPU", "orig_gpr3", 0x1234),
    told: ["1000 registers changed: orig_gpr3 0x3e8 -> 0x1234"],
  },
  {
    title: "first argument of a call at both places",
    abi: "v18/powerpc64",
    edit: (image) => {
      for (const path of ["orig_gpr3", "pt_regs.orig_gpr3"]) image.set(image.record("CPU"), path, 0x1234);
    },
    told: ["1000 registers changed: orig_r3 0x00000000000003e8 -> 0x0000000000001234"],
  },
  {
    title: "SSE register",
    edit: poke("CPU_FPU", undefined, 160, [0xff]),
    told: [
      "1000 registers changed: xmm0 0x00000000000000003ff8000000000000 {0, 1.9375, 0, 0} -> 0x00000000000000003ff80000000000ff {3.5733110840282835e-43, 1.9375, 0, 0}",
    ],
  },
  {
    title: "thread-local storage",
    edit: poke("THREAD", undefined, 2, [0xff, 0xee]),
    told: [
      "1000 registers changed: tls[0] () -> base 0xeeff, limit 0x0, kind system, writable false, bits 16, privilege 0, present false, usable false",
    ],
  },
  {
    title: "register of s390",
    abi: "v21/s390x",
    edit: field("CPU", "psw_t_addr", 0x1234, { nth: 1 }),
    told: ["1001 registers changed: pswa 0x00000000004003e0 -> 0x0000000000001234"],
  },
  {
    title: "border of the heap",
    edit: field("MM", "brk", 0x10000800),
    told: ["1000 mapping changed mm: brk 0x10001000 -> 0x10000800"],
  },
  {
    title: "auxiliary vector",
    edit: poke("BUFFER", "at_vector", 8, [0, 0x20]),
    told: ["1000 mapping changed mm: at_vector[6] 0x1000 -> 0x2000"],
  },
  {
    title: "protection",
    edit: field("VMA", "vm_flags", 0x70, { nth: 2 }),
    told: [
      "1000 mapping changed 000010000000-000010001000 rw-p [heap]: vm_flags VM_READ|VM_WRITE|VM_MAYREAD|VM_MAYWRITE|VM_MAYEXEC|VM_ACCOUNT -> VM_MAYREAD|VM_MAYWRITE|VM_MAYEXEC",
    ],
  },
  {
    title: "mapping that grew",
    edit: (image) => {
      const heap = image.record("VMA", { nth: 2 });
      image.set(heap, "vm_end", image.value(heap, "vm_end") + 0x3000);
    },
    told: ["1000 mapping changed 000010000000-000010001000 rw-p [heap]: vm_end 0x10001000 -> 0x10004000"],
  },
  {
    title: "mapping that lost its first pages",
    edit: (image) => {
      const segment = image.record("VMA", { nth: 5 });
      image.set(segment, "vm_start", image.value(segment, "vm_start") + 0x1000);
      image.set(segment, "vm_pgoff", 1);
    },
    told: [
      "1000 mapping changed 020000200000-020000202000 rw-s /srv/jobs/shared: vm_start 0x20000200000 -> 0x20000201000",
    ],
  },
  {
    title: "mapping at another address",
    edit: (image) => {
      const segment = image.record("VMA", { nth: 5 });
      image.set(segment, "vm_start", 0x20000240000);
      image.set(segment, "vm_end", 0x20000242000);
    },
    told: [
      "1000 mapping moved 020000200000-020000202000 rw-s /srv/jobs/shared: vm_start 0x20000200000 -> 0x20000240000",
    ],
  },
  {
    title: "offset in a file",
    edit: field("VMA", "vm_pgoff", 9, { nth: 1 }),
    told: ["1000 mapping changed 000000600000-000000602000 rw-p /bin/program: vm_pgoff 1 -> 9"],
  },
  {
    title: "bytes of a page",
    edit: poke("BUFFER", "page_batch", 16 + 0x123, [1, 2, 3]),
    told: [
      "1000 pages changed 020000300000-020000303000 rw-s /SYSV00005348 (shmid 32769): pages +0 -0 ~1; 3 bytes: [20000300123+3 0292fd>010203]",
    ],
  },
  {
    title: "bytes on both sides of a border of pages",
    edit: poke("BUFFER", "page_batch", 16 + 0xffe, [1, 2, 3, 4]),
    told: [
      "1000 pages changed 020000300000-020000303000 rw-s /SYSV00005348 (shmid 32769): pages +0 -0 ~2; 4 bytes: [20000300ffe+2 e2ed>0102] [20000302000+2 4203>0304]",
    ],
  },
  {
    title: "bytes of shared memory",
    edit: poke("BUFFER", "page_batch", 16 + 0x1010, [9], 1),
    told: ["1000 pages changed 000000600000-000000602000 rw-p /bin/program: pages +0 -0 ~1; 1 bytes: [601010+1 f7>09]"],
  },
  {
    title: "size of a huge page",
    edit: field("HPAGE", "shift", 20),
    told: ["1000 pages changed huge page 0x0 of shm 32770 (key 0x0): shift 16 -> 20"],
  },
  {
    title: "protocol of an address of a network device",
    edit: (image) =>
      void image.setElement(image.record("BUFFER", { label: "device_addresses" }), "ckpt_netdev_addr", 0, "type", 1),
    told: [
      "1000 namespaces changed: lo addresses 127.0.0.1/127.0.0.1/255.0.0.0/127.255.255.255 -> unknown type 1 127.0.0.1/127.0.0.1/255.0.0.0/127.255.255.255",
    ],
  },
  {
    title: "family of an address",
    edit: field("SOCKET_INET", "laddr.sin_family", 10),
    told: ["1000 socket changed fd 13: laddr.sin_family AF_INET -> AF_INET6"],
  },
  {
    title: "huge page",
    edit: poke("BUFFER", "huge_page", 8, [1], 0),
    told: ["1000 pages changed huge page 0x0 of shm 32770 (key 0x0): 1 bytes: [8+1 9e>01]"],
  },
  { title: "umask", edit: field("FS", "umask", 0o77), told: ["1000 directories changed: umask 022 -> 077"] },
  {
    title: "working directory",
    edit: poke("FILE_NAME", "cwd", 1, [0x78]),
    told: ["1000 directories changed: cwd /srv/jobs -> /xrv/jobs"],
  },
  {
    title: "close on exec",
    edit: field("FILE_DESC", "fd_close_on_exec", 1, fd(3)),
    told: ["1000 descriptor changed fd 3 /srv/jobs/data: fd_close_on_exec 0 -> 1"],
  },
  {
    title: "position",
    edit: field("FILE", "common.f_pos", 99, file("generic", 2)),
    told: ["1000 descriptor changed fd 255 /dev/null: f_pos 0 -> 99"],
  },
  {
    title: "flags of a file",
    edit: field("FILE", "common.f_flags", 0o2002, file("generic", 2)),
    told: ["1000 descriptor changed fd 255 /dev/null: f_flags O_RDWR -> O_RDWR|O_APPEND"],
  },
  {
    title: "counter of an eventfd",
    edit: field("FILE", "count", 43, file("eventfd")),
    told: ["1000 descriptor changed fd 16 eventfd: count 42 -> 43"],
  },
  {
    title: "another file behind a descriptor",
    edit: (image) => {
      const other = image.value(image.record("FILE_DESC", fd(255)), "fd_objref");
      image.set(image.record("FILE_DESC", fd(37)), "fd_objref", other);
    },
    told: [
      "1000 descriptor changed fd 37 /srv/jobs/data: open file that of fd 3 of 1000 -> its own; target /srv/jobs/data -> /dev/null; f_pos 1234 -> 0",
      "1000 descriptor changed fd 255 /dev/null: open file its own -> that of fd 37 of 1000",
      "1001 descriptor changed fd 255 /dev/null: open file that of fd 255 of 1000 -> that of fd 37 of 1000",
    ],
  },
  {
    title: "number of a descriptor",
    edit: field("FILE_DESC", "fd_descriptor", 38, fd(37)),
    told: [
      "1000 descriptor removed fd 37 /srv/jobs/data: f_pos 1234 -> ()",
      "1000 descriptor added fd 38 /srv/jobs/data: f_pos () -> 1234",
    ],
  },
  {
    title: "what an epoll file waits for",
    edit: (image) =>
      void image.setElement(image.record("BUFFER", { label: "epoll_items" }), "ckpt_eventpoll_item", 1, "events", 5),
    told: [
      "1000 descriptor changed fd 17 epoll: epoll[fd 16] eventfd, events 0x1, data 0x100000010 -> eventfd, events 0x5, data 0x100000010",
    ],
  },
  {
    title: "contents of a pipe",
    edit: poke("PIPE_BUF", "pipe_contents", 3, [0x54, 0x48]),
    told: ["1000 pipe changed contents of fd 5: 2 bytes: [3+2 7468>5448]"],
  },
  {
    title: "contents of a pipe in old images",
    abi: "v16/x86_32",
    edit: (image) => {
      const pipe = image.record("FILE_PIPE").record;
      image.poke((pipe?.end ?? 0) + 3, 0x54);
    },
    told: ["1000 pipe changed contents of fd 5: 1 bytes: [3+1 74>54]"],
  },
  {
    title: "socket buffer size",
    edit: field("SOCKET", "sock.sndbuf", 4096),
    told: ["1000 socket changed fd 9: sock.sndbuf 54272 -> 4096"],
  },
  {
    title: "flags of a socket",
    edit: field("SOCKET", "sock.shutdown", 1),
    told: ["1000 socket changed fd 9: sock.shutdown 0 -> RCV_SHUTDOWN"],
  },
  {
    title: "state of a connection",
    edit: field("SOCKET_INET", "tcp.snd_nxt", 9001, { nth: 1 }),
    told: ["1000 socket changed fd 14: tcp.snd_nxt 9000 -> 9001"],
  },
  {
    title: "address of a socket",
    edit: field("SOCKET_INET", "laddr.sin_port", 8081),
    told: ["1000 socket changed fd 13: laddr 127.0.0.1:8080 -> 127.0.0.1:8081"],
  },
  {
    title: "directory of a socket, which is UTF-8",
    edit: poke("STRING", "socket_directory", 5, [0xc3, 0xa9]),
    told: ["1000 socket changed fd 11: directory /srv/jobs -> /srv/ébs"],
  },
  {
    title: "peer of a socket",
    edit: field("SOCKET_UNIX", "peer", 0),
    told: ["1000 socket changed sender of message 0 of fd 9: peer fd 9 of 1000 -> none"],
  },
  {
    title: "data that was not received",
    edit: poke("BUFFER", "socket_data", 0, [0x4f], 0),
    told: ["1000 socket changed receive queue of fd 9: 1 bytes: [0+1 6f>4f]"],
  },
  {
    title: "terminal settings",
    edit: field("TTY", "termios.c_lflag", 0o5, { nth: 1 }),
    told: ["1000 terminal changed fd 0: termios.c_lflag 0105073 -> 05"],
  },
  {
    title: "control character",
    edit: (image) => void image.poke(image.offsetOf(image.record("TTY"), "termios.c_cc") + 4, 9),
    told: ["1000 terminal changed other end of fd 0: termios.c_cc[4] 4 -> 9"],
  },
  {
    title: "input of a terminal",
    edit: poke("BUFFER", "tty_input", 0, [0x4c]),
    told: ["1000 terminal changed input of fd 0: 1 bytes: [0+1 6c>4c]"],
  },
  {
    title: "signal handler",
    edit: (image) => void image.setTail(image.record("SIGHAND"), 9, "_sa_handler", 1),
    told: ["1000 signals changed: SIGUSR1._sa_handler 0x400200 -> SIG_IGN"],
  },
  {
    title: "flags of a handler",
    edit: (image) => void image.setTail(image.record("SIGHAND"), 9, "sa_flags", 0x14000000),
    told: ["1000 signals changed: SIGUSR1.sa_flags SA_RESTART -> SA_RESTORER|SA_RESTART"],
  },
  {
    title: "mask of a handler",
    edit: (image) => void image.setTail(image.record("SIGHAND"), 9, "sa_mask.sigset", 1),
    told: ["1000 signals changed: SIGUSR1.sa_mask SIGUSR1|SIGUSR2 -> SIGHUP|SIGUSR1|SIGUSR2"],
  },
  {
    title: "blocked signals",
    edit: (image) => void image.poke(image.offsetOf(image.record("SIGNAL_TASK"), "blocked.sigset"), 3),
    told: ["1000 signals changed: blocked SIGINT|SIGUSR2|SIGCHLD|SIG34 -> SIGHUP|SIGINT|SIGUSR2|SIGCHLD|SIG34"],
  },
  {
    title: "sender of a pending signal",
    edit: (image) => void image.setTail(image.record("SIGPENDING"), 0, "csi_pid", 77),
    told: [
      "1000 signals changed: shared_pending.siginfo[0] SIGINT SI_USER, pid 1000, uid 1000 -> SIGINT SI_USER, pid 77, uid 1000",
    ],
  },
  {
    title: "interval timer",
    edit: field("SIGNAL", "it_real_value", 123),
    told: ["1000 signals changed: it_real_value 0 -> 123"],
  },
  {
    title: "limit",
    edit: (image) => void image.poke(image.offsetOf(image.record("SIGNAL"), "rlim") + 7 * 16, 0, 8),
    told: ["1000 signals changed: rlim[RLIMIT_NOFILE].rlim_cur 1024 -> 2048"],
  },
  {
    title: "identity",
    edit: field("CRED", "euid", 0),
    told: [
      "1000 credentials changed: euid 1000 -> 0",
      "1001 credentials changed: real euid 1000 -> 0",
      "1003 credentials changed: euid 1000 -> 0",
      "1005 credentials changed: euid 1000 -> 0",
      "1006 credentials changed: euid 1000 -> 0",
      "1007 credentials changed: euid 1000 -> 0",
    ],
  },
  {
    title: "capability",
    edit: field("CRED", "cap_s.cap_e_0", 1),
    told: [
      "1000 credentials changed: cap_effective none -> CAP_CHOWN",
      "1001 credentials changed: real cap_effective none -> CAP_CHOWN",
      "1003 credentials changed: cap_effective none -> CAP_CHOWN",
      "1005 credentials changed: cap_effective none -> CAP_CHOWN",
      "1006 credentials changed: cap_effective none -> CAP_CHOWN",
      "1007 credentials changed: cap_effective none -> CAP_CHOWN",
    ],
  },
  {
    title: "supplementary group",
    edit: (image) => void image.poke(image.offsetOf(image.record("GROUPINFO"), "ngroups") + 4, 9),
    told: [
      "1000 credentials changed: groups 100 101 4711 -> 9 101 4711",
      "1001 credentials changed: real groups 100 101 4711 -> 9 101 4711",
      "1002 credentials changed: groups 100 101 4711 -> 9 101 4711",
      "1003 credentials changed: groups 100 101 4711 -> 9 101 4711",
      "1005 credentials changed: groups 100 101 4711 -> 9 101 4711",
      "1006 credentials changed: groups 100 101 4711 -> 9 101 4711",
      "1007 credentials changed: groups 100 101 4711 -> 9 101 4711",
    ],
  },
  {
    title: "host name",
    edit: (image) => void image.poke(image.offsetOf(image.record("UTS_NS"), "nodename"), 0x58),
    told: ['1000 namespaces changed: nodename "cradle" -> "Xradle"'],
  },
  {
    title: "network device",
    edit: field("NETDEV", "flags", 0),
    told: ["1000 namespaces changed: lo flags IFF_UP|IFF_LOOPBACK|IFF_RUNNING -> 0"],
  },
  {
    title: "limit of an IPC namespace",
    edit: field("IPC_NS", "shm_ctlmni", 1),
    told: ["1000 ipc changed limits: shm_ctlmni 4096 -> 1"],
  },
  {
    title: "mode of a segment",
    edit: field("IPC_SHM", "perms.mode", 0o666),
    told: ["1000 ipc changed shm 32769 (key 0x5348): perms.mode 0640 -> 0666"],
  },
  {
    title: "time of a queue",
    edit: field("IPC_MSG", "q_stime", 5),
    told: [
      "1000 ipc changed msg 65536 (key 0x4d51): q_stime 1268856421 (2010-03-17T20:07:01Z) -> 5 (1970-01-01T00:00:05Z)",
    ],
  },
  {
    title: "type of a message",
    edit: field("IPC_MSG_MSG", "m_type", 12),
    told: ["1000 ipc changed message 0 of msg 65536 (key 0x4d51): m_type 1 -> 12"],
  },
  {
    title: "text of a message",
    edit: poke("BUFFER", "message_text", 2, [0x53], 1),
    told: ["1000 ipc changed message 1 of msg 65536 (key 0x4d51): 1 bytes: [2+1 73>53]"],
  },
  {
    title: "id of a queue with a key",
    edit: field("IPC_MSG", "perms.id", 5),
    told: ["1000 ipc changed msg 65536 (key 0x4d51): perms.id 65536 -> 5"],
  },
  {
    title: "value of a semaphore",
    edit: (image) => void image.setElement(image.record("BUFFER", { label: "semaphores" }), "sem", 1, "semval", 3),
    told: ["1000 ipc changed sem 98304 (key 0x5345): semval[1] 0 -> 3"],
  },
  {
    title: "undo list",
    edit: poke("BUFFER", "undo_adjustments", 2, [2]),
    told: ["1000 ipc changed undo list: sem 98304 0 1 -2 -> 0 2 -2"],
  },
  {
    title: "label",
    edit: poke("STRING", "lsm_context", 0, [0x58], 1),
    told: [
      "1000 ipc changed shm 32769 (key 0x5348): security Shared -> Xhared",
      "1000 ipc changed shm 32770 (key 0x0): security Shared -> Xhared",
      "1000 ipc changed msg 65536 (key 0x4d51): security Shared -> Xhared",
      "1000 ipc changed sem 98304 (key 0x5345): security Shared -> Xhared",
    ],
  },
  {
    title: "address space that is shared",
    edit: (image) => {
      const first = image.value(image.record("TASK_OBJS"), "mm_objref");
      image.set(image.record("TASK_OBJS", { nth: 2 }), "mm_objref", first);
    },
    told: [
      "1002 sharing changed: mm its own -> that of 1000",
      "1002 pages changed 000000600000-000000602000 rw-p /bin/program: pages +0 -0 ~2; 8129 bytes: [600000+8192 27027ab1>8185b4e9]",
      "1002 pages changed 03feffffd000-03ff00000000 rw-p [stack]: pages +0 -0 ~2; 8176 bytes: [3feffffd000+8192 0b474d89>689721a3]",
      "1002 mapping added 020000000000-020000004000 rw-s [shared]: pages in the image () -> 2",
      "1002 mapping added 020000200000-020000202000 rw-s /srv/jobs/shared",
      "1002 mapping added 020000300000-020000303000 rw-s /SYSV00005348 (shmid 32769)",
      "1002 mapping added 020000400000-020000410000 rw-p: pages in the image () -> 16",
      "1002 mapping added 020000500000-020000510000 rw-s /SYSV00000000 (shmid 32770)",
    ],
  },
  {
    title: "files that are not shared any more",
    edit: (image) => {
      const other = image.value(image.record("TASK_OBJS", { nth: 2 }), "files_objref");
      image.set(image.record("TASK_OBJS", { nth: 3 }), "files_objref", other);
    },
    told: [
      "1003 sharing changed: files that of 1001 -> that of 1002",
      "1003 descriptor removed fd 3 /srv/jobs/data: f_pos 1234 -> (); fd_close_on_exec 1 -> ()",
      "1003 descriptor removed fd 255 /dev/null: f_pos 0 -> ()",
    ],
  },
];
