/** Compares two dumps: what was made, and what CRIU took of the processes that were restored from it. */
import { type CriuFields, type CriuFile, type CriuValue, readCriu } from "../machine/crit.js";

type Files = ReadonlyMap<string, Uint8Array>;

/** Fields that a restored process has otherwise, by the end of their path. */
const EXPLAINED: readonly (readonly [path: RegExp, why: string])[] = [
  [/\.tc\.task_state$/, "the processes were restored stopped, to be looked at"],
  [/\.futex_rla_len$/, "the kernel states the size of a list also where there is none"],
  [/\.thread_core\.blk_sigset$/, "CRIU keeps those of the first thread in tc, which is compared"],
  [/gpregs\.orig_ax$/, "a restored process is in no system call"],
  [/gpregs\.(fs|gs|ds|es|ss)$/, "null selectors may have any privilege"],
  [/gpregs\.flags$/, "the processor sets the resume flag, and one that always reads as 1"],
  [/fpregs\.(mxcsr_mask|xsave|padding)/, "the restoring processor has other features"],
  [
    /tc\.(flags|cg_set|loginuid|oom_score_adj|timers|old_seccomp_mode|rlimits)/,
    "of the restoring kernel and of its time",
  ],
  [
    /thread_core\.(creds\.(lsm_profile|no_new_privs|cap_amb|apparmor_data)|seccomp_mode|sched_|rseq)/,
    "of today's kernels",
  ],
  [
    /^mm-\d+\.(exe_file_id|dumpable|thp_disabled|vmas)/,
    "numbers of files are made anew; mappings are compared with /proc",
  ],
];

/** Differences between the threads, credentials, signals, address spaces and private pages, in words. */
export function differences(made: Files, taken: Files): string[] {
  const [a, b] = [readCriu(made), readCriu(taken)];
  const found: string[] = [];
  for (const [name, file] of a) {
    if (!/^(core|mm)-/.test(name)) continue;
    const other = b.get(name);
    if (!other) found.push(`${name} is missing`);
    else compare(name, only(file), only(other), found);
    if (name.startsWith("mm-")) found.push(...pageDifferences(name.replace("mm", "pagemap"), [made, a], [taken, b]));
  }
  return found;
}

function only({ entries: [entry = {}] }: CriuFile): CriuFields {
  // What the dump of a process says about objects, and registers of a zombie, are numbers of the dump itself.
  const { ids: _, ...rest } = entry;
  return rest;
}

function compare(path: string, a: CriuValue | undefined, b: CriuValue | undefined, found: string[]): void {
  if (EXPLAINED.some(([pattern]) => pattern.test(path))) return;
  if (isFields(a) && isFields(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(`${path}.${key}`, a[key], b[key], found);
  } else if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    for (const [i, one] of a.entries()) compare(`${path}[${i}]`, one, b[i], found);
  } else if (text(a) !== text(b)) found.push(`${path}: ${text(a)} was made, ${text(b)} was taken`);
}

function isFields(value: CriuValue | undefined): value is CriuFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that is missing reads as zero. */
function text(value: CriuValue | undefined): string {
  const shown = JSON.stringify(value ?? 0, (_, one) => (typeof one === "bigint" ? String(one) : one));
  return shown === "false" || shown === "[]" || shown === "{}" ? "0" : shown;
}

const PAGE = 4096;

/** Pages that both have, but with other contents; more than one in a process is a difference, because a sleeping call stores its remaining time. */
function pageDifferences(
  name: string,
  [made, a]: readonly [Files, ReadonlyMap<string, CriuFile>],
  [taken, b]: readonly [Files, ReadonlyMap<string, CriuFile>],
): string[] {
  const own = pagesOf(made, a.get(name));
  const others = pagesOf(taken, b.get(name));
  const different = [...own].filter(([address, page]) => {
    const other = others.get(address);
    return other !== undefined && !page.equals(other);
  });
  const missing = [...own].filter(([address, page]) => !others.has(address) && page.some((byte) => byte !== 0));
  return [
    ...(different.length > 1 ? [`${name}: ${different.length} pages have other contents`] : []),
    ...missing.map(([address]) => `${name}: no page at ${address.toString(16)}`),
  ];
}

function pagesOf(files: Files, map: CriuFile | undefined): Map<bigint, Buffer> {
  const [head, ...runs] = map?.entries ?? [];
  const bytes = Buffer.from(files.get(`pages-${head?.pages_id}.img`) ?? []);
  const pages = new Map<bigint, Buffer>();
  let offset = 0;
  for (const run of runs)
    for (let i = 0; i < Number(run.nr_pages ?? run.compat_nr_pages); i++, offset += PAGE)
      pages.set(BigInt(run.vaddr as number) + BigInt(i * PAGE), bytes.subarray(offset, offset + PAGE));
  return pages;
}
