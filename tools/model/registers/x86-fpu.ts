/** Floating point and vector state of an x86 task, in one of three forms that processors store. */
import type { Image } from "../../image/image.js";
import { type StructFields, structFieldsAt, structOf } from "../../image/record/struct-fields.js";
import type { Task } from "../tasks.js";
import { floatText, type Register, type RegisterGroup, register } from "./register.js";

export interface FloatingPoint {
  readonly form: "FSAVE" | "FXSAVE" | "XSAVE";
  /** Bytes of the area. `announced` is its size according to the header of the image. */
  readonly size: number;
  readonly announced: number | undefined;
  /** State components in an XSAVE area; the others are in their initial state. */
  readonly components: readonly string[];
  readonly groups: readonly RegisterGroup[];
}

/** Floating point state of a task; undefined if it never used the unit, or the image has no such record. */
export function floatingPointOf(image: Image, task: Task): FloatingPoint | undefined {
  const area = task.record("CPU_FPU")?.record?.payload;
  if (!area) return undefined;
  const machine = structOf(image, image.root.find("HEADER_ARCH"));
  const form = machine?.number("has_xsave") ? "XSAVE" : machine?.number("has_fxsr") ? "FXSAVE" : "FSAVE";
  const at = (key: string, offset: number) => {
    const struct = image.format.struct(key);
    return struct && structFieldsAt(image, struct, area.start + offset, area.end);
  };
  const sizeOf = (key: string) => image.format.struct(key)?.layout.size ?? 0;
  const legacy = at(form === "FSAVE" ? "i387_fsave_struct" : "i387_fxsave_struct", 0);
  const header = form === "XSAVE" ? at("xsave_hdr_struct", sizeOf("i387_fxsave_struct")) : undefined;
  const upper =
    form === "XSAVE" ? at("ymmh_struct", sizeOf("i387_fxsave_struct") + sizeOf("xsave_hdr_struct")) : undefined;
  const components = componentsOf(header?.big("xstate_bv"));
  return {
    form,
    size: area.end - area.start,
    announced: machine?.number("xstate_size"),
    components,
    groups: legacy
      ? [
          { name: "x87", registers: x87(legacy, form), floating: true },
          { name: "SSE", registers: form === "FSAVE" ? [] : sse(image, legacy), floating: true },
          {
            name: "AVX",
            registers: components.includes("AVX") && upper ? avx(image, legacy, upper) : [],
            floating: true,
          },
        ]
      : [],
  };
}

const COMPONENTS = ["x87", "SSE", "AVX"];

function componentsOf(mask: bigint | undefined): string[] {
  if (mask === undefined) return [];
  return COMPONENTS.filter((_, bit) => ((mask >> BigInt(bit)) & 1n) === 1n);
}

const STACK = 8;
/** Bytes of an x87 register. */
const EXTENDED = 10;

function x87(area: StructFields, form: FloatingPoint["form"]): Register[] {
  const bytes = area.bytes("st_space");
  const top = ((area.number("swd") ?? 0) >>> 11) & 7;
  const tags = area.number("twd") ?? 0;
  const stride = (bytes?.length ?? 0) / STACK;
  const stack = Array.from({ length: bytes ? STACK : 0 }, (_, i) => {
    const value = littleEndian((bytes as Uint8Array).subarray(i * stride, i * stride + EXTENDED));
    const physical = (top + i) % STACK;
    // FSAVE has two bits per register, of which 3 means empty; FXSAVE has one, which is set for a register in use.
    const empty = form === "FSAVE" ? ((tags >>> (physical * 2)) & 3) === 3 : ((tags >>> physical) & 1) === 0;
    return { name: `st${i}`, value, bits: EXTENDED * 8, text: empty ? "empty" : floatText(extended(value)) };
  });
  return [
    ...stack,
    ...register(area, "cwd", "fctrl"),
    ...register(area, "swd", "fstat"),
    ...register(area, "twd", "ftag"),
    ...register(area, "fop"),
    ...register(area, "fip", "fioff"),
    ...register(area, "fcs", "fiseg"),
    ...register(area, "foo", "fooff"),
    ...register(area, "fos", "foseg"),
  ];
}

/** The 64-bit floating point number nearest to an 80-bit one. */
export function extended(bits: bigint): number {
  const significand = BigInt.asUintN(64, bits);
  const exponent = Number((bits >> 64n) & 0x7fffn);
  const sign = bits >> 79n === 1n ? -1 : 1;
  if (exponent === 0x7fff) return BigInt.asUintN(63, significand) === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  // In two steps, because the power alone may exceed the range of 64 bits.
  const power = exponent - 16383 - 63;
  const half = Math.trunc(power / 2);
  return sign * Number(significand) * 2 ** half * 2 ** (power - half);
}

/** Bytes of an SSE register. */
const VECTOR = 16;

function sse(image: Image, area: StructFields): Register[] {
  return [
    ...vectors(image, area.bytes("xmm_space"), "xmm"),
    ...register(area, "mxcsr"),
    ...register(area, "mxcsr_mask"),
  ];
}

function avx(image: Image, area: StructFields, upper: StructFields): Register[] {
  const high = vectors(image, upper.bytes("ymmh_space"), "ymm");
  return vectors(image, area.bytes("xmm_space"), "ymm").map((low, i) => ({
    name: low.name,
    value: ((high[i]?.value ?? 0n) << BigInt(VECTOR * 8)) | low.value,
    bits: VECTOR * 16,
    text: `{${low.text?.slice(1, -1)}, ${high[i]?.text?.slice(1, -1)}}`,
  }));
}

/** A 32-bit kernel has half as many. */
function vectors(image: Image, bytes: Uint8Array | undefined, name: string): Register[] {
  const count = bytes ? Math.min(bytes.length / VECTOR, image.format.wordSize * 2) : 0;
  return Array.from({ length: count }, (_, i) => {
    const one = (bytes as Uint8Array).slice(i * VECTOR, (i + 1) * VECTOR);
    const view = new DataView(one.buffer);
    const floats = [0, 4, 8, 12].map((at) => floatText(Math.fround(view.getFloat32(at, true))));
    return { name: `${name}${i}`, value: littleEndian(one), bits: VECTOR * 8, text: `{${floats.join(", ")}}` };
  });
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
