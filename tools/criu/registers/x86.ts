/** Registers of an x86 thread. Those of 32-bit programs are in the form of a 32-bit program on a 64-bit kernel. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type user_desc_tSchema,
  type user_x86_regs_entrySchema,
  user_x86_regs_mode,
} from "../../../generated/criu/core-x86_pb.js";
import { payloadStructs } from "../../image/record/struct-fields.js";
import { registersOf } from "../../model/task-registers.js";
import { segmentBaseOf, selectorFieldOf, threadSegmentsOf } from "../../model/x86-bases.js";
import { selectorOf } from "../../model/x86-segments.js";
import { interrupted, resumptionOf } from "./interrupted-call.js";
import type { Thread, ThreadInfo } from "./thread.js";
import { floatingPoint, unusedFloatingPoint } from "./x86-fpu.js";

type Registers = Exclude<MessageInitShape<typeof user_x86_regs_entrySchema>, { $typeName: string }>;

const GENERAL = ["ax", "bx", "cx", "dx", "si", "di", "bp", "sp", "ip", "flags"] as const;
const ONLY_64 = ["r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"] as const;

/** Length of the instruction that makes a system call: int $0x80, sysenter or syscall. */
const CALL_BYTES = 2n;

export function x86Thread(thread: Thread): ThreadInfo {
  const { clearTidAddr, passage, task } = thread;
  const { image, account } = passage;
  const registers = generalRegisters(thread);
  tellBreakpoints(thread);
  tellLocalTable(thread);
  return {
    threadInfo: {
      clearTidAddr,
      gpregs: registers,
      fpregs: floatingPoint(image, task, account),
      tls: threadLocalSegments(thread),
    },
  };
}

/** Bits of debug register 7 that enable the breakpoints in registers 0 to 3. */
const ENABLED = 0xffn;

function tellBreakpoints({ passage: { account }, task, cpu }: Thread): void {
  const value = cpu.big("debugreg7") ?? 0n;
  if ((value & ENABLED) === 0n) return;
  const node = task.record("CPU");
  account.lost({
    task,
    node,
    record: "CPU",
    field: "debugreg7",
    value,
    why: "CRIU has no debug registers, so the breakpoints in them are gone",
  });
}

/** Tells once for each process that it has segments of its own. */
function tellLocalTable({ passage: { account, image, localTables }, task }: Thread): void {
  if (task.isThread) return;
  const used = registersOf(image, task, localTables).segments?.ldtUsed ?? 0;
  if (used === 0) return;
  const node = image.object(task.objref("mm_objref"), "MM")?.search("MM_CONTEXT");
  account.lost({
    ...{ task, node, record: "MM_CONTEXT", field: "nldt", value: used },
    why: "CRIU does not restore segments that a program has made with modify_ldt; it dies if it uses them",
  });
}

/** The registers of a task that has none any more. */
export function deadX86Thread(): ThreadInfo {
  const zero = Object.fromEntries(
    [...GENERAL, ...ONLY_64, "origAx", "cs", "ss", "ds", "es", "fs", "gs", "fsBase", "gsBase"].map((name) => [
      name,
      0n,
    ]),
  ) as Registers;
  return { threadInfo: { clearTidAddr: 0n, gpregs: zero, fpregs: unusedFloatingPoint(0, 0), tls: [] } };
}

function generalRegisters(thread: Thread): Registers {
  const { passage, task, cpu, isCompat } = thread;
  const { image } = passage;
  const bits = isCompat ? 32 : 64;
  const read = (name: string) => BigInt.asUintN(bits, cpu.big(name) ?? 0n);
  const registers = Object.fromEntries([...GENERAL, ...ONLY_64].map((name) => [name, read(name)])) as Record<
    (typeof GENERAL | typeof ONLY_64)[number],
    bigint
  >;
  const origAx = read("orig_ax");
  const isInCall = BigInt.asIntN(bits, origAx) >= 0n;
  const resumption = isInCall ? resumptionOf(thread, BigInt.asIntN(bits, registers.ax)) : undefined;
  if (resumption === "again") {
    registers.ax = origAx;
    registers.ip = BigInt.asUintN(bits, registers.ip - CALL_BYTES);
  } else if (resumption === "EINTR") registers.ax = interrupted(bits);
  const selector = (name: SelectorName) => selectorFor64(thread, name);
  const tls = threadSegmentsOf(image, task);
  const base = (name: "fs" | "gs") => (isCompat ? 0n : segmentBaseOf(image, cpu, tls, name));
  return {
    ...registers,
    origAx,
    ...{ cs: selector("cs"), ss: selector("ss"), ds: selector("ds"), es: selector("es") },
    ...{ fs: selector("fs"), gs: selector("gs"), fsBase: base("fs"), gsBase: base("gs") },
    mode: isCompat ? user_x86_regs_mode.COMPAT : user_x86_regs_mode.NATIVE,
  };
}

type SelectorName = "cs" | "ss" | "ds" | "es" | "fs" | "gs";

/** Selectors of user programs, and the first of three for thread-local storage, in the descriptor table of a 64-bit kernel. */
const USER32_CODE = 0x23n;
const USER_DATA = 0x2bn;
const USER64_CODE = 0x33n;
const FIRST_TLS = 12;
const USER_PRIVILEGE = 3;

function selectorFor64({ passage, task, cpu, isCompat }: Thread, name: SelectorName): bigint {
  const { image, account } = passage;
  const field = name === "fs" || name === "gs" ? selectorFieldOf(cpu, name) : name;
  const value = cpu.number(field) ?? 0;
  const { kind, bits = isCompat ? 32 : 64, index = 0, selector } = selectorOf(image.format, value);
  switch (kind) {
    case "null":
      return 0n;
    case "user code":
      return bits === 32 ? USER32_CODE : USER64_CODE;
    case "user data":
      return USER_DATA;
    case "tls":
      // The base counts in 64-bit code, and is set by itself.
      return isCompat ? BigInt(((FIRST_TLS + index) << 3) | USER_PRIVILEGE) : 0n;
    default:
      account.inTheWay({
        ...{ task, node: task.record("CPU"), record: "CPU", field, value: selector ?? value },
        why:
          kind === "ldt"
            ? "the segment is in the local descriptor table, which CRIU does not restore"
            : "a 64-bit kernel has no such segment",
      });
      return 0n;
  }
}

type Segment = Exclude<MessageInitShape<typeof user_desc_tSchema>, { $typeName: string }>;

const TLS_SLOTS = 3;

/** The three slots of the descriptor table for thread-local storage, the empty ones as set_thread_area takes them. */
function threadLocalSegments({ passage: { image }, task }: Thread): Segment[] {
  const words = payloadStructs(image, task.record("THREAD_TLS") ?? task.record("THREAD"), "desc_struct");
  return Array.from({ length: TLS_SLOTS }, (_, i) =>
    segment(FIRST_TLS + i, words[i]?.number("a") ?? 0, words[i]?.number("b") ?? 0),
  );
}

/** Takes a descriptor of the processor apart. */
function segment(entryNumber: number, a: number, b: number): Segment {
  const bit = (n: number) => ((b >>> n) & 1) === 1;
  const isEmpty = a === 0 && b === 0;
  return {
    entryNumber,
    baseAddr: ((a >>> 16) | ((b & 0xff) << 16) | (b & 0xff000000)) >>> 0,
    limit: (a & 0xffff) | (b & 0xf0000),
    seg32bit: bit(22),
    contentsH: bit(11),
    contentsL: bit(10),
    readExecOnly: isEmpty || !bit(9),
    limitInPages: bit(23),
    segNotPresent: isEmpty || !bit(15),
    usable: bit(20),
  };
}
