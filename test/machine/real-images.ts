/** What real images need in the machine to be restored, apart from directories of CRIU: programs and files at their paths. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Files } from "./cpio.js";

/** An image that was restored in the machine by a directory of CRIU. */
export interface RealImage {
  /** Name in `fixtures/images`, without `.img`. */
  readonly name: string;
  readonly files: Files;
  /** Pid of the root task. */
  readonly root: number;
  /** File to which the program writes when it goes on, and ends; undefined for trees that wait. */
  readonly writes?: string;
}

const program = (name: string) => readFileSync(fileURLToPath(new URL(`../fixtures/programs/${name}`, import.meta.url)));

/** A file of the trees, at position 77. */
const DATA = { "/data/file1": Buffer.alloc(65536) };

/** The images. */
export function realImages(): RealImage[] {
  const old = { "/bin/ck": program("ck.v20h") };
  return [
    {
      name: "v20h-self-min",
      files: { ...old, "/out/self-min.img": "" },
      root: 174,
      writes: "/out/self-min.truth",
    },
    { name: "v20h-tree-sub", files: { ...old, ...DATA }, root: 182 },
    { name: "v20h-tree-thread", files: { ...old, ...DATA }, root: 226 },
    {
      name: "x86_64-self-min",
      files: { "/bin/ck": program("ck.x86_64"), "/out/self-min.img": "" },
      root: 13,
      writes: "/out/self-min.restarted",
    },
  ];
}
