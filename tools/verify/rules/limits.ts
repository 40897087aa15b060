/** Values that kernels do not have, by field. The limits are from the schema; limits that depend on other fields have their own rules. */
import type { BoundStruct } from "../../../runtime/index.js";
import type { ImageFormat, RecordKind } from "../../image/abi/format.js";
import { inspection, type RuleTexts } from "../inspection.js";
import { structBytes } from "../struct-bytes.js";
import { type StructTest, StructTests } from "../struct-tests.js";

interface Bounds {
  readonly least: bigint;
  readonly most: bigint;
  /** A value outside the bounds that is valid as well. */
  readonly or?: bigint;
}

/** Returns the bounds of a field; undefined if version or architecture has no such limit. */
type Limit = (format: ImageFormat) => Bounds | undefined;

const MAX_S32 = 2n ** 31n - 1n;
const MAX_S64 = 2n ** 63n - 1n;

/** All ones in 32 bits: no user, no signal. */
const NONE = 0xffff_ffffn;

function named(name: string, less: bigint, or?: bigint): Limit {
  return ({ abi }) => {
    const value = abi.constant(name);
    if (value === undefined) return undefined;
    return { least: 0n, most: BigInt(value) - less, ...(or === undefined ? {} : { or }) };
  };
}

/** From 0 to a constant of the schema, inclusive. */
const upTo = (name: string, or?: bigint) => named(name, 0n, or);

/** From 0 to a constant of the schema, exclusive. */
const below = (name: string) => named(name, 1n);

/** Below a constant of the schema; other rules check the sign. */
const anyBelow =
  (limit: Limit): Limit =>
  (format) => {
    const bounds = limit(format);
    return bounds && { ...bounds, least: -MAX_S64 };
  };

const between = (least: bigint, most: bigint): Limit => {
  const bounds = { least, most };
  return () => bounds;
};

const notNegative = between(0n, MAX_S64);

/** Pages of the linear part of a socket buffer. */
const bufferPages: Limit = ({ abi, pageSize }) => {
  const pages = abi.constant("SKB_MAX_ALLOC_PAGES");
  return pages === undefined ? undefined : { least: 0n, most: BigInt(pages) * BigInt(pageSize) - 1n };
};

/** Limits by record, or by repeated struct. An index in a path may be a name of the schema. */
const FIELDS: Readonly<
  Record<string, readonly (readonly [rule: keyof typeof RULES, limit: Limit, ...fields: readonly string[]])[]>
> = {
  TASK: [
    ["signal-range", upTo("_NSIG"), "pdeath_signal"],
    ["signal-range", upTo("_NSIG", NONE), "exit_signal"],
  ],
  ckpt_siginfo: [["signal-error", below("MAX_ERRNO"), "csi_errno"]],
  SIGNAL: [
    ["timer-range", notNegative, "it_real_value", "it_real_incr"],
    ["timer-range", notNegative, "it_virt_value", "it_virt_incr", "it_prof_value", "it_prof_incr"],
    ["descriptor-limit", upTo("sysctl_nr_open"), "rlim[RLIMIT_NOFILE].rlim_max"],
  ],
  FILE: [
    ["file-position", upTo("MAX_LFS_FILESIZE"), "f_pos"],
    ["event-count", between(0n, NONE), "count"],
  ],
  FILE_TABLE: [["descriptor-limit", anyBelow(upTo("sysctl_nr_open")), "fdt_nfds"]],
  FILE_DESC: [["descriptor-limit", anyBelow(below("sysctl_nr_open")), "fd_descriptor"]],
  ckpt_eventpoll_item: [["descriptor-limit", below("sysctl_nr_open"), "fd"]],
  GROUPINFO: [["group-count", upTo("NGROUPS_MAX"), "ngroups"]],
  IPC_NS: [
    ["ipc-settings", notNegative, "shm_ctlmni", "msg_ctlmax", "msg_ctlmnb", "msg_ctlmni"],
    ["ipc-settings", notNegative, "sem_ctl_msl", "sem_ctl_mns", "sem_ctl_opm", "sem_ctl_mni"],
  ],
  IPC_SHM: [
    ["ipc-sequence", below("USHORT_MAX"), "perms.seq"],
    ["ipc-pid", notNegative, "shm_cprid", "shm_lprid"],
    ["segment-limit", upTo("SHMEM_MAX_BYTES"), "shm_segsz"],
    ["segment-locked", between(NONE, NONE), "mlock_uid"],
  ],
  IPC_MSG: [
    ["ipc-sequence", below("USHORT_MAX"), "perms.seq"],
    ["ipc-pid", notNegative, "q_lspid", "q_lrpid"],
  ],
  IPC_SEM: [["ipc-sequence", below("USHORT_MAX"), "perms.seq"]],
  sem: [["semaphore-limit", anyBelow(upTo("SEMVMX")), "semval"]],
  SOCKET: [
    ["socket-error", below("MAX_ERRNO"), "sock.err"],
    ["socket-limit", between(0n, MAX_S32), "sock.rcvbuf", "sock.sndbuf"],
    ["socket-timeout", notNegative, "sock.rcvtimeo", "sock.sndtimeo"],
  ],
  SOCKET_BUFFER: [
    ["buffer-limit", bufferPages, "lin_len", "frg_len", "skb_len"],
    ["buffer-limit", below("MAX_SKB_FRAGS"), "nr_frags"],
  ],
  TTY: [["tty-index", below("NR_UNIX98_PTY_MAX"), "index"]],
  MM_CONTEXT: [["ldt-size", upTo("LDT_ENTRIES"), "nldt"]],
};

const RULES = {
  "signal-range": ["refused", "A signal that a task sends or gets at its end is 0 or one that the kernel has."],
  "signal-error": ["refused", "The error of a queued signal is 0 or an error number of the kernel."],
  "timer-range": ["refused", "The time that is left of an interval timer, and its interval, are not negative."],
  "file-position": ["refused", "The position in a file is not negative, and not beyond the longest file."],
  "descriptor-limit": [
    "doubtful",
    "A file descriptor is below the limit of the kernel; on one with a higher limit (fs.nr_open) it may be right.",
  ],
  "event-count": ["doubtful", "The count of an eventfd fits 32 bits: a restart sets it by a call that takes no more."],
  "group-count": ["refused", "A task has no more supplementary groups than kernels allow."],
  "ipc-settings": ["refused", "The limits of an IPC namespace are not negative."],
  "ipc-sequence": ["refused", "The sequence number of an IPC object fits 16 bits, and is not all ones."],
  "ipc-pid": ["refused", "Pids of the creators and users of IPC objects are not negative."],
  "segment-locked": ["refused", "No segment is locked in memory."],
  "segment-limit": ["refused", "A segment is not longer than shared memory can be."],
  "semaphore-limit": ["doubtful", "The value of a semaphore is not higher than an operation can make it."],
  "socket-error": ["refused", "The pending error of a socket is 0 or an error number of the kernel."],
  "socket-timeout": ["doubtful", "Timeouts of sockets are not negative."],
  "socket-limit": ["doubtful", "The limits of the buffers of a socket are not negative."],
  "buffer-limit": ["refused", "A socket buffer is not longer than restart makes one, and has no more fragments."],
  "tty-index": ["refused", "The number of a pseudo-terminal is one that kernels give."],
  "ldt-size": ["refused", "A local descriptor table has no more entries than the processor takes."],
} satisfies RuleTexts;

export class LimitRules extends inspection(RULES) {
  private readonly tests = new StructTests(this.scene, (struct, owner) => this.testsOf(struct, owner));

  readonly every = (kind: RecordKind | undefined) => this.tests.of(kind);

  private testsOf(struct: BoundStruct, owner: string): StructTest[] {
    const own = (FIELDS[owner] ?? []).map(([rule, limit, ...paths]) => ({
      ...{ rule, limit },
      fields: paths.map((path) => this.numbered(path)),
    }));
    if (own.length === 0) return [];
    return structBytes(struct).fields.flatMap(({ path, width, offset, dims }) => {
      const { rule, limit } = own.find(({ fields }) => fields.includes(path)) ?? {};
      const bounds = limit?.(this.format);
      if (!rule || !bounds || !width || dims) return [];
      const { least, most, or } = bounds;
      const expected = `${wordsOf(bounds)}${or === undefined ? "" : `, or ${or}`}`;
      return [
        (view, window, start, prefix) => {
          const value = width.read(this.source.view, window + offset, this.format.littleEndian);
          // biome-ignore lint/suspicious/noDoubleEquals: the field may be a number and the bound is a bigint
          if ((value >= least && value <= most) || value == or) return;
          this.report(rule, view, { field: prefix + path, at: start + offset, expected, found: `${value}` });
        },
      ] satisfies StructTest[];
    });
  }

  private numbered(path: string): string {
    return path.replace(/\[([A-Z_]+)\]/, (_, name: string) => `[${this.format.constant(name)}]`);
  }
}

function wordsOf({ least, most }: Bounds): string {
  if (least === most) return `${least}`;
  if (most === MAX_S64) return `at least ${least}`;
  return least < 0n ? `at most ${most}` : `${least} to ${most}`;
}
