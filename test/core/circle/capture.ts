/** Builds a {@link Process} from the results of gdb, the output of the program, and dumped memory. */
import { type ElfCore, type Note, readElfCore, type Segment } from "./elf-core.js";
import type { Mapping, Process, Thread, Word } from "./process.js";

const NT_PRSTATUS = 1;
const NT_FPREGSET = 2;
const NT_AUXV = 6;
const NT_X86_XSTATE = 0x202;
const NT_PRXFPREG = 0x46e62b7f;
const AT_PAGESZ = 6;

/** Offsets of thread id and registers in an `elf_prstatus` in bytes, which depend only on the word size. */
const PRSTATUS = { narrow: { tid: 24, registers: 72 }, wide: { tid: 32, registers: 112 } };

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);
const POWERPC = [
  ...numbered("gpr", 32),
  ...["nip", "msr", "orig_gpr3", "ctr", "link", "xer", "ccr", "softe", "trap", "dar", "dsisr", "result"],
];

/** The registers in an `elf_gregset_t`, in words. */
const GENERAL: Readonly<Record<string, readonly string[]>> = {
  x86_64:
    "r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss fs_base gs_base ds es fs gs".split(
      " ",
    ),
  x86_32: "bx cx dx si di bp ax ds es fs gs orig_ax ip cs flags sp ss".split(" "),
  // Access registers have half a word each, so two of them share one.
  s390x: ["psw_mask", "psw_addr", ...numbered("gpr", 16), ...numbered("acr_pair", 8), "orig_gpr2"],
  powerpc: POWERPC,
  powerpc64: POWERPC,
  arm: numbered("uregs", 18),
};

export interface Capture {
  readonly arch: string;
  readonly program: string;
  readonly argument: string;
  /** Standard output of the program. */
  readonly said: string;
  readonly found: Found;
}

/** Results of a debugger about a process. */
export interface Found {
  readonly auxv: readonly Word[];
  /** Threads; the one that received the signal comes first. */
  readonly threads: readonly Thread[];
  /** Memory; the first segment with an address is used. */
  readonly segments: readonly Segment[];
}

export function processOf({ arch, program, argument, said, found }: Capture): Process {
  const { auxv, threads, segments } = found;
  const pageSize = Number(auxv[auxv.findIndex((value, i) => i % 2 === 0 && Number(value) === AT_PAGESZ) + 1]);
  return {
    arch,
    pageSize,
    sysroot: "",
    program,
    command: `${program} ${argument}`,
    name: program.slice(program.lastIndexOf("/") + 1, program.lastIndexOf("/") + 16),
    threads: threads.map((thread) => ({ ...thread, tls: tlsIn(said, thread.tid) })),
    mappings: said.split("\n").flatMap(parseMapping),
    auxv,
    places: placesIn(said),
    signal: { number: 11, address: 0x10n },
    page: (address) => pageIn(segments, address, pageSize),
  };
}

/**
 * Takes the results from the core that gdb wrote.
 *
 * @param vectors registers by thread id, which are not in the core
 */
export function foundInCore(arch: string, file: Uint8Array, vectors?: ReadonlyMap<number, readonly bigint[]>): Found {
  const core = readElfCore(file);
  const auxv = core.notes.find(({ type }) => type === NT_AUXV);
  return { auxv: words(core, auxv), threads: threadsOf(core, arch, vectors), segments: core.segments };
}

/** The notes of a thread follow its status. */
function threadsOf(core: ElfCore, arch: string, vectors?: ReadonlyMap<number, readonly bigint[]>): Thread[] {
  const starts = core.notes.flatMap(({ type }, i) => (type === NT_PRSTATUS ? [i] : []));
  return starts.map((start, i) => {
    const notes = core.notes.slice(start, starts[i + 1]);
    const status = notes[0] as Note;
    const at = core.wide ? PRSTATUS.wide : PRSTATUS.narrow;
    const tid = status.bytes.getInt32(at.tid, core.littleEndian);
    const values = words(core, status, at.registers);
    const extended = bytesOf(notes, NT_X86_XSTATE);
    return {
      tid,
      registers: new Map((GENERAL[arch] ?? []).map((name, i) => [name, values[i] ?? 0n])),
      // On 32-bit x86, the note with this name has the older, smaller form.
      floating:
        (arch === "x86_32" ? undefined : bytesOf(notes, NT_FPREGSET)) ?? extended ?? bytesOf(notes, NT_PRXFPREG),
      extended,
      tls: undefined,
      vectors: vectors?.get(tid) ?? [],
    };
  });
}

function bytesOf(notes: readonly Note[], wanted: number): Uint8Array | undefined {
  const view = notes.find(({ type }) => type === wanted)?.bytes;
  return view && new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function words({ wide, littleEndian }: ElfCore, note: Note | undefined, from = 0): Word[] {
  const values: Word[] = [];
  const size = wide ? 8 : 4;
  if (!note) return values;
  for (let at = from; at + size <= note.bytes.byteLength; at += size)
    values.push(wide ? note.bytes.getBigUint64(at, littleEndian) : note.bytes.getUint32(at, littleEndian));
  return values;
}

function parseMapping(line: string): Mapping[] {
  const match = /^(\w+)-(\w+) (\S{4}) (\w+) \S+ \d+\s*(.*)$/.exec(line);
  if (!match) return [];
  const [, start, end, permissions = "", offset, path = ""] = match;
  const hex = (digits = "") => BigInt(`0x${digits}`);
  return [{ start: hex(start), end: hex(end), permissions, offset: hex(offset), path }];
}

/** Columns of `/proc/PID/stat`, from 1 as in proc(5). */
const PLACES = {
  start_code: 26,
  end_code: 27,
  start_stack: 28,
  start_data: 45,
  end_data: 46,
  start_brk: 47,
  arg_start: 48,
  arg_end: 49,
  env_start: 50,
  env_end: 51,
};

function placesIn(said: string): Record<string, bigint> {
  const [, rest = ""] = /^\d+ \(.*\) (. .*)$/m.exec(said) ?? [];
  const columns = ["", "", "", ...rest.split(" ")];
  return Object.fromEntries(Object.entries(PLACES).map(([name, column]) => [name, BigInt(columns[column] || 0)]));
}

/** Base of the thread-local storage of a thread, which only the program itself can report. */
function tlsIn(said: string, tid: number): number | undefined {
  const [, digits] = new RegExp(`^thread ${tid} tls (\\w+)$`, "m").exec(said) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** Pages at the ends of a segment may be incomplete; missing bytes are zero. */
function pageIn(segments: readonly Segment[], address: bigint, size: number): Uint8Array | undefined {
  let page: Uint8Array | undefined;
  for (const segment of segments) {
    const from = Number(address - segment.address);
    if (from <= -size || from >= segment.bytes.length) continue;
    const part = segment.bytes.subarray(Math.max(from, 0), from + size);
    if (part.length === size) return part;
    page ??= new Uint8Array(size);
    page.set(part, Math.max(-from, 0));
  }
  return page;
}
