import type { Altered } from "../altered.js";
import type { Case } from "../case.js";
import { semaphores } from "./ipc.js";

const IMAGE = "x86_64-self-full.img";
/** Another image of the same kernel. */
const SAME = "x86_64-self-min.img";

export const restart: readonly Case[] = [
  {
    rule: "restart-kernel",
    image: "v16-self-min.img",
    target: { kernel: "2.6.33" },
    alter: (image) => image.offsetOf(image.record("HEADER"), "major"),
  },
  {
    rule: "restart-kernel",
    what: "of an image",
    image: IMAGE,
    target: { like: SAME },
    also: ["header-release"],
    alter: (image) => {
      image.set(image.record("HEADER"), "patch", 32);
      return image.offsetOf(image.record("HEADER"), "major");
    },
  },
  {
    rule: "restart-revision",
    image: IMAGE,
    target: { abi: "v21" },
    alter: (image) => image.offsetOf(image.record("HEADER"), "rev"),
  },
  {
    rule: "restart-revision",
    what: "of an image",
    image: IMAGE,
    target: { like: SAME },
    also: ["header-revision"],
    alter: (image) => image.set(image.record("HEADER"), "rev", 4),
  },
  {
    rule: "restart-arch",
    image: IMAGE,
    target: { abi: "v19/x86_32" },
    alter: (image) => image.offsetOf(image.record("HEADER"), "arch_id"),
  },
  {
    rule: "restart-layout",
    image: IMAGE,
    target: { abi: "v19-rc3" },
    alter: (image) => image.record("HEADER").offset,
  },
  {
    rule: "restart-constant",
    image: IMAGE,
    target: { abi: "v23-rc1-b" },
    also: ["restart-revision"],
    alter: (image) => image.offsetOf(image.record("HEADER"), "constants.tty_termios_nccs"),
  },
  {
    rule: "restart-constant",
    what: "that no header has",
    image: IMAGE,
    target: { like: "s390x-self-min.img" },
    also: ["restart-arch"],
    alter: (image) => image.offsetOf(image.record("HEADER"), "constants.at_vector_size"),
  },
  {
    rule: "restart-fpu",
    image: SAME,
    target: { like: IMAGE },
    also: ["fpu-size"],
    alter: (image) => image.set(image.record("HEADER_ARCH"), "xstate_size", 576),
  },
  {
    rule: "restart-struct-size",
    image: "v20h-self-ipc.img",
    target: { kernel: "2.6.30" },
    also: ["restart-kernel"],
    alter: semaphores,
  },
  {
    rule: "restart-struct-size",
    what: "of an older kernel",
    image: "x86_64-self-ipc.img",
    target: { kernel: "2.6.32" },
    also: ["restart-kernel"],
    alter: semaphores,
  },
  {
    rule: "restart-vdso",
    image: IMAGE,
    target: { like: SAME },
    alter: (image) => lengthen(image),
  },
  {
    rule: "restart-width",
    image: "x86_64-self32-full.img",
    target: { kernel: "2.6.33" },
    alter: (image) => image.offsetOf(image.record("THREAD"), "thread_info_flags"),
  },
];

/** Makes the mapping of the vdso a page longer. */
function lengthen(image: Altered): number {
  const vdso = image.record("VMA", { where: (f) => f.number("vma_type") === image.format.constant("CKPT_VMA_VDSO") });
  return image.set(vdso, "vm_end", image.value(vdso, "vm_end") + image.format.pageSize);
}
