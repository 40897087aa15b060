/**
 * Floating point and vector registers of an x86 thread. CRIU has them in the form with SSE (FXSAVE), taken apart; the image has them in that form, in
 * the old one (FSAVE) or in an extensible one (XSAVE), which begins with that of SSE. Layouts: Intel's manual, volume 1, sections 8.1.10, 10.5, 13.4.
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { user_x86_fpregs_entrySchema } from "../../../generated/criu/core-x86_pb.js";
import { copyBytes } from "../../image/bytes/source.js";
import type { Image } from "../../image/image.js";
import { structOf } from "../../image/record/struct-fields.js";
import type { Task } from "../../model/tasks.js";
import type { Account } from "../account.js";

type FloatingPoint = Exclude<MessageInitShape<typeof user_x86_fpregs_entrySchema>, { $typeName: string }>;

/** Sizes in bytes: the old form, the form with SSE, the head of the extensible one, and the upper halves of the ymm registers. */
const FSAVE_BYTES = 108;
const FXSAVE_BYTES = 512;
const XSAVE_HEADER_BYTES = 64;
const YMM_BYTES = 256;

/** Components of the extensible form. */
const X87 = 1n;
const SSE = 2n;
const AVX = 4n;

/** Control word and control and status of SSE of a program that has not used the unit. */
const INITIAL_CONTROL = 0x37f;
const INITIAL_MXCSR = 0x1f80;

/** The registers of a thread; those of a new process if it never used the unit. */
export function floatingPoint(image: Image, task: Task, account: Account): FloatingPoint {
  const node = task.record("CPU_FPU");
  const range = node?.record?.payload;
  if (!range) {
    account.madeUp({
      task,
      node: task.record("CPU"),
      record: "CPU_FPU",
      why: "the task has no floating point registers, because it never used them; it gets those of a new process",
    });
    return unusedFloatingPoint(INITIAL_CONTROL, INITIAL_MXCSR);
  }
  const room = Math.min(range.end - range.start, FXSAVE_BYTES + XSAVE_HEADER_BYTES + YMM_BYTES);
  const area = copyBytes(image.source, range.start, room);
  const view = new DataView(area.buffer);
  if (room < FXSAVE_BYTES) {
    if (room >= FSAVE_BYTES) return fromOldForm(view);
    account.inTheWay({
      task,
      node,
      record: "CPU_FPU",
      value: area,
      why: `${room} bytes are no floating point registers`,
    });
    return unusedFloatingPoint(0, 0);
  }
  const isExtended = structOf(image, image.root.find("HEADER_ARCH"))?.number("has_xsave") === 1 && room > FXSAVE_BYTES;
  // Components that are in their initial state are not stored, and their bytes are stale.
  const stored = isExtended && room >= FXSAVE_BYTES + 8 ? view.getBigUint64(FXSAVE_BYTES, true) : X87 | SSE;
  const result = fromFxsave(view, (stored & X87) !== 0n, (stored & SSE) !== 0n);
  if (!isExtended) return result;
  const hasUpper = room === FXSAVE_BYTES + XSAVE_HEADER_BYTES + YMM_BYTES;
  if ((stored & ~(X87 | SSE | AVX)) !== 0n)
    account.lost({
      task,
      node,
      record: "CPU_FPU",
      field: "xstate_bv",
      value: stored,
      why: "only the components for x87, SSE and AVX are known",
    });
  const ymmhSpace =
    hasUpper && (stored & AVX) !== 0n
      ? words(view, FXSAVE_BYTES + XSAVE_HEADER_BYTES, YMM_BYTES / 4)
      : new Array(YMM_BYTES / 4).fill(0);
  return { ...result, xsave: { xstateBv: X87 | SSE | (hasUpper ? stored & AVX : 0n), ymmhSpace } };
}

export function unusedFloatingPoint(cwd: number, mxcsr: number): FloatingPoint {
  const none = { swd: 0, twd: 0, fop: 0, rip: 0n, rdp: 0n, mxcsrMask: 0 };
  return { cwd, mxcsr, ...none, stSpace: new Array(32).fill(0), xmmSpace: new Array(64).fill(0) };
}

function fromFxsave(view: DataView, hasX87: boolean, hasSse: boolean): FloatingPoint {
  const initial = unusedFloatingPoint(INITIAL_CONTROL, INITIAL_MXCSR);
  const x87 = {
    cwd: view.getUint16(0, true),
    swd: view.getUint16(2, true),
    twd: view.getUint16(4, true),
    fop: view.getUint16(6, true),
    rip: view.getBigUint64(8, true),
    rdp: view.getBigUint64(16, true),
    stSpace: words(view, 32, 32),
  };
  return {
    ...initial,
    ...(hasX87 && x87),
    ...{ mxcsr: view.getUint32(24, true), mxcsrMask: view.getUint32(28, true) },
    ...(hasSse && { xmmSpace: words(view, 160, 64) }),
  };
}

/** Registers of the old form, and the bytes of one in memory and in the form with SSE. */
const REGISTERS = 8;
const PACKED_BYTES = 10;
const SPREAD_BYTES = 16;
const PACKED_OFFSET = 28;

/** Of two bits that tell what a register has: that it is empty. */
const EMPTY = 3;

/** A machine without SSE: the tags tell more than those of the newer form, the registers lie close together. */
function fromOldForm(view: DataView): FloatingPoint {
  const tags = view.getUint16(8, true);
  let twd = 0;
  for (let i = 0; i < REGISTERS; i++) if (((tags >>> (2 * i)) & 3) !== EMPTY) twd |= 1 << i;
  const spread = new Uint8Array(REGISTERS * SPREAD_BYTES);
  for (let i = 0; i < REGISTERS; i++)
    spread.set(new Uint8Array(view.buffer, PACKED_OFFSET + i * PACKED_BYTES, PACKED_BYTES), i * SPREAD_BYTES);
  return {
    ...unusedFloatingPoint(view.getUint16(0, true), INITIAL_MXCSR),
    ...{ swd: view.getUint16(4, true), twd, fop: view.getUint16(18, true) & 0x7ff },
    rip: BigInt(view.getUint32(12, true)),
    rdp: BigInt(view.getUint32(20, true)),
    stSpace: words(new DataView(spread.buffer), 0, 32),
  };
}

function words(view: DataView, offset: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => view.getUint32(offset + i * 4, true));
}
