/**
 * The code that a kernel maps into every process, for its system calls and its clock. Images do not have it, because it belongs to the kernel, but the
 * program has pointers to it: in its auxiliary vector, in its C library, and a thread may stand in it.
 *
 * CRIU wants pages of it, finds by its symbols what they offer, and lets the program call that of today's kernel. Without pages there is a stub: a page
 * that makes a system call, at the address that 32-bit programs of x86 call for that. It is what most of them need.
 */

import { latin1Text } from "../../latin1.js";
import type { ProcessMemory } from "../../memory/memory.js";
import { registerOf } from "../../memory/registers.js";
import type { Mapping } from "../../model/address-space.js";
import type { Program } from "../../model/program.js";
import type { Task } from "../../model/tasks.js";
import { findAuxiliaryVector } from "../../start/auxiliary-vector.js";
import type { PageRun } from "../dump.js";
import type { Passage } from "../passage.js";
import { AREA, MAP, type Vma } from "./mapping.js";

/** What takes the place of such a mapping. */
export interface Replacement {
  readonly vmas: readonly Vma[];
  readonly pages: readonly PageRun[];
}

const NOTHING: Replacement = { vmas: [], pages: [] };

/** Entry of the auxiliary vector with the address that 32-bit programs of x86 call for a system call. */
const AT_SYSINFO = 32n;

/** `int $0x80; ret` */
const SYSTEM_CALL = Uint8Array.of(0xcd, 0x80, 0xc3);

/** A thread that waits in a call stands behind the first instruction. */
const CALL_BYTES = 2n;

/** Pages of the kernel's clock before those of its code. CRIU crashes without any; how many there are does not matter. */
const CLOCK_PAGES = 4n;

const PROT_READ = 1;

/**
 * What takes the place of the kernel's code in an address space.
 *
 * @param threads those that have the address space and live
 */
export function replaceVdso(
  passage: Passage,
  threads: readonly Task[],
  {
    memory,
    mapping,
    program,
  }: { readonly memory: ProcessMemory; readonly mapping: Mapping; readonly program: Program },
): Replacement {
  const { image, account, options } = passage;
  const [task] = threads;
  const entry = program.arch === "x86_32" ? callAddress(memory, mapping, program) : undefined;
  const choice = options.vdso ?? (entry === undefined ? "drop" : "stub");
  const inside = threads.filter((thread) => contains(mapping, registerOf(image, thread, "ip")));
  const refuse = (thread: Task, why: string) =>
    account.inTheWay({
      task: thread,
      node: thread.record("CPU"),
      record: "CPU",
      value: registerOf(image, thread, "ip"),
      why,
    });
  const madeUp = (why: string) =>
    account.madeUp({ task, node: mapping.vma, record: "VMA", field: "vma_type", value: mapping.typeName, why });
  if (choice === "drop") {
    for (const thread of inside)
      refuse(
        thread,
        "the thread stands in the code of the old kernel (vdso), which is left out; supply it with --vdso FILE",
      );
    const left = {
      ...{ task, node: mapping.vma, record: "VMA", field: "vma_type", value: mapping.typeName },
      why: "the code of the old kernel (vdso) is not in the image and is left out: a program that calls it dies",
    };
    if (options.vdso === "drop") account.note(left);
    else account.lost({ ...left, why: `${left.why}; supply it with --vdso FILE, or accept that with --vdso drop` });
    return NOTHING;
  }
  if (choice === "stub") {
    if (entry === undefined) {
      account.inTheWay({
        task,
        node: mapping.vma,
        record: "VMA",
        value: mapping.start,
        why: `there is no stub for the code of the kernel (vdso) of ${program.arch}; leave it out, or supply it`,
      });
      return NOTHING;
    }
    for (const thread of inside)
      if (registerOf(image, thread, "ip") !== entry + CALL_BYTES)
        refuse(
          thread,
          "the thread stands in the code of the old kernel (vdso) elsewhere than behind a system call, where a stub cannot take its place",
        );
    madeUp(
      "the code of the old kernel (vdso) is not in the image; a page takes its place that makes system calls and nothing else",
    );
    return stub(mapping, entry, image.format.pageSize);
  }
  const why = whyNoVdso(choice, program);
  if (why !== undefined) {
    account.inTheWay({ task, node: mapping.vma, record: "VMA", value: mapping.start, why });
    return NOTHING;
  }
  return supplied(passage, mapping, choice);
}

/** Parts of an ELF header: its first bytes, and the places of the class, the machine and the number of program headers. */
const ELF_MAGIC = "\x7fELF";
const ELF_CLASS = 4;
const ELF_MACHINE = 18;

/** Numbers of the machines in ELF headers. */
const MACHINES: Readonly<Record<string, number>> = { x86_32: 3, x86_64: 62, s390x: 22, arm: 40 };

/** Why bytes are not the code of a kernel for a program; undefined if they can be. */
function whyNoVdso(bytes: Uint8Array, { arch, bits, littleEndian }: Program): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < ELF_MACHINE + 2 || latin1Text(bytes.subarray(0, ELF_MAGIC.length)) !== ELF_MAGIC)
    return "the supplied vdso is no ELF file, as the code of a kernel for its programs is";
  const machine = view.getUint16(ELF_MACHINE, littleEndian);
  if (bytes[ELF_CLASS] !== bits / 32 || machine !== MACHINES[arch])
    return `the supplied vdso is not for programs of ${arch}`;
  if (bytes.length > MAX_BYTES)
    return `the supplied vdso has ${bytes.length} bytes, and the code of a kernel has some pages`;
  return undefined;
}

/** More than the code of any kernel for its programs has. */
const MAX_BYTES = 65536;

/** Address that programs call for a system call, if it is in the mapping. */
function callAddress(memory: ProcessMemory, mapping: Mapping, program: Program): bigint | undefined {
  const words = findAuxiliaryVector(memory, program)?.words ?? [];
  for (let i = 0; i + 1 < words.length; i += 2)
    if (words[i] === AT_SYSINFO && contains(mapping, words[i + 1])) return words[i + 1];
  return undefined;
}

function contains({ start, end }: Mapping, address: bigint | undefined): boolean {
  return address !== undefined && address >= start && address < end;
}

function stub({ start, end, flags }: Mapping, entry: bigint, pageSize: number): Replacement {
  const size = Number(end - start);
  const contents = new Uint8Array(Math.ceil(size / pageSize) * pageSize);
  contents.set(SYSTEM_CALL, Number(entry - start));
  return {
    vmas: [area(start, end, Number(flags & 7n), AREA.anonPrivate)],
    pages: [{ address: start, size: contents.length, contents }],
  };
}

function supplied({ image, account }: Passage, mapping: Mapping, bytes: Uint8Array): Replacement {
  const { pageSize } = image.format;
  const size = Math.ceil(bytes.length / pageSize) * pageSize;
  const contents = new Uint8Array(size);
  contents.set(bytes);
  const { start, flags } = mapping;
  const end = start + BigInt(size);
  if (end !== mapping.end)
    account.note({
      node: mapping.vma,
      record: "VMA",
      field: "vm_end",
      value: mapping.end - start,
      why: `the supplied vdso has ${size} bytes`,
    });
  const clock = start - CLOCK_PAGES * BigInt(pageSize);
  return {
    vmas: [
      area(clock, start, PROT_READ, AREA.anonPrivate | AREA.vvar),
      area(start, end, Number(flags & 7n), AREA.anonPrivate | AREA.vdso),
    ],
    pages: [{ address: start, size, contents }],
  };
}

function area(start: bigint, end: bigint, prot: number, status: number): Vma {
  return {
    start,
    end,
    pgoff: 0n,
    shmid: 0n,
    prot,
    flags: MAP.private | MAP.anonymous,
    status: AREA.regular | status,
    fd: -1n,
  };
}
