/** A tree of processes that was stopped in the machine: what `/proc` said about it, and what `capture.c` found. */

export interface Tree {
  /** Processes, parents first. */
  readonly processes: readonly Process[];
  /** Lengths of mapped files by path. */
  readonly lengths: ReadonlyMap<string, bigint>;
  /** Unix sockets by inode. */
  readonly sockets: ReadonlyMap<number, { readonly peer: number; readonly shutdown: number }>;
  readonly hostname: string;
  readonly ipc: SystemV;
}

export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly program: string;
  readonly cwd: string;
  readonly root: string;
  /** Values of `/proc/PID/status` by name. */
  readonly status: ReadonlyMap<string, string>;
  /** Columns of `/proc/PID/stat`, from 1 as in proc(5). */
  readonly stat: readonly string[];
  readonly auxv: readonly bigint[];
  readonly mappings: readonly Mapping[];
  /** Pages by address that an image has to have. */
  readonly pages: ReadonlyMap<bigint, Buffer>;
  readonly descriptors: readonly Descriptor[];
  /** Threads, ascending; the first one is that of the process. */
  readonly threads: readonly Thread[];
  /** Handlers by signal, where not the default. */
  readonly actions: ReadonlyMap<number, Action>;
  /** Interval timers: interval and rest in nanoseconds. */
  readonly timers: readonly (readonly [interval: bigint, rest: bigint])[];
  /** Pending signals of the process, each a `siginfo` of 128 bytes. */
  readonly pending: readonly Buffer[];
}

export interface Thread {
  readonly tid: number;
  readonly name: string;
  /** Words of `user_regs_struct`. */
  readonly registers: readonly bigint[];
  readonly xsave: Buffer;
  readonly blocked: bigint;
  readonly robust: { readonly head: bigint; readonly length: bigint };
  readonly tidAddress: bigint;
  readonly stack: { readonly address: bigint; readonly flags: bigint; readonly size: bigint };
  readonly pending: readonly Buffer[];
}

export interface Action {
  readonly handler: bigint;
  readonly flags: bigint;
  readonly restorer: bigint;
  readonly mask: bigint;
}

export interface Mapping {
  readonly start: bigint;
  readonly end: bigint;
  readonly permissions: string;
  readonly offset: bigint;
  /** Device and inode. */
  readonly inode: string;
  readonly path: string;
}

export interface Descriptor {
  readonly fd: number;
  /** What it leads to, such as `/dev/null` or `pipe:[4711]`. */
  readonly link: string;
  readonly position: number;
  /** Flags of `open`, with `O_CLOEXEC` of the descriptor. */
  readonly flags: number;
  /** Lines of `fdinfo`. */
  readonly info: string;
  /** Unread bytes of a pipe, on its reading side. */
  readonly pipe: Buffer | undefined;
  readonly socket: Socket | undefined;
}

export interface Socket {
  readonly domain: number;
  readonly type: number;
  readonly listens: boolean;
  /** Local address, as the kernel has it. */
  readonly name: Buffer;
  readonly messages: readonly Buffer[];
}

/** System V objects: rows of `/proc/sysvipc` by column, with the contents. */
export interface SystemV {
  readonly segments: readonly (Row & { readonly bytes: Buffer })[];
  readonly semaphores: readonly (Row & { readonly values: readonly number[] })[];
  readonly queues: readonly (Row & {
    readonly messages: readonly { readonly type: number; readonly text: Buffer }[];
  })[];
}

interface Row {
  readonly row: Readonly<Record<string, number>>;
}

/** Names of files by path, as a job leaves them. */
type Found = ReadonlyMap<string, Buffer>;

/**
 * Puts together what a job has found that called `look_at_tree PID seen` and `capture out PID...`.
 *
 * @param found files of the job
 */
export function treeOf(found: Found): Tree {
  const text = (path: string) => found.get(path)?.toString() ?? "";
  const lines = text("captured")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "));
  const all = new Lines(lines);
  const pids = text("seen/tree").trim().split("\n").map(Number);
  return {
    processes: pids.map((pid) => processOf(found, pid, all.section("process", String(pid)))),
    lengths: new Map(all.each("file").map(([path = "", length]) => [path, hex(length)])),
    sockets: new Map(
      all
        .each("unix")
        .map(([inode, peer, shutdown]) => [Number(inode), { peer: Number(peer), shutdown: Number(hex(shutdown)) }]),
    ),
    hostname: text("seen/hostname").trim(),
    ipc: {
      segments: rows(text("seen/sysvipc-shm")).map((row) => ({ row, bytes: bytes(all.of("segment", row.shmid)?.[1]) })),
      semaphores: rows(text("seen/sysvipc-sem")).map((row) => ({
        row,
        values:
          all
            .of("semaphores", row.semid)
            ?.slice(1)
            .map((value) => Number(hex(value))) ?? [],
      })),
      queues: rows(text("seen/sysvipc-msg")).map((row) => ({
        row,
        messages: all
          .each("sent")
          .filter(([id]) => Number(id) === row.msqid)
          .map(([, type, content]) => ({ type: Number(hex(type)), text: bytes(content) })),
      })),
    },
  };
}

/** Lines of words, the first of which says what the others are. */
class Lines {
  constructor(private readonly lines: readonly (readonly string[])[]) {}

  /** The words of all lines of a kind. */
  each(kind: string): string[][] {
    return this.lines.filter(([first]) => first === kind).map((words) => words.slice(1));
  }

  /** The words of the line of a kind that begins with a number. */
  of(kind: string, number: number | undefined): string[] | undefined {
    return this.each(kind).find(([first]) => Number(first) === number);
  }

  one(kind: string): string[] {
    const [words] = this.each(kind);
    if (!words) throw new TypeError(`capture says nothing about ${kind}`);
    return words;
  }

  /** The lines from a heading to the next one of its kind. */
  section(kind: string, name: string): Lines {
    const start = this.lines.findIndex(([first, second]) => first === kind && second === name);
    if (start < 0) throw new TypeError(`capture has no ${kind} ${name}`);
    const length = this.lines.slice(start + 1).findIndex(([first]) => first === kind);
    return new Lines(this.lines.slice(start + 1, length < 0 ? undefined : start + 1 + length));
  }
}

function processOf(found: Found, pid: number, lines: Lines): Process {
  const text = (name: string) => found.get(`seen/${pid}/${name}`)?.toString() ?? "";
  const stat = statOf(text("stat"));
  const auxv = found.get(`seen/${pid}/auxv`) ?? Buffer.alloc(0);
  const pages = found.get(`${pid}.pages`) ?? Buffer.alloc(0);
  const size = 4096;
  const tids = lines.each("thread").map(([tid]) => Number(tid));
  return {
    pid,
    ppid: Number(stat[4]),
    pgid: Number(stat[5]),
    sid: Number(stat[6]),
    program: text("exe").trim(),
    cwd: text("cwd").trim(),
    root: text("root").trim(),
    status: new Map(
      [...text("status").matchAll(/^(\w+):[ \t]*(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
    ),
    stat,
    auxv: Array.from({ length: auxv.length / 8 }, (_, i) => auxv.readBigUInt64LE(8 * i)),
    mappings: text("maps").split("\n").flatMap(mappingOf),
    pages: new Map(
      Array.from({ length: pages.length / (size + 8) }, (_, i) => {
        const at = i * (size + 8);
        return [pages.readBigUInt64LE(at), pages.subarray(at + 8, at + 8 + size)];
      }),
    ),
    descriptors: text("fd")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => descriptorOf(line, text(`fdinfo/${line.split("\t")[0]}`), lines)),
    threads: tids.map((tid) => threadOf(tid, text(`task/${tid}/comm`).trim(), lines.section("thread", String(tid)))),
    actions: new Map(
      lines.each("action").map(([signal, ...words]) => {
        const [handler = 0n, flags = 0n, restorer = 0n, mask = 0n] = words.map(hex);
        return [Number(signal), { handler, flags, restorer, mask }];
      }),
    ),
    timers: lines.each("timer").map(([, ...words]) => {
      const [seconds = 0n, micros = 0n, restSeconds = 0n, restMicros = 0n] = words.map(hex);
      return [(seconds * 1_000_000n + micros) * 1000n, (restSeconds * 1_000_000n + restMicros) * 1000n];
    }),
    pending: lines.each("shared").map(([info]) => bytes(info)),
  };
}

function threadOf(tid: number, name: string, lines: Lines): Thread {
  const [head = 0n, length = 0n] = lines.one("robust").map(hex);
  const [address = 0n, flags = 0n, size = 0n] = lines.one("altstack").map(hex);
  return {
    tid,
    name,
    registers: lines.one("registers").map(hex),
    xsave: bytes(lines.one("xsave")[0]),
    blocked: hex(lines.one("blocked")[0]),
    robust: { head, length },
    tidAddress: hex(lines.one("tid_address")[0]),
    stack: { address, flags, size },
    pending: lines.each("private").map(([info]) => bytes(info)),
  };
}

function mappingOf(line: string): Mapping[] {
  const match = /^(\w+)-(\w+) (\S{4}) (\w+) (\S+ \d+)\s*(.*)$/.exec(line);
  if (!match) return [];
  const [, start, end, permissions = "", offset, inode = "", path = ""] = match;
  return [{ start: hex(start), end: hex(end), permissions, offset: hex(offset), inode, path }];
}

function descriptorOf(line: string, info: string, lines: Lines): Descriptor {
  const [fd = "", link = ""] = line.split("\t");
  const number = (name: string, base: number) =>
    Number.parseInt(new RegExp(`^${name}:\\s*(\\w+)`, "m").exec(info)?.[1] ?? "0", base);
  const pipe = lines.of("pipe", Number(fd));
  const [, domain, type, listens, name] = lines.of("socket", Number(fd)) ?? [];
  const messages = lines.each("message").filter(([owner]) => owner === fd);
  return {
    fd: Number(fd),
    link,
    position: number("pos", 10),
    flags: number("flags", 8),
    info,
    pipe: pipe && bytes(pipe[1]),
    socket:
      domain === undefined
        ? undefined
        : {
            domain: Number(domain),
            type: Number(type),
            listens: listens === "1",
            name: bytes(name),
            messages: messages.map(([, content]) => bytes(content)),
          },
  };
}

/** Columns from 1; the name may contain anything. */
function statOf(line: string): string[] {
  const [, pid = "", name = "", rest = ""] = /^(\d+) \((.*)\) (.*)$/s.exec(line.trim()) ?? [];
  return ["", pid, name, ...rest.split(" ")];
}

/** Rows of a table with a line of headings. Permissions are octal. */
function rows(table: string): Record<string, number>[] {
  const [names = [], ...lines] = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return lines.map((words) =>
    Object.fromEntries(words.map((word, i) => [names[i] ?? "", Number.parseInt(word, names[i] === "perms" ? 8 : 10)])),
  );
}

function hex(word = "0"): bigint {
  return BigInt(`0x${word}`);
}

function bytes(digits = ""): Buffer {
  return Buffer.from(digits, "hex");
}
