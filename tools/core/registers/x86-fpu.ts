/**
 * Floating point and vector state of an x86 thread as notes. The image has it as stored by the processor: in the old form (FSAVE), in the form with
 * SSE (FXSAVE), or in an extensible area (XSAVE) that begins with the latter. Cores of 64-bit programs have FXSAVE; those of 32-bit programs have the
 * old form and, with SSE, also FXSAVE.
 */
import { copyBytes } from "../../image/bytes/source.js";
import { structOf } from "../../image/record/struct-fields.js";
import type { Fields } from "../../write/keyed-codec.js";
import type { ElfNote } from "../note.js";
import type { CoreStructs } from "../structs.js";
import type { RegisterSource } from "./thread-registers.js";
import type { Selectors } from "./x86-selectors.js";

/** Maximum size in bytes of a state area that is read; FXSAVE has 512, XSAVE with AVX 832. */
const MAX_STATE_BYTES = 64 * 1024;

/** The notes with the floating point and vector state of a thread; none if the thread never used the unit. */
export function floatingPointNotes({ image, task, structs }: RegisterSource, selectors: Selectors): ElfNote[] {
  const range = task.record("CPU_FPU")?.record?.payload;
  if (!range) return [];
  const area = copyBytes(image.source, range.start, Math.min(range.end - range.start, MAX_STATE_BYTES));
  const machine = structOf(image, image.root.find("HEADER_ARCH"));
  const isExtended = machine?.number("has_xsave") === 1;
  if (structs.program.bits === 32 && !isExtended && !machine?.number("has_fxsr"))
    return [{ type: "NT_PRFPREG", contents: resized(area, structs.size("user_i387_struct")) }];
  const value: Area = structs.read("xsave_struct", area);
  if (isExtended) initialize(value);
  const bytes = structs.bytes("xsave_struct", { ...value, xstate_fx_sw_bytes: [] });
  const notes: ElfNote[] =
    structs.program.bits === 64
      ? [{ type: "NT_PRFPREG", contents: resized(bytes, structs.size("user_i387_struct")) }]
      : [
          {
            type: "NT_PRFPREG",
            contents: structs.bytes("user_i387_struct", oldForm(value, selectors, image.format.wordSize)),
          },
          { type: "NT_PRXFPREG", contents: resized(bytes, structs.size("user_fxsr_struct")) },
        ];
  return isExtended ? [...notes, extended(structs, area, value)] : notes;
}

/** The parts of a state area with fixed offsets, as described by the schema. */
interface Area {
  cwd: number;
  swd: number;
  twd: number;
  fop: number;
  rip: bigint;
  rdp: bigint;
  readonly st_space: number[];
  readonly xmm_space: number[];
  readonly xsave_hdr: { readonly xstate_bv: bigint };
}

/** Bits of the components of an extensible area. */
const X87 = 1n;
const SSE = 2n;
const AVX = 4n;

/** Control word of an unused unit. */
const INITIAL_CONTROL = 0x37f;

/** Initializes components that the processor did not store because they are in their initial state; their bytes are stale. */
function initialize(area: Area): void {
  const { xstate_bv: parts } = area.xsave_hdr;
  if ((parts & X87) === 0n) {
    Object.assign(area, { cwd: INITIAL_CONTROL, swd: 0, twd: 0, fop: 0, rip: 0n, rdp: 0n });
    area.st_space.fill(0);
  }
  if ((parts & SSE) === 0n) area.xmm_space.fill(0);
}

/** The note with the extensible area. Debuggers learn from it which components exist: those for which the areas of the image's kernel have room. */
function extended(structs: CoreStructs, area: Uint8Array, value: Area): ElfNote {
  const size = structs.size("xsave_struct");
  const parts = X87 | SSE | (area.length > size ? AVX : 0n) | value.xsave_hdr.xstate_bv;
  const contents = resized(area, Math.max(size, area.length));
  contents.set(structs.bytes("xsave_struct", { ...value, xstate_fx_sw_bytes: [parts] }));
  return { type: "NT_X86_XSTATE", contents };
}

/** The upper halves of the words of the old form, which have no meaning. */
const FILLED = 0xffff_0000;

/** The state of a 32-bit program in the old form. 64-bit kernels store addresses without segments in the newer form. */
function oldForm(area: Area, { cs, ds }: Selectors, wordSize: number): Fields {
  const { cwd, swd, fop, rip, rdp, st_space } = area;
  const low = (value: bigint) => Number(BigInt.asUintN(32, value));
  const high = (value: bigint) => Number(value >> 32n);
  const segments = wordSize === 8 ? { code: cs, data: FILLED | ds } : { code: high(rip) & 0xffff, data: high(rdp) };
  return {
    cwd: (FILLED | cwd) >>> 0,
    swd: (FILLED | swd) >>> 0,
    twd: (FILLED | tagsOf(area)) >>> 0,
    fip: low(rip),
    fcs: (segments.code | (fop << 16)) >>> 0,
    foo: low(rdp),
    fos: segments.data >>> 0,
    st_space: packed(st_space),
  };
}

const REGISTERS = 8;
/** Bytes of a register, and the distance of registers in FXSAVE. */
const EXTENDED = 10;
const STRIDE = 16;

/** The registers without the gaps between them. */
function packed(words: readonly number[]): number[] {
  const bytes = new Uint8Array(Uint32Array.from(words).buffer);
  const close = new Uint8Array(REGISTERS * EXTENDED);
  for (let i = 0; i < REGISTERS; i++) close.set(bytes.subarray(i * STRIDE, i * STRIDE + EXTENDED), i * EXTENDED);
  return [...new Uint32Array(close.buffer)];
}

/** Tags of the old form, two bits per register. */
const TAG = { valid: 0, zero: 1, special: 2, empty: 3 } as const;

function tagsOf({ swd, twd, st_space }: Area): number {
  const top = (swd >>> 11) & 7;
  let tags = 0;
  for (let physical = 0; physical < REGISTERS; physical++) {
    const at = ((physical - top) & 7) * (STRIDE / 4);
    const used = ((twd >>> physical) & 1) === 1;
    tags |= (used ? tagOf(st_space.slice(at, at + 3)) : TAG.empty) << (2 * physical);
  }
  return tags;
}

function tagOf([low = 0, high = 0, top = 0]: readonly number[]): number {
  const exponent = top & 0x7fff;
  if (exponent === 0 && low === 0 && high === 0) return TAG.zero;
  const isNormal = exponent !== 0 && exponent !== 0x7fff && high >>> 31 === 1;
  return isNormal ? TAG.valid : TAG.special;
}

function resized(bytes: Uint8Array, size: number): Uint8Array {
  const own = new Uint8Array(size);
  own.set(bytes.subarray(0, size));
  return own;
}
