/** Records with the registers of a thread, by architecture, as a kernel would write them. */

import type { ComposedRecord, Fields } from "../../../tools/write/index.js";
import { segment, TLS_SLOTS } from "../../make-image/arch/x86.js";
import { memberSize } from "../../make-image/member-size.js";
import type { Scene } from "../../make-image/scene.js";
import type { Process, Thread } from "./process.js";

type Records = Record<string, ComposedRecord>;

export interface Machine {
  /** Fields of the record about the machine that differ from those of a made image. */
  readonly header: Fields;
  registers(process: Pick<Process, "arch">, thread: Thread): Records;
}

/**
 * The state of the machine.
 *
 * @param xsave whether the machine supports AVX
 */
export function machineOf(scene: Scene, xsave: boolean): Machine {
  switch (scene.format.abi.target.family) {
    case "x86":
      return {
        header: xsave ? { has_xsave: 1, xstate_size: XSAVE_SIZE } : {},
        registers: (process, thread) => x86(scene, process, thread, xsave),
      };
    case "s390":
      return { header: {}, registers: (_, thread) => s390(thread) };
    case "powerpc":
      return { header: {}, registers: (_, thread) => powerpc(scene, thread) };
    default:
      return { header: {}, registers: (_, thread) => ({ CPU: { fields: { uregs: [...thread.registers.values()] } } }) };
  }
}

/** Selectors that a 64-bit kernel gives its programs. Thread-local segments begin at another index than under a 32-bit kernel. */
const SELECTORS: ReadonlyMap<number, string> = new Map([
  [0x0, "CKPT_X86_SEG_NULL"],
  [0x23, "CKPT_X86_SEG_USER32_CS"],
  [0x2b, "CKPT_X86_SEG_USER32_DS"],
  [0x33, "CKPT_X86_SEG_USER64_CS"],
  [0x63, "CKPT_X86_SEG_TLS"],
]);
/** Selectors of a 32-bit kernel for the segments of {@link SELECTORS}; v16 stores them. */
export const SELECTORS_32: ReadonlyMap<number, number> = new Map([
  [0x0, 0x0],
  [0x23, 0x73],
  [0x2b, 0x7b],
  [0x63, 0x33],
]);

/** Layout of the XSAVE area: FXSAVE area, header, upper halves of the AVX registers; sizes in bytes. */
const FXSAVE_SIZE = 512;
const XSAVE_SIZE = FXSAVE_SIZE + 64 + 256;
/** x87, SSE, AVX: the components that Linux 2.6.30 to 3.0 supports. */
const COMPONENTS = 7;

function x86(scene: Scene, process: Pick<Process, "arch">, thread: Thread, xsave: boolean): Records {
  const { registers, tls } = thread;
  const is64 = process.arch === "x86_64";
  const raw = (name: string) => Number(registers.get(name) ?? 0);
  const selector = (name: string) => {
    if (!scene.has("CKPT_X86_SEG_NULL")) return SELECTORS_32.get(raw(name));
    // 32-bit and 64-bit programs have different names for the same data segment.
    const constant = SELECTORS.get(raw(name)) ?? "";
    return scene.constant(is64 ? constant.replace("32_DS", "64_DS") : constant);
  };
  const separate = scene.has("CKPT_X86_SEG_NULL");
  const used = tls === undefined ? [] : [segment(tls, 0xfffff)];
  const slots = Array.from({ length: TLS_SLOTS }, (_, i) => used[i] ?? { a: 0, b: 0 });
  const area = xsave ? xsaveArea(thread) : thread.floating?.slice(0, FXSAVE_SIZE);
  return {
    THREAD: {
      fields: { ntls: used.length },
      ...(scene.format.kind("THREAD")?.payload && { payload: { elements: slots } }),
    },
    THREAD_TLS: { payload: { elements: slots } },
    CPU: {
      fields: {
        ...Object.fromEntries([...registers].filter(([name]) => !name.endsWith("_base"))),
        ...Object.fromEntries(["cs", "ss", "ds", "es"].map((name) => [name, selector(name)])),
        ...(separate
          ? {
              fsindex: selector("fs"),
              gsindex: selector("gs"),
              fs: registers.get("fs_base") ?? 0,
              gs: registers.get("gs_base") ?? 0,
            }
          : { fs: selector("fs"), gs: selector("gs") }),
        used_math: area ? 1 : 0,
      },
    },
    ...(area && { CPU_FPU: { payload: area } }),
  };
}

function xsaveArea({ extended }: Thread): Uint8Array | undefined {
  const area = extended?.slice(0, XSAVE_SIZE);
  if (area) area[FXSAVE_SIZE] = (area[FXSAVE_SIZE] ?? 0) & COMPONENTS;
  return area;
}

function s390({ registers, floating }: Thread): Records {
  const numbered = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => BigInt(registers.get(`${name}${i}`) ?? 0));
  const view = viewOf(floating);
  return {
    CPU: {
      fields: {
        gprs: numbered("gpr", 16),
        orig_gpr2: registers.get("orig_gpr2"),
        acrs: numbered("acr_pair", 8).flatMap((pair) => [Number(pair >> 32n), Number(pair & 0xffff_ffffn)]),
        psw_t_mask: registers.get("psw_mask"),
        psw_t_addr: registers.get("psw_addr"),
        fpc: view.getUint32(0),
        fprs: Array.from({ length: 16 }, (_, i) => ({ ui: view.getBigUint64(8 + 8 * i) })),
      },
    },
  };
}

const POWERPC_REGISTERS = 32;

function powerpc(scene: Scene, { registers, floating, vectors }: Thread): Records {
  const { format } = scene;
  const wide = format.wordSize === 8;
  const { softe, ...rest } = Object.fromEntries([...registers].filter(([name]) => !name.startsWith("gpr")));
  const gpr = Array.from({ length: POWERPC_REGISTERS }, (_, i) => registers.get(`gpr${i}`) ?? 0);
  const view = viewOf(floating);
  const used = ["FP", ...(vectors.length > 0 ? ["ALTIVEC"] : []), ...(wide ? ["VSX"] : [])];
  return {
    CPU: {
      configuration: wide ? "vsx" : undefined,
      fields: {
        features_used: used.reduce((bits, name) => bits + 2 ** scene.constant(`CKPT_USED_${name}`), 0),
        pt_regs_size: memberSize(format, "ckpt_hdr_cpu", "pt_regs"),
        fpr_size: memberSize(format, wide ? "ckpt_hdr_cpu_vsx" : "ckpt_hdr_cpu", "fpr"),
        orig_gpr3: registers.get("orig_gpr3"),
        pt_regs: { ...rest, gpr, [wide ? "softe" : "mq"]: softe },
        fpr: Array.from({ length: POWERPC_REGISTERS }, (_, i) => [view.getBigUint64(8 * i), ...(wide ? [0n] : [])]),
        fpscr: view.getUint32(8 * POWERPC_REGISTERS + 4),
        vr: vectors.map((value) => ({
          u: [96n, 64n, 32n, 0n].map((shift) => Number((value >> shift) & 0xffff_ffffn)),
        })),
      },
    },
  };
}

function viewOf(bytes: Uint8Array | undefined): DataView {
  if (!bytes) throw new TypeError("the core has no floating point registers");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
