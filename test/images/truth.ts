/** Reads what the guests wrote beside the images: lines of the test program, and files of /proc. */

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
  /** In bytes. */
  readonly offset: number;
  readonly path: string;
}

export interface ProcFacts {
  /** /proc/PID/status by key. */
  readonly status: ReadonlyMap<string, string>;
  /** /proc/PID/stat; the first field is at index 1, as in proc(5). */
  readonly stat: readonly string[];
  /** /proc/PID/syscall: number, arguments, stack pointer, program counter. */
  readonly syscall: readonly number[];
  readonly maps: readonly MapsLine[];
}

export interface Truth {
  /** Lines of the program that are not facts of another kind here, such as `fd 2 dup of 1`. */
  readonly lines: readonly string[];
  /** `key=value` anywhere in those lines; the first one of each key. */
  readonly values: ReadonlyMap<string, string>;
  readonly pages: readonly FilledPage[];
  /** By pid, in the order of the file. */
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
  return {
    lines: own,
    values: valuesOf(own),
    pages: lines.flatMap(parsePage),
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
    // A program that checkpoints itself looks at its maps once more afterwards; what it saw before counts.
    const file = (name: string) => sections.find(({ path }) => path === `/proc/${pid}/${name}`)?.lines ?? [];
    tasks.set(Number(pid === "self" ? self : pid), {
      status: new Map(file("status").map((line) => [line.split(":")[0] ?? "", line.split("\t").slice(1).join(" ")])),
      stat: parseStat(file("stat")[0] ?? ""),
      syscall: (file("syscall")[0] ?? "").split(" ").filter(Boolean).map(Number),
      maps: file("maps").map(parseMapsLine),
    });
  }
  return tasks;
}

/** The name stands in brackets and may contain blanks. */
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
