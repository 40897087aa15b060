import type { Altered } from "../altered.js";
import type { Case } from "../case.js";

const REAL = "v20h-self-mem.img";
const BIG = "v21/powerpc64";
const NEW = "v23-rc2/s390x";

export const memory: readonly Case[] = [
  {
    rule: "vdso-address",
    image: "x86_64-self-min.img",
    alter: (image) => image.set(image.record("MM_CONTEXT"), "vdso", 0x7000),
  },
  {
    rule: "vdso-address",
    what: "without a mapping",
    image: "v16-self-min.img",
    also: ["vma-kind"],
    alter(image) {
      const type = image.format.constant("CKPT_VMA_VDSO");
      image.set(image.record("VMA", { where: (f) => f.number("vma_type") === type }), "vma_type", 0);
      return image.offsetOf(image.record("MM_CONTEXT"), "vdso");
    },
  },
  {
    rule: "vma-range",
    image: REAL,
    alter(image) {
      const vma = vmaOf(image, 1);
      return image.set(vma, "vm_end", image.value(vma, "vm_start"));
    },
  },
  {
    rule: "vma-alignment",
    image: REAL,
    alter(image) {
      const vma = vmaOf(image, 6);
      return image.set(vma, "vm_end", image.value(vma, "vm_end") - 1);
    },
  },
  {
    rule: "vma-order",
    image: BIG,
    alter(image) {
      const before = image.record("VMA", { nth: 2 });
      const vma = image.record("VMA", { nth: 3 });
      return image.set(vma, "vm_start", image.value(before, "vm_end") - image.format.pageSize);
    },
  },
  {
    rule: "vma-kind",
    image: REAL,
    also: ["vdso-address"],
    alter: (image) => image.set(vmaOf(image, 1), "vma_type", 7),
  },
  { rule: "vma-objects", what: "no file", image: BIG, alter: (image) => image.set(vmaOf(image, 3), "vma_objref", 0) },
  {
    rule: "vma-objects",
    what: "an inode",
    image: BIG,
    alter: (image) => image.set(vmaOf(image, 2), "ino_objref", image.value(vmaOf(image, 6), "ino_objref")),
  },
  {
    rule: "vma-segment",
    what: "not seen before",
    image: BIG,
    alter: (image) => image.set(vmaOf(image, 5), "ino_objref", 54321),
  },
  {
    rule: "vma-segment",
    what: "seen before",
    image: BIG,
    alter: (image) => image.set(vmaOf(image, 4), "ino_objref", image.value(image.record("IPC_SHM"), "objref")),
    also: ["vma-segment"],
  },
  { rule: "vma-shared", image: REAL, alter: (image) => image.set(vmaOf(image, 4), "vm_flags", 0x77) },
  {
    rule: "vma-shared",
    what: "private",
    also: ["vma-permissions"],
    image: REAL,
    alter(image) {
      const vma = vmaOf(image, 2);
      return image.set(vma, "vm_flags", image.value(vma, "vm_flags") + 8);
    },
  },
  {
    rule: "vma-refused",
    image: REAL,
    alter(image) {
      const vma = vmaOf(image, 2);
      return image.set(vma, "vm_flags", image.value(vma, "vm_flags") + 0x4000);
    },
  },
  { rule: "vma-huge", image: NEW, alter: (image) => image.set(vmaOf(image, 2), "hugetlb_shift", 21) },
  { rule: "segment-size", image: BIG, alter: (image) => image.set(vmaOf(image, 5), "ino_size", 0) },
  { rule: "mm-range", image: REAL, alter: (image) => image.set(image.record("MM"), "brk", 1) },
  { rule: "mm-flags", image: BIG, alter: (image) => image.set(image.record("MM"), "def_flags", 1) },
];

export const pages: readonly Case[] = [
  { rule: "page-alignment", image: REAL, alter: (image) => move(image, vmaOf(image, 2).offset, 1, (at) => at + 1) },
  {
    rule: "page-range",
    what: "behind",
    image: BIG,
    alter: (image) => move(image, vmaOf(image, 2).offset, -1, () => 2 ** 40),
  },
  {
    rule: "page-range",
    what: "in a segment",
    image: BIG,
    alter: (image) => move(image, image.record("IPC_SHM").offset, -1, () => 3),
  },
  {
    rule: "page-range",
    what: "before",
    image: "v18/x86_32",
    alter: (image) => move(image, vmaOf(image, 2).offset, 0, (at) => at - 0x100000),
  },
  {
    rule: "page-order",
    image: BIG,
    alter(image) {
      const first = read(image, vmaOf(image, 2).offset, 0);
      return move(image, vmaOf(image, 2).offset, 1, () => first);
    },
  },
];

function vmaOf(image: Altered, type: number) {
  return image.record("VMA", { where: (fields) => fields.number("vma_type") === type });
}

/**
 * Changes a position in the first batch after an offset.
 *
 * @param index from the end when negative
 */
function move(image: Altered, from: number, index: number, to: (position: number) => number): number {
  const at = positionAt(image, from, index);
  const type = image.format.wordSize === 8 ? "u64" : "u32";
  return image.write(at, type, to(read(image, from, index)));
}

function read(image: Altered, from: number, index: number): number {
  const view = new DataView(image.bytes.buffer);
  const at = positionAt(image, from, index);
  const { littleEndian, wordSize } = image.format;
  return wordSize === 8 ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

function positionAt(image: Altered, from: number, index: number): number {
  const { wordSize, pageSize } = image.format;
  const { start, end } = image.recordBehind(from, "BUFFER", { label: "page_batch" }).record?.payload ?? {
    start: 0,
    end: 0,
  };
  const count = (end - start) / (wordSize + pageSize);
  return start + (index < 0 ? count + index : index) * wordSize;
}
