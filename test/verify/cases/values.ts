import type { Case } from "../case.js";

const NEW = "v23-rc2/x86_64";
const PPC = "v21/powerpc";

export const values: readonly Case[] = [
  {
    rule: "unknown-value",
    image: PPC,
    alter: (image) => image.set(image.record("RESTART_BLOCK"), "function_type", 77),
  },
  {
    rule: "unknown-value",
    what: "an enumerator that only later versions have",
    image: "v18/s390x",
    alter: (image) => image.set(image.record("VMA", { where: (f) => f.number("vma_type") === 8 }), "vma_type", 9),
  },
  {
    rule: "doubtful-value",
    image: NEW,
    alter: (image) => image.set(image.record("SOCKET"), "sock.type", 9),
  },
  {
    rule: "unknown-flag",
    image: NEW,
    alter: (image) => image.set(image.record("TASK"), "flags", 4),
  },
  {
    rule: "unknown-flag",
    what: "of the checkpoint call",
    image: PPC,
    alter: (image) => image.set(image.record("HEADER"), "uflags", 1n | (1n << 40n)),
  },
  {
    rule: "doubtful-flag",
    image: NEW,
    alter(image) {
      const vma = image.record("VMA");
      return image.set(vma, "vm_flags", BigInt(image.value(vma, "vm_flags")) | (1n << 50n));
    },
  },
  { rule: "fixed-value", what: "magic", image: PPC, alter: (image) => image.set(image.record("TAIL"), "magic", 1) },
  {
    rule: "fixed-value",
    what: "slots",
    image: "v16-self-full.img",
    alter: (image) => image.set(image.record("THREAD"), "gdt_entry_tls_entries", 4),
  },
  {
    rule: "fixed-value",
    what: "of an enumeration, told once",
    image: NEW,
    alter: (image) => image.set(image.record("TTY"), "driver_type", 77),
  },
  { rule: "not-a-switch", image: PPC, alter: (image) => image.set(image.record("FILE_DESC"), "fd_close_on_exec", 2) },
  {
    rule: "padding",
    what: "between fields",
    image: NEW,
    alter: (image) => image.poke((image.record("VMA").record?.end ?? 0) - 1, 1),
  },
  {
    rule: "padding",
    what: "named by the header",
    image: PPC,
    alter: (image) => image.set(image.record("VMA"), "_padding", 0x01000000),
  },
  {
    rule: "padding",
    what: "behind the groups",
    image: PPC,
    alter: (image) => image.poke((image.record("GROUPINFO").record?.end ?? 0) - 4, 1),
  },
  {
    rule: "padding",
    what: "in an element",
    image: "v20h-tree-sub.img",
    alter(image) {
      const { start } = image.record("BUFFER", { label: "pids" }).record?.payload ?? { start: 0 };
      return image.poke(start + 24 * 3 + 20, 1);
    },
  },
];
