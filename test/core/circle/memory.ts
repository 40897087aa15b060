/** The address space of a captured process: which pages a kernel would have saved, and how. */
import { readFileSync, statSync } from "node:fs";
import { type Fields, type Part, SharedObject } from "../../../tools/write/index.js";
import { generic } from "../../make-image/files.js";
import type { Scene } from "../../make-image/scene.js";
import type { Mapping, Process, Word } from "./process.js";

/** Size of the AT vector of Linux 2.6.30 to 3.0, in words. */
const AT_VECTOR_WORDS = 44;

export function auxvWords(auxv: readonly Word[]): number {
  return Math.max(AT_VECTOR_WORDS, auxv.length);
}

export function addressSpace(scene: Scene, process: Process): SharedObject {
  const { architecture } = scene;
  const mappings = process.mappings.filter(isSaved);
  const vdso = Number(mappings.find(({ path }) => path === "[vdso]")?.start ?? 0);
  const heap = mappings.find(({ path }) => path === "[heap]");
  const files = new Map<string, SharedObject>();
  const fileOf = (path: string) => {
    const file = files.get(path) ?? generic(scene, path, [], ["FMODE_READ", "FMODE_LSEEK", "FMODE_PREAD"]);
    files.set(path, file);
    return file;
  };
  return new SharedObject("MM", () => ({
    records: {
      MM: {
        fields: {
          map_count: mappings.length,
          exe_objref: fileOf(process.program),
          ...process.places,
          brk: heap?.end ?? 0n,
        },
      },
      at_vector: atVector(scene, process),
      ...architecture.context({ ...scene.places, vdso, shared: Number(heap?.end ?? 0n) }),
    },
    rules: { mapping: mappings.map((mapping) => mappingPart(scene, process, mapping, fileOf)) },
  }));
}

/** The AT vector, padded with zeros. Words of a 64-bit kernel contain two words of a 32-bit program. */
function atVector(scene: Scene, { arch, auxv }: Process) {
  const narrow = arch === "x86_32" && scene.format.wordSize === 8;
  const words = narrow
    ? auxv.flatMap((low, i) => (i % 2 === 0 ? [BigInt(low) | (BigInt(auxv[i + 1] ?? 0) << 32n)] : []))
    : auxv;
  const elements = [...words, ...new Array<Word>(auxvWords(auxv) - words.length).fill(0)];
  return { payload: { of: scene.since("v19") || scene.format.wordSize === 8 ? "u64" : "u32", elements } };
}

/** Whether a kernel saves the mapping. Its own pages are excluded: those of the clock, and the vsyscall page above all others. */
export function isSaved({ path }: Mapping): boolean {
  return !path.startsWith("[vvar") && path !== "[vsyscall]";
}

/** Whether the mapping is of a file. For shared anonymous memory the kernel makes an invisible file, shown as deleted. */
export function isFile({ path }: Mapping): boolean {
  return path.startsWith("/") && !path.endsWith("(deleted)");
}

interface Kind {
  readonly type: string;
  readonly fields?: Fields;
  /** Whether pages are identified by address or by index in the segment; undefined when no page is saved. */
  readonly position?: "address" | "index";
}

function kindOf({ sysroot }: Process, mapping: Mapping, fileOf: (path: string) => SharedObject): Kind {
  const { start, end, path, permissions } = mapping;
  if (path === "[vdso]") return { type: "CKPT_VMA_VDSO" };
  const isShared = permissions.endsWith("s");
  const segment = isShared ? { ino_objref: new SharedObject("INODE"), ino_size: end - start } : {};
  if (!isFile(mapping))
    return isShared
      ? { type: "CKPT_VMA_SHM_ANON", fields: segment, position: "index" }
      : { type: "CKPT_VMA_ANON", position: "address" };
  const fields = { ...segment, vma_objref: fileOf(path), ino_size: statSync(sysroot + path).size };
  return isShared ? { type: "CKPT_VMA_SHM_FILE", fields } : { type: "CKPT_VMA_FILE", fields, position: "address" };
}

function mappingPart(scene: Scene, process: Process, mapping: Mapping, fileOf: (path: string) => SharedObject): Part {
  const { start, end, permissions, offset, path } = mapping;
  const kind = kindOf(process, mapping, fileOf);
  const pages = kind.position === undefined ? undefined : changedPages(process, mapping);
  const counted = isFile(mapping) || permissions.endsWith("s") ? offset : start;
  return {
    ...(pages && contents(scene, mapping, pages, kind.position === "index")),
    records: {
      VMA: {
        fields: {
          vma_type: scene.constant(kind.type),
          vm_start: start,
          vm_end: end,
          vm_flags: scene.bits(flagsOf(permissions, path)),
          vm_pgoff: counted / BigInt(process.pageSize),
          ...kind.fields,
        },
      },
      ...(pages && { PGARR: { fields: { nr_pages: pages.length } } }),
    },
  };
}

const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  r: ["VM_READ"],
  w: ["VM_WRITE"],
  x: ["VM_EXEC"],
  s: ["VM_SHARED", "VM_MAYSHARE"],
};

/** Flags of a mapping with permissions as in `/proc/PID/maps`. */
export function flagsOf(permissions: string, path: string): string[] {
  const may = ["VM_MAYREAD", "VM_MAYWRITE", "VM_MAYEXEC"];
  return [
    ...may,
    ...(path === "[stack]" ? ["VM_GROWSDOWN"] : []),
    ...[...permissions].flatMap((one) => PERMISSIONS[one] ?? []),
  ];
}

interface Page {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** Pages before any change: the contents of the file, or zeros. */
export function unchangedPages({ sysroot, pageSize }: Process, mapping: Mapping): (address: bigint) => Buffer {
  const file = isFile(mapping) ? readFileSync(sysroot + mapping.path) : Buffer.alloc(0);
  return (address) => {
    const from = Number(mapping.offset + address - mapping.start);
    const page = Buffer.alloc(pageSize);
    page.set(file.subarray(from, from + pageSize));
    return page;
  };
}

function changedPages(process: Process, mapping: Mapping): Page[] {
  const unchanged = unchangedPages(process, mapping);
  const pages: Page[] = [];
  for (let address = mapping.start; address < mapping.end; address += BigInt(process.pageSize)) {
    const bytes = process.page(address);
    if (bytes && !unchanged(address).equals(bytes)) pages.push({ address, bytes });
  }
  return pages;
}

function contents({ format }: Scene, { start }: Mapping, pages: readonly Page[], byIndex: boolean): Part {
  const position = ({ address, bytes }: Page) => (byIndex ? (address - start) / BigInt(bytes.length) : address);
  const { wordSize, littleEndian } = format;
  const positions = new DataView(new ArrayBuffer(pages.length * wordSize));
  pages.forEach((page, i) => {
    if (wordSize === 8) positions.setBigUint64(8 * i, position(page), littleEndian);
    else positions.setUint32(4 * i, Number(position(page)), littleEndian);
  });
  const payload = Buffer.concat([new Uint8Array(positions.buffer), ...pages.map(({ bytes }) => bytes)]);
  const batch = { page_batch: { payload }, PGARR: { fields: { nr_pages: 0 } } };
  return { rounds: pages.length > 0 ? [{ records: batch }] : [] };
}
