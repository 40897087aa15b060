/** The mappings of a process: a program with heap and stack, and in the root task's process one of every other kind. */
import type { Fields, Part } from "../../tools/write/index.js";
import { HUGE_SHIFT, hugePage, type Segment } from "./ipc.js";
import { OptionError } from "./options.js";
import { contents, gapped, spanOf } from "./pages.js";
import type { TaskPlan } from "./process-tree.js";
import type { Scene } from "./scene.js";

interface Mappings {
  readonly count: number;
  /** Mappings in ascending order of addresses, made one at a time. */
  parts(): Iterable<Part>;
}

interface Mapping {
  readonly type: string;
  readonly start: number;
  readonly pages: number;
  readonly flags: readonly string[];
  readonly fields?: Fields;
  readonly contents?: Part;
}

/** Pages of private memory at the ends of the address space; the rest is in the heap and after it. */
const EDGE_PAGES = 2;

const MAY = ["VM_MAYREAD", "VM_MAYWRITE", "VM_MAYEXEC"];
const DATA = ["VM_READ", "VM_WRITE", ...MAY, "VM_ACCOUNT"];
const PROGRAM = ["VM_READ", "VM_EXEC", ...MAY, "VM_DENYWRITE", "VM_EXECUTABLE"];
const PROGRAM_DATA = [...DATA, "VM_DENYWRITE", "VM_EXECUTABLE"];
const STACK = [...DATA, "VM_GROWSDOWN"];
const VDSO = ["VM_READ", "VM_EXEC", ...MAY, "VM_ALWAYSDUMP"];
const SHARED = ["VM_READ", "VM_WRITE", "VM_SHARED", "VM_MAYREAD", "VM_MAYWRITE", "VM_MAYSHARE"];
const HUGE = [...DATA, "VM_HUGETLB"];
const HUGE_SHARED = [...SHARED, "VM_HUGETLB"];
/** Page table bits, which depend on the machine and have no meaning elsewhere. */
const PAGE_PROT = 0x25;

/**
 * Lays out the mappings of a process.
 *
 * @throws {OptionError} when the mappings and pages do not fit
 */
export function layOut(scene: Scene, plan: TaskPlan): Mappings {
  const { settings, format } = scene;
  const { heap, shared } = scene.places;
  const page = format.pageSize;
  const edges = edgeMappings(scene, plan);
  const kinds = sharedMappings(scene, plan);
  const fixed = edges.low.length + kinds.length + edges.high.length;
  const privateCount = Math.max(1, settings.vmas - fixed);
  const left = settings.pages - edges.pages;
  const each = Math.floor(left / privateCount);
  const first = left - each * (privateCount - 1);
  const second = heap + (spanOf(first) + 1) * page;
  const stride = (spanOf(each) + 1) * page;
  if (second + (privateCount - 1) * stride > shared)
    throw new OptionError(`${settings.pages} pages in ${settings.vmas} mappings do not fit into an address space`);
  return {
    count: fixed + privateCount,
    *parts() {
      for (const mapping of edges.low) yield partOf(scene, mapping);
      yield partOf(scene, anonymous(scene, plan, heap, first));
      for (let i = 0; i < privateCount - 1; i++) yield partOf(scene, anonymous(scene, plan, second + i * stride, each));
      for (const mapping of [...kinds, ...edges.high]) yield partOf(scene, mapping);
    },
  };
}

function partOf(scene: Scene, { type, start, pages, flags, fields, contents }: Mapping): Part {
  const { pageSize } = scene.format;
  return {
    ...contents,
    records: {
      ...contents?.records,
      VMA: {
        fields: {
          vma_type: scene.constant(type),
          vm_start: start,
          vm_end: start + pages * pageSize,
          vm_page_prot: PAGE_PROT,
          vm_flags: scene.bits(flags),
          vm_pgoff: start / pageSize,
          ...fields,
        },
      },
    },
  };
}

/** Private memory with `count` pages that have contents, and gaps between them. */
function anonymous(scene: Scene, plan: TaskPlan, start: number, count: number): Mapping {
  return {
    type: "CKPT_VMA_ANON",
    start,
    pages: spanOf(count),
    flags: DATA,
    contents: privatePages(scene, plan, start, count),
  };
}

function privatePages({ format, settings }: Scene, { pid }: TaskPlan, start: number, count: number): Part {
  return contents(format, { pattern: { seed: settings.seed, owner: pid }, count, index: gapped, start });
}

/** The program below all other mappings, vdso and stack above, and the number of their pages. */
function edgeMappings(scene: Scene, plan: TaskPlan): { low: Mapping[]; high: Mapping[]; pages: number } {
  const { files, settings, format, architecture } = scene;
  const { text, data, vdso, stack } = scene.places;
  const page = format.pageSize;
  const inData = Math.min(EDGE_PAGES, settings.pages);
  const onStack = Math.min(EDGE_PAGES, settings.pages - inData);
  const file = { vma_objref: files.program, ino_size: 16 * page };
  const bottom = stack - (EDGE_PAGES + 1) * page;
  return {
    low: [
      {
        type: "CKPT_VMA_FILE",
        start: text,
        pages: 1,
        flags: PROGRAM,
        fields: { ...file, vm_pgoff: 0 },
        contents: privatePages(scene, plan, text, 0),
      },
      {
        type: "CKPT_VMA_FILE",
        start: data,
        pages: spanOf(EDGE_PAGES),
        flags: PROGRAM_DATA,
        fields: { ...file, vm_pgoff: 1 },
        contents: privatePages(scene, plan, data, inData),
      },
    ],
    high: [
      ...(architecture.vdso ? [{ type: "CKPT_VMA_VDSO", start: vdso, pages: 1, flags: VDSO }] : []),
      {
        type: "CKPT_VMA_ANON",
        start: bottom,
        pages: EDGE_PAGES + 1,
        flags: STACK,
        contents: privatePages(scene, plan, bottom, onStack),
      },
    ],
    pages: inData + onStack,
  };
}

/** Shared memory of every kind, and huge pages. Contents are written with the first mapping in the image, that of the root task. */
function sharedMappings(scene: Scene, plan: TaskPlan): Mapping[] {
  const { format, segments, settings, files } = scene;
  const { pageSize: page } = format;
  const { shared } = scene.places;
  if (settings.plain || plan.role === "ordinary") return [];
  const slot = (n: number) => shared + n * 0x10_0000;
  const of = ({ inode, pages }: Segment) => ({ ino_objref: inode, ino_size: pages * page, vm_pgoff: 0 });
  const map = (type: string, n: number, segment: Segment, fields: Fields = {}): Mapping => ({
    type,
    start: slot(n),
    pages: segment.pages,
    flags: SHARED,
    fields: { ...of(segment), ...fields },
  });
  const { anonymous, shm, file, huge } = segments;
  const inherited = map("CKPT_VMA_SHM_ANON_SKIP", 1, anonymous);
  if (plan.role !== "root") return [inherited];
  const pattern = { seed: settings.seed, owner: anonymous.owner };
  const pages = contents(format, { pattern, count: anonymous.pages / 2, index: (nth) => nth * 2, start: undefined });
  return [
    { ...map("CKPT_VMA_SHM_ANON", 0, anonymous), contents: pages },
    inherited,
    map("CKPT_VMA_SHM_FILE", 2, file, { vma_objref: files.shared }),
    map("CKPT_VMA_SHM_IPC_SKIP", 3, shm),
    ...(scene.has("CKPT_VMA_HUGETLB") ? hugeMappings(scene, plan, slot(4), map("CKPT_VMA_HUGETLB_SKIP", 5, huge)) : []),
  ];
}

/** Private huge pages, and a System V segment of them. */
function hugeMappings(scene: Scene, plan: TaskPlan, start: number, segment: Mapping): Mapping[] {
  const size = 2 ** HUGE_SHIFT;
  const pages = size / scene.format.pageSize;
  const pattern = { seed: scene.settings.seed, owner: plan.pid };
  return [
    {
      type: "CKPT_VMA_HUGETLB",
      start,
      pages,
      flags: HUGE,
      fields: { hugetlb_shift: HUGE_SHIFT },
      contents: { rules: { huge_pages: { rounds: [hugePage(scene, { vaddr: start }, start, pattern)] } } },
    },
    {
      ...segment,
      pages,
      flags: HUGE_SHARED,
      fields: { ...segment.fields, ino_size: size, hugetlb_shift: HUGE_SHIFT },
    },
  ];
}
