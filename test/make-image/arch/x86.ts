/** x86: general registers, segments, FXSAVE area, LDT. */
import { type ComposedRecord, type Fields, structEncoder } from "../../../tools/write/index.js";
import type { Architecture } from "../architecture.js";
import type { TaskPlan } from "../process-tree.js";
import type { Scene } from "../scene.js";

export const TLS_SLOTS = 3;
/** Raw selectors, as v16 has them: the segments of user space in the GDT, and its first slot for thread-local storage. */
const RAW = { code: 0x73, data: 0x7b, tls: 0x33 };
/** Interrupts on, as always in user space. */
const FLAGS = 0x246;
const SYSCALL_PAUSE = { 32: 29, 64: 34 };

export function x86(scene: Scene): Architecture {
  const { format } = scene;
  const fpu = { payload: floatingPoint(scene) };
  return {
    header: { fields: { has_fxsr: 1, has_xsave: 0, xstate_size: format.struct("i387_fxsave_struct")?.layout.size } },
    vdso: true,
    thread: (plan) => ({
      ...thread(scene, plan),
      CPU: { fields: cpu(scene, plan) },
      CPU_FPU: fpu,
    }),
    context: ({ vdso }) => ({
      MM_CONTEXT: { fields: { vdso, nldt: scene.settings.plain ? 0 : 2 } },
      MM_CONTEXT_LDT: {
        payload: { elements: scene.settings.plain ? [] : [segment(0, 0), segment(0x1234_5000, 0x321)] },
      },
    }),
  };
}

/** Thread-local storage, a separate record in v16. */
function thread(scene: Scene, plan: TaskPlan): Record<string, ComposedRecord> {
  const { data, vdso } = scene.places;
  const used = usesTls(scene, plan);
  const slots = Array.from({ length: TLS_SLOTS }, (_, i) =>
    used && i === 0 ? segment(data + 0x800, 0xfffff) : { a: 0, b: 0 },
  );
  const payload = { elements: slots };
  return {
    THREAD: {
      fields: { sysenter_return: scene.format.wordSize === 4 ? vdso + 0x410 : 0, ntls: used ? 1 : 0 },
      ...(scene.format.kind("THREAD")?.payload && { payload }),
    },
    THREAD_TLS: { payload },
  };
}

/** Whether a task has descriptors for thread-local storage; 64-bit programs have a base address instead. */
function usesTls({ format, settings }: Scene, { role }: TaskPlan): boolean {
  return format.wordSize === 4 && !settings.plain && role !== "nested";
}

/** Descriptor of a data segment in user space; the limit is in pages if it is large. */
export function segment(base: number, limit: number): { a: number; b: number } {
  const pages = limit > 0xfff ? 0x80_0000 : 0;
  const b = (base & 0xff00_0000) | ((base >>> 16) & 0xff) | (limit & 0xf_0000) | 0x40_f200 | pages;
  return { a: (((base & 0xffff) << 16) | (limit & 0xffff)) >>> 0, b: b >>> 0 };
}

function cpu(scene: Scene, plan: TaskPlan): Fields {
  const { text, data, stack } = scene.places;
  const wide = scene.format.wordSize === 8;
  // Written out, because spreading large objects is slow.
  return {
    r15: wide ? 15 : 0,
    r14: wide ? 14 : 0,
    r13: wide ? 13 : 0,
    r12: wide ? 12 : 0,
    bp: stack - 0x240,
    bx: plan.pid,
    r11: wide ? FLAGS : 0,
    r10: wide ? 10 : 0,
    r9: wide ? 9 : 0,
    r8: wide ? 8 : 0,
    ax: 0xffff_fdfc,
    cx: 0,
    dx: 3,
    si: data + 0x20,
    di: data + 0x40,
    orig_ax: SYSCALL_PAUSE[wide ? 64 : 32],
    ip: text + 0x3e1,
    sp: stack - 0x280,
    flags: FLAGS,
    used_math: scene.settings.plain ? 0 : 1,
    ...selectors(scene, plan),
  };
}

function selectors(scene: Scene, plan: TaskPlan): Fields {
  const tls = usesTls(scene, plan);
  if (!scene.has("CKPT_X86_SEG_NULL")) {
    const { code: cs, data } = RAW;
    return { cs, ss: data, ds: data, es: data, fs: 0, gs: tls ? RAW.tls : 0 };
  }
  // Early versions have no code for 64-bit segments, so a 64-bit kernel could save 32-bit programs only.
  const wide = scene.format.wordSize === 8 && scene.has("CKPT_X86_SEG_USER64_CS");
  const none = scene.constant("CKPT_X86_SEG_NULL");
  const data = scene.constant(wide ? "CKPT_X86_SEG_USER64_DS" : "CKPT_X86_SEG_USER32_DS");
  return {
    cs: scene.constant(wide ? "CKPT_X86_SEG_USER64_CS" : "CKPT_X86_SEG_USER32_CS"),
    ss: data,
    ds: wide ? none : data,
    es: wide ? none : data,
    fsindex: none,
    gsindex: tls ? scene.constant("CKPT_X86_SEG_TLS") : none,
    fs: wide ? scene.places.data + 0x800 : 0,
    gs: 0,
  };
}

/** FXSAVE area of a program that has done some computation. */
function floatingPoint({ format }: Scene): Uint8Array {
  const initial = { cwd: 0x37f, mxcsr: 0x1f80, mxcsr_mask: 0xffff };
  const pi = [0x2168_c235, 0xc90f_daa2, 0x4000];
  return structEncoder(
    format,
    "i387_fxsave_struct",
  )({ ...initial, swd: 0x3800, twd: 0x80, st_space: pi, xmm_space: [0, 0x3ff8_0000] });
}
