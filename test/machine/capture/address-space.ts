/** The address space of a captured process. Memory that processes share is written with the first of them. */
import { type Fields, type Part, SharedObject } from "../../../tools/write/index.js";
import { flagsOf } from "../../core/circle/memory.js";
import { generic } from "../../make-image/files.js";
import { AT_VECTOR_WORDS } from "../../make-image/memory.js";
import type { Scene } from "../../make-image/scene.js";
import type { Mapping, Process, Tree } from "./tree.js";

const PAGE = 4096n;

/** Objects that address spaces share. */
export class Inodes {
  private readonly inodes = new Map<string, SharedObject>();
  private readonly programs = new Map<string, SharedObject>();

  constructor(private readonly scene: Scene) {}

  /** The inode behind a shared mapping, and whether it is met for the first time. */
  of({ inode }: Mapping): { object: SharedObject; first: boolean } {
    const known = this.inodes.get(inode);
    const object = known ?? new SharedObject("INODE");
    this.inodes.set(inode, object);
    return { object, first: known === undefined };
  }

  /** The inode of a System V segment, whose number in a mapping is its id. */
  ofSegment(id: number): SharedObject {
    const object = this.inodes.get(`segment ${id}`) ?? new SharedObject("INODE");
    this.inodes.set(`segment ${id}`, object);
    return object;
  }

  /** The open file behind a mapping. A program that runs cannot be open for writing. */
  file(path: string, access: "read" | "write" = "read"): SharedObject {
    const key = `${access} ${path}`;
    const read = ["FMODE_READ", "FMODE_LSEEK", "FMODE_PREAD"];
    const object =
      this.programs.get(key) ??
      (access === "read"
        ? generic(this.scene, path, [], read)
        : generic(this.scene, path, ["O_RDWR"], [...read, "FMODE_WRITE", "FMODE_PWRITE"]));
    this.programs.set(key, object);
    return object;
  }
}

export function addressSpace(scene: Scene, tree: Tree, process: Process, inodes: Inodes): SharedObject {
  const { stat, auxv } = process;
  const mappings = process.mappings.filter(({ path }) => !path.startsWith("[vvar") && path !== "[vsyscall]");
  const place = (column: number) => BigInt(stat[column] ?? 0);
  const vdso = mappings.find(({ path }) => path === "[vdso]")?.start ?? 0n;
  const heap = mappings.find(({ path }) => path === "[heap]");
  return new SharedObject("MM", () => ({
    records: {
      MM: {
        fields: {
          map_count: mappings.length,
          exe_objref: inodes.file(process.program),
          start_code: place(26),
          end_code: place(27),
          start_stack: place(28),
          start_data: place(45),
          end_data: place(46),
          start_brk: place(47),
          arg_start: place(48),
          arg_end: place(49),
          env_start: place(50),
          env_end: place(51),
          brk: heap?.end ?? place(47),
        },
      },
      at_vector: {
        payload: { of: "u64", elements: [...auxv, ...new Array<bigint>(vectorWords(process) - auxv.length).fill(0n)] },
      },
      ...scene.architecture.context({ ...scene.places, vdso: Number(vdso) }),
    },
    rules: { mapping: mappings.map((mapping) => mappingPart(scene, tree, process, mapping, inodes)) },
  }));
}

/** Words of the AT vector, which is longer in today's kernels. */
export function vectorWords({ auxv }: Process): number {
  return Math.max(AT_VECTOR_WORDS, auxv.length);
}

interface Kind {
  readonly type: string;
  readonly fields?: Fields;
  /** Whether its pages are identified by address or by index in the segment; undefined when no page is saved. */
  readonly position?: "address" | "index";
}

function kindOf(tree: Tree, mapping: Mapping, inodes: Inodes): Kind {
  const { start, end, path, permissions, inode } = mapping;
  if (path === "[vdso]") return { type: "CKPT_VMA_VDSO" };
  const [, key] = /^\/SYSV(\w+)/.exec(path) ?? [];
  if (key !== undefined) {
    // The inode of a segment has its id as number.
    const id = Number(inode.split(" ")[1]);
    const segment = { ino_objref: inodes.ofSegment(id), ino_size: end - start };
    return { type: "CKPT_VMA_SHM_IPC_SKIP", fields: segment };
  }
  if (!path.startsWith("/")) return { type: "CKPT_VMA_ANON", position: "address" };
  if (permissions.endsWith("p"))
    return {
      type: "CKPT_VMA_FILE",
      fields: { vma_objref: inodes.file(path), ino_size: tree.lengths.get(path) ?? 0n },
      position: "address",
    };
  const { object, first } = inodes.of(mapping);
  if (!path.endsWith(" (deleted)"))
    return {
      type: "CKPT_VMA_SHM_FILE",
      fields: { ino_objref: object, ino_size: tree.lengths.get(path) ?? 0n, vma_objref: inodes.file(path, "write") },
    };
  const fields = { ino_objref: object, ino_size: end - start };
  return first ? { type: "CKPT_VMA_SHM_ANON", fields, position: "index" } : { type: "CKPT_VMA_SHM_ANON_SKIP", fields };
}

function mappingPart(scene: Scene, tree: Tree, process: Process, mapping: Mapping, inodes: Inodes): Part {
  const { start, end, permissions, offset, path } = mapping;
  const { type, fields, position } = kindOf(tree, mapping, inodes);
  const pages = [...process.pages].filter(([address]) => address >= start && address < end);
  const ofFile = path.startsWith("/") || permissions.endsWith("s");
  return {
    records: {
      VMA: {
        fields: {
          vma_type: scene.constant(type),
          vm_start: start,
          vm_end: end,
          vm_flags: scene.bits(flagsOf(permissions, path)),
          vm_pgoff: (ofFile ? offset : start) / PAGE,
          ...fields,
        },
      },
      PGARR: { fields: { nr_pages: position ? pages.length : 0 } },
    },
    ...(position &&
      contents(
        pages.map(([address, bytes]) => [position === "index" ? (address - start + offset) / PAGE : address, bytes]),
      )),
  };
}

/** Positions and pages in one batch, of a 64-bit machine with the byte order of x86. */
export function contents(pages: readonly (readonly [position: bigint, bytes: Uint8Array])[]): Part {
  const positions = Buffer.alloc(8 * pages.length);
  pages.forEach(([position], i) => {
    positions.writeBigUInt64LE(position, 8 * i);
  });
  const payload = Buffer.concat([positions, ...pages.map(([, bytes]) => bytes)]);
  const batch = { page_batch: { payload }, PGARR: { fields: { nr_pages: 0 } } };
  return { rounds: pages.length > 0 ? [{ records: batch }] : [] };
}
