/** Builds an x86 process from gdb's answers about its registers, where no core can be taken. */
import { registersIn } from "../gdb.js";
import type { Found } from "./capture.js";
import type { Thread, Word } from "./process.js";

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);

const SEGMENTS = ["cs", "ss", "ds", "es", "fs", "gs"];
/** Registers by the names of gdb; the kernel's names lack the first letter. */
const GENERAL = ["ax", "bx", "cx", "dx", "si", "di", "bp", "sp", "ip", "flags"];
const FLOATING = ["fctrl", "fstat", "fop", "mxcsr", ...numbered("st", 8)];

/** Size of the FXSAVE area and offsets in it, in bytes. */
const FXSAVE = { size: 512, control: 0, status: 2, tags: 4, opcode: 6, mxcsr: 24, st: 32, xmm: 160, each: 16 };

/** Selector of thread-local storage under the emulator, and under a 64-bit kernel. */
export const TLS_SELECTOR = { emulated: 0x33, real: 0x63 };

export function isX86(arch: string): boolean {
  return arch in WIDE;
}

/** Whether a word has 64 bits. */
const WIDE: Readonly<Record<string, boolean>> = { x86_32: false, x86_64: true };

/** Names of the registers to request from gdb, which images and cores have too. */
export function x86Registers(arch: string): string[] {
  const wide = WIDE[arch] === true;
  return [
    ...GENERAL.map((name) => (name === "flags" ? "eflags" : `${wide ? "r" : "e"}${name}`)),
    ...(wide ? [...numbered("r", 16).slice(8), "fs_base", "gs_base"] : []),
    ...SEGMENTS,
    ...FLOATING,
    ...numbered("xmm", wide ? 16 : 8),
  ];
}

/**
 * The number in gdb's text for flags and vectors. For a core gdb decodes more of it, because a core describes the machine better than the emulator.
 */
export function byNumber(name: string, value: string): string {
  if (name === "eflags") return value.split(" ", 1)[0] ?? "";
  return /\buint128 = 0x[0-9a-f]+/.exec(value)?.[0] ?? value;
}

/**
 * Builds the results from answers.
 *
 * @param said gdb's output for the auxiliary vector, and for the registers of all threads, last thread first
 */
export function foundByQuestions(arch: string, said: { readonly auxv: string; readonly registers: string }): Found {
  const threads = [...registersIn(said.registers)].map(([tid, registers]) => threadOf(arch, tid, registers));
  return { auxv: auxvIn(said.auxv, WIDE[arch] === true), threads: threads.reverse(), segments: [] };
}

/** Parses lines such as `6    AT_PAGESZ            System page size               4096`; an address is followed by its text. */
function auxvIn(said: string, wide: boolean): Word[] {
  const entries = said.matchAll(/^(\d+) +\S.* (0x[0-9a-f]+|\d+)(?: ".*")?$/gm);
  return [...entries].flatMap(([, ...pair]): Word[] => pair.map((text) => (wide ? BigInt(text) : Number(text))));
}

function threadOf(arch: string, tid: number, said: ReadonlyMap<string, string>): Thread {
  const wide = WIDE[arch] === true;
  const word = (name: string): Word => {
    const [digits = ""] = /^0x[0-9a-f]+/.exec(said.get(name) ?? "") ?? [];
    return wide ? BigInt(digits || 0) : Number(digits);
  };
  const registers = new Map<string, Word>(
    x86Registers(arch)
      .filter((name) => !FLOATING.includes(name) && !name.startsWith("xmm"))
      .map((name) => [/^[re](?=[a-z])/.test(name) && name !== "es" ? name.slice(1) : name, word(name)]),
  );
  // The thread is not in a system call.
  registers.set("orig_ax", wide ? 2n ** 64n - 1n : 0xffff_ffff);
  if (!wide && registers.get("gs") === TLS_SELECTOR.emulated) registers.set("gs", TLS_SELECTOR.real);
  return { tid, registers, floating: fxsave(said), extended: undefined, tls: undefined, vectors: [] };
}

function fxsave(said: ReadonlyMap<string, string>): Uint8Array {
  const area = Buffer.alloc(FXSAVE.size);
  const number = (name: string) => Number(/^0x[0-9a-f]+/.exec(said.get(name) ?? "")?.[0] ?? 0);
  area.writeUInt16LE(number("fctrl"), FXSAVE.control);
  area.writeUInt16LE(number("fstat"), FXSAVE.status);
  // The emulator does not report which registers are empty.
  area.writeUInt8(0xff, FXSAVE.tags);
  area.writeUInt16LE(number("fop"), FXSAVE.opcode);
  area.writeUInt32LE(number("mxcsr"), FXSAVE.mxcsr);
  for (const [name, value] of said) {
    const [, set, index] = /^(st|xmm)(\d+)$/.exec(name) ?? [];
    if (set !== "st" && set !== "xmm") continue;
    const [, digits = ""] = /(?:\braw |\buint128 = )0x([0-9a-f]+)/.exec(value) ?? [];
    const size = set === "st" ? 10 : 16;
    area.set(Buffer.from(digits.padStart(2 * size, "0"), "hex").reverse(), FXSAVE[set] + FXSAVE.each * Number(index));
  }
  return area;
}
