/** Questions to gdb about both cores. */
import type { Questions } from "../gdb.js";

/** Variables of the program that point at marked pages, with the number of pages. */
const MARKED: readonly (readonly [variable: string, pages: number])[] = [
  ["data[0]", 3],
  ["heap", 4],
  ["private_pages", 4],
  ["shared_pages", 3],
  ["read_only_pages", 2],
  ["file_private", 3],
  ["file_shared", 3],
];

/** Words of a page, the last four of which are compared. */
const PAGE = 1024;

export const QUESTIONS = {
  threads: ["info threads"],
  backtraces: ["thread apply all backtrace"],
  registers: ["thread apply all info registers"],
  locals: ["thread 1", "frame function descend", "info locals", "print turns", "print arrived"],
  memory: [
    "x/4xw constants",
    ...MARKED.flatMap(([variable, pages]) =>
      Array.from({ length: pages }, (_, i) => `x/4xw (char *)${variable} + ${4 * (PAGE * (i + 1) - 4)}`),
    ),
  ],
  auxv: ["info auxv"],
  mappings: ["info proc mappings"],
} satisfies Questions;

/** Requires an image with pending signals. */
export const SIGNAL: Questions = { signal: ["print $_siginfo"] };

/** Registers that `info registers` omits: of the system call, of segments, of the floating-point unit. */
export function further(arch: string): { further: readonly string[] } {
  return {
    further: [
      asked([
        ...(arch === "x86_64" ? ["orig_rax", "fs_base", "gs_base"] : ["orig_eax"]),
        ..."fctrl fstat ftag fiseg fioff foseg fooff fop mxcsr".split(" "),
        ...numbered("st", 8),
        ...numbered("xmm", count(arch)),
      ]),
    ],
  };
}

/** Names of the registers with the upper halves that AVX adds. */
export function upper(arch: string): string {
  return asked(numbered("ymm", count(arch)));
}

function count(arch: string): number {
  return arch === "x86_64" ? 16 : 8;
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}${i}`);
}

function asked(registers: readonly string[]): string {
  return `thread apply all info registers ${registers.join(" ")}`;
}
