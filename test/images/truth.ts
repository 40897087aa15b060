/** Reads the truth files, which the guests wrote with the images: lines of the test program, and files of /proc. */

/** A page that the program filled: 32-bit word i is tag << 24 | (index & 0xff) << 16 | i. */
export interface FilledPage {
  readonly region: string;
  readonly address: number;
  readonly tag: number;
  readonly index: number;
}

/** A line of /proc/PID/maps. */
export interface MapsLine {
  readonly start: number;
  readonly end: number;
  readonly permissions: string;
  /** Offset in bytes. */
  readonly offset: number;
  readonly path: string;
}

export interface ProcFacts {
  /** /proc/PID/status by key. */
  readonly status: ReadonlyMap<string, string>;
  /** /proc/PID/stat; the first field is at index 1, as in proc(5). */
  readonly stat: readonly string[];
  /** /proc/PID/syscall: number, arguments, stack pointer, program counter; empty if the guest did not note it. */
  readonly syscall: readonly number[];
  /** Registers from the status file, on s390x: PSW mask and address as `pswm` and `pswa`, and general and access registers. */
  readonly registers: StatedRegisters;
  /** Mappings, without the kernel page that each program sees and that belongs to no address space. */
  readonly maps: readonly MapsLine[];
}

/** Registers by the debugger's name, with their values in the program. */
export type StatedRegisters = ReadonlyMap<string, bigint>;

export interface Truth {
  /** Lines of the program that are not parsed into other facts, such as `fd 2 dup of 1`. */
  readonly lines: readonly string[];
  /** `key=value` pairs anywhere in those lines; the first of each key. */
  readonly values: ReadonlyMap<string, string>;
  readonly pages: readonly FilledPage[];
  /** Registers of the program that checkpointed itself, or of the task of a tree that runs in a loop; those of s390x are in {@link ProcFacts}. */
  readonly registers: StatedRegisters;
  /** Facts from /proc by pid, in the order of the file. */
  readonly tasks: ReadonlyMap<number, ProcFacts>;
}

export function parseTruth(text: string): Truth {
  const lines: string[] = [];
  const sections: { path: string; lines: string[] }[] = [];
  let section: string[] | undefined;
  for (const line of text.split("\n")) {
    const path = /^--- (\/proc\/\S+)$/.exec(line)?.[1];
    if (path) {
      section = [];
      sections.push({ path, lines: section });
    } else if (section && line !== "") section.push(line);
    else {
      section = undefined;
      if (line !== "") lines.push(line);
    }
  }
  const own = lines.filter((line) => !line.startsWith("page ") && !line.startsWith("==="));
  const values = valuesOf(own);
  return {
    lines: own,
    values,
    pages: lines.flatMap(parsePage),
    registers: statedRegisters(own, values),
    tasks: parseTasks(sections, lines),
  };
}

function valuesOf(lines: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of lines)
    for (const [, key = "", value = ""] of line.matchAll(/(\w+)=(-?\w+)/g))
      if (!values.has(key)) values.set(key, value);
  return values;
}

function parsePage(line: string): FilledPage[] {
  const [, region = "", address, tag, index] = /^page (\w+) addr=(\w+) tag=(\w+) idx=(\d+)$/.exec(line) ?? [];
  return address === undefined ? [] : [{ region, address: Number(address), tag: Number(tag), index: Number(index) }];
}

function parseTasks(
  sections: readonly { path: string; lines: string[] }[],
  lines: readonly string[],
): Map<number, ProcFacts> {
  const self = lines.find((line) => /^pid=\d+$/.test(line))?.slice("pid=".length);
  const pids = new Set(sections.map(({ path }) => path.split("/")[2] ?? ""));
  const tasks = new Map<number, ProcFacts>();
  for (const pid of pids) {
    // A program that checkpoints itself reads its maps again afterwards; the first copy is used.
    const file = (name: string) => sections.find(({ path }) => path === `/proc/${pid}/${name}`)?.lines ?? [];
    tasks.set(Number(pid === "self" ? self : pid), {
      status: new Map(file("status").map((line) => [line.split(":")[0] ?? "", line.split("\t").slice(1).join(" ")])),
      stat: parseStat(file("stat")[0] ?? ""),
      syscall: (file("syscall")[0] ?? "").split(" ").filter(Boolean).map(Number),
      registers: parseStatusRegisters(file("status")),
      maps: file("maps")
        .map(parseMapsLine)
        .filter(({ path }) => path !== "[vsyscall]"),
    });
  }
  return tasks;
}

/** The program's names of registers, by the debugger's name where they differ. */
const NAMES: Readonly<Record<string, string>> = { "psw.addr": "pswa", orig_gpr2: "orig_r2" };

/** Values that the program of the 64-bit trees loads before it runs in a loop; the truth files state only the address of the loop. */
const LOADED_64 =
  "rax=0x00badf00dbadf00d rbx=0xbbbb111122223333 rcx=0xcccc444455556666 rdx=0xdddd777788889999 rsi=0x5151515152525252 " +
  "rdi=0xd1d1d1d1d2d2d2d2 r8=0x0808080808080808 r9=0x0909090909090909 r10=0x1010101010101010 r11=0x1111111111111111 " +
  "r12=0x1212121212121212 r13=0x1313131313131313 r14=0x1414141414141414 r15=0x1515151515151515";

/**
 * A program that checkpointed itself prints `regs at checkpoint(self): rbx=0x… r12..r15=0x5a…12..15 rdx=flags rip=rcx=0x…`. A range of registers has
 * a range of values; `flags`, `fd` and `sp_at_syscall` are numbers on other lines. In `rip=rcx=0x…` the value of rcx is that in the processor: the
 * kernel saves another one for rcx, so only rip is used.
 */
function statedRegisters(lines: readonly string[], values: ReadonlyMap<string, string>): StatedRegisters {
  const registers = new Map<string, bigint>();
  const [, flags = "", fd = ""] = lines.map((line) => /^flags=(\d+) fd=(\d+)$/.exec(line)).find((match) => match) ?? [];
  const elsewhere: Readonly<Record<string, string>> = { flags, fd, sp_at_syscall: values.get("sp_at_syscall") ?? "" };
  for (const assignment of assignments(lines)) {
    const [names = "", ...rest] = assignment.split("=");
    const value = (rest.at(-1) ?? "").replace("(substituted)", "").split("..")[0] ?? "";
    const start = BigInt(elsewhere[value] ?? value);
    rangeOf(names).forEach((name, i) => {
      registers.set(NAMES[name] ?? name, start + BigInt(i));
    });
  }
  const sp = values.get("esp_at_int80") ?? values.get("sp_at_syscall");
  if (sp !== undefined) registers.set(registers.has("rip") ? "rsp" : registers.has("eip") ? "esp" : "r15", BigInt(sp));
  return registers;
}

function assignments(lines: readonly string[]): string[] {
  const find = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.slice(1) ?? []).join(" ");
  const loop = find(/^child spin: user loop (ip=\S+)/);
  // On s390x the status file of the task has them.
  const loaded = lines.some((line) => line.endsWith("arch x86_64")) ? `${LOADED_64} r${loop}` : "";
  const text = [
    find(/^regs at checkpoint\(self\): (.*)$/),
    find(/^(ebx=.*)$/),
    find(/^child4 user loop (.*) pid/),
    loaded,
  ];
  return text.join(" ").split(" ").filter(Boolean);
}

/** The names in a range: `r12..r15` */
function rangeOf(names: string): string[] {
  const [, prefix = "", from, to] = /^(\D+)(\d+)\.\.\1(\d+)$/.exec(names) ?? [];
  if (from === undefined) return [names];
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => `${prefix}${Number(from) + i}`);
}

/** `User PSW`, `User GPRS` and `User ACRS` of /proc/PID/status on s390x; the numbers continue on several lines. */
function parseStatusRegisters(lines: readonly string[]): StatedRegisters {
  const registers = new Map<string, bigint>();
  let kind = "";
  let count = 0;
  for (const line of lines) {
    const [, heading, numbers = ""] = /^(?:User (\w+) *:| {5,}) *([\da-f ]+)$/.exec(line) ?? [];
    if (numbers === "") continue;
    if (heading !== undefined) [kind, count] = [heading, 0];
    for (const number of numbers.trim().split(/ +/)) {
      const name = kind === "PSW" ? (["pswm", "pswa"][count] ?? "") : `${kind === "ACRS" ? "acr" : "r"}${count}`;
      registers.set(name, BigInt(`0x${number}`));
      count++;
    }
  }
  return registers;
}

/** Fields of /proc/PID/stat. The name is in parentheses and may contain spaces. */
function parseStat(line: string): string[] {
  const [, pid = "", name = "", rest = ""] = /^(\d+) \((.*)\) (.*)$/.exec(line) ?? [];
  return ["", pid, name, ...rest.split(" ")];
}

function parseMapsLine(line: string): MapsLine {
  const [, start, end, permissions = "", offset, path = ""] =
    /^(\w+)-(\w+) (\S{4}) (\w+) \S+ \d+\s*(.*)$/.exec(line) ?? [];
  const hex = (digits = "") => Number.parseInt(digits, 16);
  return { start: hex(start), end: hex(end), permissions, offset: hex(offset), path };
}
