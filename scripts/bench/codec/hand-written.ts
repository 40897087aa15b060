/** Codecs as a careful programmer writes them without a generator: one function per struct and direction, constants, an object literal. */
import type { CkptHdrCpu, CkptHdrTask, CkptHdrVma } from "../../../generated/codecs/v21/x86_64.js";
import { type Contender, type Records, recordBytes } from "./contender.js";

function checkRoom(view: DataView, at: number, size: number): void {
  if (at < 0 || at + size > view.byteLength) throw new RangeError(`${size} bytes at ${at} do not fit`);
}

function checkU16(field: string, value: number): void {
  if (typeof value !== "number" || (value & 0xffff) !== value) throw new RangeError(`${field}: ${value} is not a u16`);
}

function checkU32(field: string, value: number): void {
  if (typeof value !== "number" || value >>> 0 !== value) throw new RangeError(`${field}: ${value} is not a u32`);
}

function checkS32(field: string, value: number): void {
  if (typeof value !== "number" || (value | 0) !== value) throw new RangeError(`${field}: ${value} is not a s32`);
}

/** Faster than two comparisons with the ends of the range. */
function checkU64(field: string, value: bigint): void {
  if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value)
    throw new RangeError(`${field}: ${value} is not a u64`);
}

function decodeVma(view: DataView, at: number): CkptHdrVma {
  checkRoom(view, at, 72);
  return {
    h: { type: view.getUint32(at, true), len: view.getUint32(at + 4, true) },
    vma_type: view.getUint32(at + 8, true),
    vma_objref: view.getInt32(at + 12, true),
    ino_objref: view.getInt32(at + 16, true),
    _padding: view.getUint32(at + 20, true),
    ino_size: view.getBigUint64(at + 24, true),
    vm_start: view.getBigUint64(at + 32, true),
    vm_end: view.getBigUint64(at + 40, true),
    vm_page_prot: view.getBigUint64(at + 48, true),
    vm_flags: view.getBigUint64(at + 56, true),
    vm_pgoff: view.getBigUint64(at + 64, true),
  };
}

function encodeVma(value: CkptHdrVma, view: DataView, at: number): void {
  checkRoom(view, at, 72);
  checkU32("h.type", value.h.type);
  checkU32("h.len", value.h.len);
  checkU32("vma_type", value.vma_type);
  checkS32("vma_objref", value.vma_objref);
  checkS32("ino_objref", value.ino_objref);
  checkU32("_padding", value._padding);
  checkU64("ino_size", value.ino_size);
  checkU64("vm_start", value.vm_start);
  checkU64("vm_end", value.vm_end);
  checkU64("vm_page_prot", value.vm_page_prot);
  checkU64("vm_flags", value.vm_flags);
  checkU64("vm_pgoff", value.vm_pgoff);
  view.setUint32(at, value.h.type, true);
  view.setUint32(at + 4, value.h.len, true);
  view.setUint32(at + 8, value.vma_type, true);
  view.setInt32(at + 12, value.vma_objref, true);
  view.setInt32(at + 16, value.ino_objref, true);
  view.setUint32(at + 20, value._padding, true);
  view.setBigUint64(at + 24, value.ino_size, true);
  view.setBigUint64(at + 32, value.vm_start, true);
  view.setBigUint64(at + 40, value.vm_end, true);
  view.setBigUint64(at + 48, value.vm_page_prot, true);
  view.setBigUint64(at + 56, value.vm_flags, true);
  view.setBigUint64(at + 64, value.vm_pgoff, true);
}

function decodeTask(view: DataView, at: number): CkptHdrTask {
  checkRoom(view, at, 64);
  return {
    h: { type: view.getUint32(at, true), len: view.getUint32(at + 4, true) },
    state: view.getUint32(at + 8, true),
    exit_state: view.getUint32(at + 12, true),
    exit_code: view.getUint32(at + 16, true),
    exit_signal: view.getUint32(at + 20, true),
    pdeath_signal: view.getUint32(at + 24, true),
    compat_robust_futex_head_len: view.getUint32(at + 28, true),
    compat_robust_futex_list: view.getUint32(at + 32, true),
    robust_futex_head_len: view.getUint32(at + 36, true),
    robust_futex_list: view.getBigUint64(at + 40, true),
    set_child_tid: view.getBigUint64(at + 48, true),
    clear_child_tid: view.getBigUint64(at + 56, true),
  };
}

function encodeTask(value: CkptHdrTask, view: DataView, at: number): void {
  checkRoom(view, at, 64);
  checkU32("h.type", value.h.type);
  checkU32("h.len", value.h.len);
  checkU32("state", value.state);
  checkU32("exit_state", value.exit_state);
  checkU32("exit_code", value.exit_code);
  checkU32("exit_signal", value.exit_signal);
  checkU32("pdeath_signal", value.pdeath_signal);
  checkU32("compat_robust_futex_head_len", value.compat_robust_futex_head_len);
  checkU32("compat_robust_futex_list", value.compat_robust_futex_list);
  checkU32("robust_futex_head_len", value.robust_futex_head_len);
  checkU64("robust_futex_list", value.robust_futex_list);
  checkU64("set_child_tid", value.set_child_tid);
  checkU64("clear_child_tid", value.clear_child_tid);
  view.setUint32(at, value.h.type, true);
  view.setUint32(at + 4, value.h.len, true);
  view.setUint32(at + 8, value.state, true);
  view.setUint32(at + 12, value.exit_state, true);
  view.setUint32(at + 16, value.exit_code, true);
  view.setUint32(at + 20, value.exit_signal, true);
  view.setUint32(at + 24, value.pdeath_signal, true);
  view.setUint32(at + 28, value.compat_robust_futex_head_len, true);
  view.setUint32(at + 32, value.compat_robust_futex_list, true);
  view.setUint32(at + 36, value.robust_futex_head_len, true);
  view.setBigUint64(at + 40, value.robust_futex_list, true);
  view.setBigUint64(at + 48, value.set_child_tid, true);
  view.setBigUint64(at + 56, value.clear_child_tid, true);
}

function decodeCpu(view: DataView, at: number): CkptHdrCpu {
  checkRoom(view, at, 192);
  return {
    h: { type: view.getUint32(at, true), len: view.getUint32(at + 4, true) },
    r15: view.getBigUint64(at + 8, true),
    r14: view.getBigUint64(at + 16, true),
    r13: view.getBigUint64(at + 24, true),
    r12: view.getBigUint64(at + 32, true),
    bp: view.getBigUint64(at + 40, true),
    bx: view.getBigUint64(at + 48, true),
    r11: view.getBigUint64(at + 56, true),
    r10: view.getBigUint64(at + 64, true),
    r9: view.getBigUint64(at + 72, true),
    r8: view.getBigUint64(at + 80, true),
    ax: view.getBigUint64(at + 88, true),
    cx: view.getBigUint64(at + 96, true),
    dx: view.getBigUint64(at + 104, true),
    si: view.getBigUint64(at + 112, true),
    di: view.getBigUint64(at + 120, true),
    orig_ax: view.getBigUint64(at + 128, true),
    ip: view.getBigUint64(at + 136, true),
    sp: view.getBigUint64(at + 144, true),
    flags: view.getBigUint64(at + 152, true),
    fs: view.getBigUint64(at + 160, true),
    gs: view.getBigUint64(at + 168, true),
    fsindex: view.getUint16(at + 176, true),
    gsindex: view.getUint16(at + 178, true),
    cs: view.getUint16(at + 180, true),
    ss: view.getUint16(at + 182, true),
    ds: view.getUint16(at + 184, true),
    es: view.getUint16(at + 186, true),
    used_math: view.getUint32(at + 188, true),
  };
}

function encodeCpu(value: CkptHdrCpu, view: DataView, at: number): void {
  checkRoom(view, at, 192);
  checkU32("h.type", value.h.type);
  checkU32("h.len", value.h.len);
  checkU64("r15", value.r15);
  checkU64("r14", value.r14);
  checkU64("r13", value.r13);
  checkU64("r12", value.r12);
  checkU64("bp", value.bp);
  checkU64("bx", value.bx);
  checkU64("r11", value.r11);
  checkU64("r10", value.r10);
  checkU64("r9", value.r9);
  checkU64("r8", value.r8);
  checkU64("ax", value.ax);
  checkU64("cx", value.cx);
  checkU64("dx", value.dx);
  checkU64("si", value.si);
  checkU64("di", value.di);
  checkU64("orig_ax", value.orig_ax);
  checkU64("ip", value.ip);
  checkU64("sp", value.sp);
  checkU64("flags", value.flags);
  checkU64("fs", value.fs);
  checkU64("gs", value.gs);
  checkU16("fsindex", value.fsindex);
  checkU16("gsindex", value.gsindex);
  checkU16("cs", value.cs);
  checkU16("ss", value.ss);
  checkU16("ds", value.ds);
  checkU16("es", value.es);
  checkU32("used_math", value.used_math);
  view.setUint32(at, value.h.type, true);
  view.setUint32(at + 4, value.h.len, true);
  view.setBigUint64(at + 8, value.r15, true);
  view.setBigUint64(at + 16, value.r14, true);
  view.setBigUint64(at + 24, value.r13, true);
  view.setBigUint64(at + 32, value.r12, true);
  view.setBigUint64(at + 40, value.bp, true);
  view.setBigUint64(at + 48, value.bx, true);
  view.setBigUint64(at + 56, value.r11, true);
  view.setBigUint64(at + 64, value.r10, true);
  view.setBigUint64(at + 72, value.r9, true);
  view.setBigUint64(at + 80, value.r8, true);
  view.setBigUint64(at + 88, value.ax, true);
  view.setBigUint64(at + 96, value.cx, true);
  view.setBigUint64(at + 104, value.dx, true);
  view.setBigUint64(at + 112, value.si, true);
  view.setBigUint64(at + 120, value.di, true);
  view.setBigUint64(at + 128, value.orig_ax, true);
  view.setBigUint64(at + 136, value.ip, true);
  view.setBigUint64(at + 144, value.sp, true);
  view.setBigUint64(at + 152, value.flags, true);
  view.setBigUint64(at + 160, value.fs, true);
  view.setBigUint64(at + 168, value.gs, true);
  view.setUint16(at + 176, value.fsindex, true);
  view.setUint16(at + 178, value.gsindex, true);
  view.setUint16(at + 180, value.cs, true);
  view.setUint16(at + 182, value.ss, true);
  view.setUint16(at + 184, value.ds, true);
  view.setUint16(at + 186, value.es, true);
  view.setUint32(at + 188, value.used_math, true);
}

const CODECS: Readonly<Record<string, { decode: unknown; encode: unknown }>> = {
  ckpt_hdr_vma: { decode: decodeVma, encode: encodeVma },
  ckpt_hdr_task: { decode: decodeTask, encode: encodeTask },
  ckpt_hdr_cpu: { decode: decodeCpu, encode: encodeCpu },
};

export function handWritten(records: Records): Contender {
  const { view, values } = records;
  const codec = CODECS[records.struct];
  if (!codec) throw new Error(`there is no hand-written codec for ${records.struct}`);
  const target = new DataView(new ArrayBuffer(view.byteLength));
  return {
    name: "hand-written",
    decode: { statement: "sink[i & 15] = decode(view, at);", bindings: { decode: codec.decode, view } },
    encode: {
      statement: "encode(values[i], target, at);",
      bindings: { encode: codec.encode, values, target },
      bytes: (_, record) => recordBytes(records, target, record),
    },
  };
}
