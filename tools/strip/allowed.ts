/**
 * What stays in a stripped image, and why. Everything else becomes zero or is removed, also anything that the list does not name, such as a field of
 * a future version. The help of `ckpt strip` prints the list, and a test compares it with what remains in images of every version.
 */
import type { ContentKind } from "./options.js";

/** Meanings of a field because of which it stays, whatever its name. */
export type AllowedBy = "const" | "refers" | "enum" | "flags" | "asked" | "private";

export interface Allowed {
  /** What the entry is. */
  readonly what: string;
  /** What the entry is needed for. */
  readonly why: string;
  /** Stays only with one of these options. */
  readonly keep?: readonly ContentKind[];
  /** Stays only without this option: becomes zero with `registers`, and `x` characters with `paths`. */
  readonly unless?: "registers" | "paths";
  /** Fields with such a meaning. `asked` are those that counts, lengths and conditions of the grammar use. */
  readonly kinds?: readonly AllowedBy[];
  /** Fields by struct, both by schema key: paths of numbers, arrays or aggregates separated by spaces, or `*` for all. */
  readonly fields?: Readonly<Record<string, string>>;
  /** For a struct with cases: roles of its fields in a case, separated by commas. The case decides whether such a field stays. */
  readonly roles?: Readonly<Record<string, string>>;
  /** Payloads that are bytes, texts or plain numbers, by the label of the grammar or the name of the record. */
  readonly payloads?: readonly string[];
}

const REGISTERS = "registers";
const KEPT_PATHS = "paths";

export const ALLOWED_FIELDS: readonly Allowed[] = [
  {
    what: "fields that counts, lengths and conditions of the format ask for",
    why: "they show where the next record begins and what it is",
    kinds: ["asked"],
  },
  { what: "fields with one right value", why: "readers recognise the format by them", kinds: ["const"] },
  {
    what: "numbers of objects",
    why: "they connect tasks, files, mappings, sockets and namespaces",
    kinds: ["refers"],
  },
  { what: "codes and flags with names", why: "they show the kind of each", kinds: ["enum", "flags"] },
  {
    what: "version of the kernel, time and sizes of its arrays",
    why: "they determine who can read and restart the image",
    fields: {
      ckpt_hdr_header: "major minor patch rev time",
      ckpt_const: "*",
    },
    payloads: ["release", "version", "machine"],
  },
  {
    what: "facts about the processor",
    why: "registers cannot be read without them",
    fields: { ckpt_hdr_header_arch: "cpu_architecture mmu aeabi oabi_compat has_fxsr has_xsave" },
  },
  {
    what: "pids, sessions and depths of pid namespaces",
    why: "tasks are called by them, and the process tree is made of them",
    fields: {
      ckpt_task_pids: "vpid vppid vtgid vpgid vsid rsid depth",
      ckpt_hdr_pids: "offset",
      ckpt_hdr_signal: "tty_pgrp tty_old_pgrp",
    },
    payloads: ["vpids", "pid_table"],
  },
  {
    what: "how tasks ended or are to end",
    why: "zombies, and signals to parents and children",
    fields: { ckpt_hdr_task: "exit_code exit_signal pdeath_signal" },
  },
  {
    what: "system calls that go on after a restart",
    why: "they show where a task was",
    fields: {
      ckpt_hdr_restart_block: "arg_0 arg_1 arg_2 arg_3 arg_4",
      ckpt_hdr_thread: "thread_info_flags syscall",
    },
  },
  {
    what: "registers",
    why: "they show where a task was",
    unless: REGISTERS,
    fields: { ckpt_hdr_cpu: "*", ckpt_hdr_cpu_vsx: "*", pt_regs: "*", ckpt_hdr_thread: "thumbee_state" },
    payloads: ["CPU_FPU"],
  },
  {
    what: "sizes of blocks of registers, and the mode of the processor",
    why: "they distinguish 32-bit from 64-bit programs, also without registers",
    fields: {
      ckpt_hdr_cpu: "pt_regs_size fpr_size psw_t_mask",
      ckpt_hdr_cpu_vsx: "pt_regs_size fpr_size",
    },
  },
  {
    what: "descriptors of segments, and the address of thread-local storage",
    why: "debuggers turn the addresses of segments and threads into linear ones by them",
    fields: { desc_struct: "a b", ckpt_hdr_thread: "tp_value" },
  },
  {
    what: "users, groups and capabilities",
    why: "they show what a task may do",
    fields: {
      ckpt_hdr_cred: "uid suid euid fsuid gid sgid egid fsgid",
      ckpt_capabilities: "cap_i_0 cap_i_1 cap_p_0 cap_p_1 cap_e_0 cap_e_1 cap_b_0 cap_b_1",
      ckpt_hdr_groupinfo: "groups",
      ckpt_hdr_user_struct: "uid",
      ckpt_hdr_socket_unix: "peercred_uid peercred_gid",
    },
  },
  { what: "security labels", why: "they show what a task may do", payloads: ["lsm_context"] },
  {
    what: "descriptors, modes and positions of open files",
    why: "lists of open files consist of them",
    fields: {
      ckpt_hdr_file_desc: "fd_descriptor fd_close_on_exec",
      ckpt_hdr_file: "f_mode f_pos",
      ckpt_hdr_file_eventfd: "count",
      ckpt_eventpoll_item: "fd events",
      ckpt_hdr_tty: "index",
    },
  },
  {
    what: "names of tasks, paths, names of hosts",
    why: "they show which programs ran and what they had open",
    unless: KEPT_PATHS,
    fields: { ckpt_hdr_utsns: "nodename domainname", sockaddr_un: "sun_path" },
    payloads: ["task_name", "path", "cwd", "root", "socket_directory", "nodename", "domainname"],
  },
  {
    what: "names of the system in its namespaces",
    why: "they show which kernel the tasks believe to run on",
    fields: { ckpt_hdr_utsns: "sysname release version machine" },
  },
  {
    what: "addresses and sizes of mappings, and what is where in an address space",
    why: "the map of memory consists of them",
    fields: {
      ckpt_hdr_mm:
        "start_code end_code start_data end_data start_brk brk start_stack arg_start arg_end env_start env_end",
      ckpt_hdr_vma: "ino_size vm_start vm_end vm_pgoff hugetlb_shift",
      ckpt_hdr_mm_context: "vdso vdso_base end_brk",
    },
    payloads: ["page_positions"],
  },
  {
    what: "auxiliary vectors",
    why: "debuggers find the program and its vdso by them; they hold addresses and ids, and no contents",
    payloads: ["at_vector"],
  },
  {
    what: "handlers, masks and senders of signals, limits and timers",
    why: "they show why a signal was not delivered, and what a task waits for",
    fields: {
      ckpt_sigaction: "_sa_handler sa_flags sa_restorer",
      ckpt_sigset: "sigset",
      ckpt_siginfo: "csi_signo csi_errno csi_code",
      ckpt_rlimit: "rlim_cur rlim_max",
      ckpt_hdr_signal: "it_real_value it_real_incr it_virt_value it_virt_incr it_prof_value it_prof_incr",
      ckpt_hdr_task: "sas_ss_sp sas_ss_size",
    },
    roles: { ckpt_siginfo: "pid,uid,timer,overrun,fd,band,address,trap,status,utime,stime" },
  },
  {
    what: "limits, owners, sizes, times and last users of System V objects, and the values of semaphores",
    why: "lists of these objects consist of them, and they show who waits for whom",
    fields: {
      ckpt_hdr_ipcns:
        "shm_ctlmax shm_ctlall shm_ctlmni msg_ctlmax msg_ctlmnb msg_ctlmni sem_ctl_msl sem_ctl_mns sem_ctl_opm sem_ctl_mni",
      ckpt_hdr_ipc_perms: "id key uid gid cuid cgid mode seq",
      ckpt_hdr_ipc_shm: "shm_segsz shm_atim shm_dtim shm_ctim shm_cprid shm_lprid mlock_uid",
      ckpt_hdr_ipc_msg: "q_stime q_rtime q_ctime q_cbytes q_qbytes q_lspid q_lrpid",
      ckpt_hdr_ipc_msg_msg: "m_type m_ts",
      ckpt_hdr_ipc_sem: "sem_otime sem_ctime",
      sem: "semval sempid",
      ckpt_hdr_task_sem_undo: "semid",
    },
    payloads: ["undo_adjustments"],
  },
  {
    what: "options, limits and states of sockets",
    why: "they show why a connection is stuck",
    fields: {
      ckpt_hdr_socket:
        "has_buffers sock_common.bound_dev_if sock_common.reuse sock.rcvlowat sock.flags sock.rcvtimeo sock.sndtimeo sock.err sock.priority sock.rcvbuf sock.sndbuf sock.backlog sock.protocol",
      linger: "l_onoff l_linger",
      ckpt_hdr_socket_inet: `laddr_len raddr_len ${[
        "rcv_nxt copied_seq rcv_wup snd_nxt snd_una snd_sml rcv_tstamp lsndtime snd_wl1 snd_wnd max_window mss_cache",
        "window_clamp rcv_ssthresh frto_highmark srtt mdev mdev_max rttvar rtt_seq packets_out retrans_out snd_up rcv_wnd",
        "write_seq pushed_seq lost_out sacked_out fackets_out tso_deferred bytes_acked lost_cnt_hint retransmit_high",
        "lost_retrans_low prior_ssthresh high_seq retrans_stamp undo_marker undo_retrans total_retrans urg_seq",
        "keepalive_time keepalive_intvl advmss frto_counter nonagle ecn_flags reordering keepalive_probes",
      ]
        .flatMap((line) => line.split(" "))
        .map((field) => `tcp.${field}`)
        .join(" ")}`,
      ckpt_hdr_socket_unix: "laddr_len raddr_len",
      sockaddr_in: "sin_port",
    },
  },
  {
    what: "how many bytes wait in sockets, and where the parts of a buffer are",
    why: "they show which end does not read, and lead to the next record",
    fields: {
      ckpt_hdr_socket_queue: "total_bytes",
      ckpt_hdr_socket_buffer: "transport_header network_header mac_header frg_len skb_len hdr_len mac_len data_offset",
      ckpt_hdr_socket_buffer_frag: "size offset",
    },
  },
  {
    what: "which namespaces begin, and the state and peers of network devices",
    why: "they show how namespaces are connected",
    fields: { ckpt_hdr_ns: "flags", ckpt_hdr_netdev: "flags" },
    roles: { ckpt_hdr_netdev: "own number,peer,mode" },
  },
  {
    what: "the message of a checkpoint that failed",
    why: "it is what the image is about",
    payloads: ["message"],
  },
  {
    what: "contents of memory",
    why: "only on request",
    keep: ["memory"],
    fields: { ckpt_hdr_hpage: "vaddr index shift" },
    payloads: ["page_batch", "huge_page"],
  },
  { what: "contents of pipes", why: "only on request", keep: ["pipes"], payloads: ["pipe_contents", "FILE_PIPE"] },
  { what: "data in sockets", why: "only on request", keep: ["sockets"], payloads: ["socket_data", "SOCKET_FRAG"] },
  { what: "texts of messages", why: "only on request", keep: ["messages"], payloads: ["message_text"] },
  {
    what: "what was typed into terminals, and how long its lines are",
    why: "only on request",
    keep: ["tty"],
    fields: { ckpt_hdr_ldisc_n_tty: "column canon_column canon_datalen canon_data read_flags" },
    payloads: ["tty_input"],
  },
  {
    what: "control data of socket buffers, and what the kernel keeps after the fields of semaphores",
    why: "only on request: they may hold addresses of the kernel",
    keep: ["kernel"],
    kinds: ["private"],
  },
  {
    what: "control data of socket buffers",
    why: "they belong to the data",
    keep: ["sockets"],
    fields: { ckpt_hdr_socket_buffer: "cb" },
  },
];

/** Members of which only the beginning has a meaning, by struct: the member, and the field with its used length. */
export const USED_LENGTHS: Readonly<Record<string, readonly (readonly [member: string, length: string])[]>> = {
  ckpt_hdr_socket_unix: [
    ["laddr", "laddr_len"],
    ["raddr", "raddr_len"],
  ],
  ckpt_hdr_socket_inet: [
    ["laddr", "laddr_len"],
    ["raddr", "raddr_len"],
  ],
};
