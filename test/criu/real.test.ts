/** Dumps of real images, as CRIU's library reads them, against what the guests noted when they made the images. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planDump } from "../../tools/criu/index.js";
import { makeDirectory } from "../../tools/files/new-directory.js";
import { computingPid, PAGE, savedTasks, statedRegisters } from "../images/expectations.js";
import { WITNESSED } from "../images/fixtures.js";
import type { MapsLine } from "../images/truth.js";
import { openedReal } from "../opened.js";
import { type CritEntry, critEntries, hasCrit } from "./crit.js";

const folder = mkdtempSync(join(tmpdir(), "ckpt-criu-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bits of mmap. */
const MAP_SHARED = 1;

describe.skipIf(!hasCrit).each(WITNESSED)("$name: the dump", (real) => {
  const { littleEndian } = real.format;
  const place = join(folder, real.name);
  let entries: Record<string, CritEntry[]>;
  let files: Map<string, CritEntry>;
  let programs: ReturnType<typeof savedTasks>;
  const only = (name: string): CritEntry => {
    const [entry] = entries[`${name}.img`] ?? [];
    if (!entry) throw new Error(`the dump has no ${name}.img`);
    return entry;
  };
  beforeAll(async () => {
    const plan = planDump(openedReal(real));
    await makeDirectory(place, async (directory) => {
      await plan.write(directory, { allowLoss: true });
    });
    entries = critEntries(place);
    files = new Map((entries["files.img"] ?? []).map((file) => [file.id as string, file]));
    const leaders = (entries["pstree.img"] ?? []).map(({ pid }) => Number(pid));
    programs = savedTasks(real).filter(([pid]) => leaders.includes(pid));
  });

  it("has the processes and threads", () => {
    const expected = real.notes.pids.map(([vpid]) => vpid).sort();
    expect((entries["pstree.img"] ?? []).flatMap(({ threads }) => threads.map(Number)).sort()).toEqual(expected);
    for (const [pid, { status }] of savedTasks(real))
      expect(only(`core-${pid}`).thread_core.comm).toBe(status.get("Name"));
  });

  it("has the mappings of /proc/PID/maps", () => {
    for (const [pid, { maps }] of programs)
      expect(only(`mm-${pid}`).vmas.map((vma: CritEntry) => lineOf(vma, files))).toEqual(
        maps.filter(({ path }) => path !== "[vdso]" || hasStub(real.name)).map(expectedLine),
      );
  });

  it("has the pages that the program filled", () => {
    const found = real.truth.pages.flatMap(({ address, tag, index, region }) => {
      // Pages of shared files are in the files.
      if (region === "fileshared") return [];
      const page = programs
        .map(([pid]) => pageOf(place, entries, pid, address))
        .find((bytes) => bytes !== undefined && wordOf(bytes, 0, littleEndian) >>> 24 === tag);
      return [
        page === undefined
          ? `no page at ${address.toString(16)}`
          : wordOf(page, 100, littleEndian) === ((tag << 24) | ((index & 0xff) << 16) | 100) >>> 0,
      ];
    });
    expect(found.filter((one) => one !== true)).toEqual([]);
  });

  it("has the registers of the program that ran or made the image", () => {
    const stated = statedRegisters(real);
    const core = only(`core-${computingPid(real)}`);
    for (const [name, value] of stated) {
      const mine = registerOf(core, name);
      if (mine !== undefined) expect([name, mine]).toEqual([name, value]);
    }
    expect(stated.size).toBeGreaterThan(0);
  });

  it("has the signals of /proc/PID/status", () => {
    for (const [pid, { status }] of programs) {
      const { tc, thread_core: thread } = only(`core-${pid}`);
      const mask = (key: string) => BigInt(`0x${status.get(key)}`);
      if (!status.has("SigBlk") || real.name.startsWith("v16")) continue;
      expect(BigInt(tc.blk_sigset)).toBe(mask("SigBlk"));
      expect(signalsOf(thread.signals_p, littleEndian)).toBe(mask("SigPnd"));
      expect(signalsOf(tc.signals_s, littleEndian)).toBe(mask("ShdPnd"));
      const signals = Array.from({ length: 64 }, (_, i) => i + 1).filter((signal) => signal !== 9 && signal !== 19);
      const having = (wanted: (handler: bigint) => boolean) =>
        signals.reduce(
          (all, signal, i) => (wanted(BigInt(tc.sigactions[i].sigaction)) ? all | (1n << BigInt(signal - 1)) : all),
          0n,
        );
      expect(having((handler) => handler === 1n)).toBe(mask("SigIgn"));
      expect(having((handler) => handler > 1n)).toBe(mask("SigCgt"));
    }
  });

  it("has the credentials of /proc/PID/status", () => {
    for (const [pid, { status }] of savedTasks(real)) {
      const ids = status.get("Uid")?.split(" ");
      if (!ids || real.name.startsWith("v16")) continue;
      const { creds } = only(`core-${pid}`).thread_core;
      expect([creds.uid, creds.euid, creds.suid, creds.fsuid]).toEqual(ids);
      expect([creds.gid, creds.egid, creds.sgid, creds.fsgid]).toEqual(status.get("Gid")?.split(" "));
      // Those beyond what machines of today have are left out.
      const caps = BigInt(creds.cap_eff[0]) | (BigInt(creds.cap_eff[1]) << 32n);
      expect(caps).toBe(BigInt(`0x${status.get("CapEff")}`) & ((1n << 41n) - 1n));
    }
  });
});

/** Whether a page takes the place of the kernel's code: in 32-bit programs of x86. */
function hasStub(name: string): boolean {
  return !name.startsWith("x86_64") || name.includes("32");
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly permissions: string;
  readonly offset: number;
  readonly path: string;
}

function lineOf(vma: CritEntry, files: ReadonlyMap<string, CritEntry>): Line {
  const prot = Number(vma.prot);
  const letters = `${prot & 1 ? "r" : "-"}${prot & 2 ? "w" : "-"}${prot & 4 ? "x" : "-"}`;
  const isFile = (Number(vma.status) & 0xc0) !== 0;
  return {
    start: Number(vma.start),
    end: Number(vma.end),
    permissions: `${letters}${Number(vma.flags) & MAP_SHARED ? "s" : "p"}`,
    offset: Number(vma.pgoff),
    path: isFile ? (files.get(vma.shmid)?.reg.name ?? "?") : "",
  };
}

/** Names in brackets, and those of hidden files, are no files. */
function expectedLine({ path, ...line }: MapsLine): Line {
  return { ...line, path: path.startsWith("[") || path.endsWith("(deleted)") ? "" : path };
}

/** The page of a process at an address, from its own pages or those of a shared segment. */
function pageOf(
  place: string,
  entries: Record<string, CritEntry[]>,
  pid: number,
  address: number,
): Uint8Array | undefined {
  const own = pageIn(place, entries[`pagemap-${pid}.img`], address);
  if (own) return own;
  const vma = entries[`mm-${pid}.img`]?.[0]?.vmas.find(
    (one: CritEntry) => Number(one.start) <= address && address < Number(one.end),
  );
  if (!vma || (Number(vma.status) & 0x100) === 0) return undefined;
  return pageIn(place, entries[`pagemap-shmem-${vma.shmid}.img`], address - Number(vma.start) + Number(vma.pgoff));
}

function pageIn(place: string, [head, ...runs]: CritEntry[] = [], at: number): Uint8Array | undefined {
  let offset = 0;
  for (const run of runs) {
    const [start, size] = [Number(run.vaddr), Number(run.nr_pages ?? run.compat_nr_pages) * PAGE];
    if (start <= at && at < start + size)
      return readFileSync(join(place, `pages-${head?.pages_id}.img`)).subarray(
        offset + at - start,
        offset + at - start + PAGE,
      );
    offset += size;
  }
  return undefined;
}

function wordOf(bytes: Uint8Array, index: number, littleEndian: boolean): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(index * 4, littleEndian);
}

/** A register by the debugger's name; undefined for those that CRIU does not have. */
function registerOf(core: CritEntry, name: string): bigint | undefined {
  const { thread_info: x86, ti_s390: s390 } = core;
  if (s390) {
    const [, array, index] = /^(r|acr)(\d+)$/.exec(name) ?? [];
    const value =
      array === undefined
        ? { pswm: s390.gpregs.psw_mask, pswa: s390.gpregs.psw_addr, svcnr: s390.gpregs.system_call }[name]
        : (array === "r" ? s390.gpregs.gprs : s390.gpregs.acrs)[Number(index)];
    return value === undefined ? undefined : BigInt(value);
  }
  const value = x86.gpregs[name.replace(/(^|orig_)[er](?=[a-z])/, "$1")];
  return value === undefined ? undefined : BigInt(value);
}

function signalsOf({ signals }: CritEntry, littleEndian: boolean): bigint {
  return (signals ?? []).reduce((mask: bigint, one: CritEntry) => {
    const number = Buffer.from(one.siginfo, "base64");
    return mask | (1n << BigInt((littleEndian ? number.readInt32LE(0) : number.readInt32BE(0)) - 1));
  }, 0n);
}
