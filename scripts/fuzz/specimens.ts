/** The images that are damaged: real ones, and made ones of a version and architecture of each kind. */
import { readdirSync, readFileSync } from "node:fs";
import { MemorySource, openImage, records } from "../../tools/image/index.js";
import { tasksOf } from "../../tools/model/tasks.js";
import { makeBytes } from "../make-image/make.js";
import type { Specimen } from "./mutations.js";

export interface ImageSpecimen extends Specimen {
  /** The first task of the sound image. */
  readonly pid: number;
}

const FIXTURES = new URL("../../test/fixtures/images/", import.meta.url);

/** Versions that read differently, on architectures of both byte orders and word sizes. */
const MADE = [
  "v16/x86_32",
  "v17/s390x",
  "v18/powerpc",
  "v18-dev-b/x86_32",
  "v19-rc2-b/x86_64",
  "v19-rc3/s390",
  "v20-a/x86_64",
  "v21/powerpc64",
  "v22-arm/arm",
  "v23-rc1-a/x86_32",
  "v23-rc1-c/s390x",
  "v23-rc2/x86_64",
];

export function specimens(): ImageSpecimen[] {
  const real = readdirSync(FIXTURES)
    .filter((name) => name.endsWith(".img"))
    .map((name) => specimen(name, new Uint8Array(readFileSync(new URL(name, FIXTURES)))));
  return [...real, ...MADE.map((abi) => specimen(`made ${abi}`, makeBytes({ abi, pages: 2 })))];
}

function specimen(name: string, bytes: Uint8Array): ImageSpecimen {
  const source = new MemorySource(bytes);
  const image = openImage(source);
  return {
    name,
    bytes,
    littleEndian: image.format.littleEndian,
    offsets: [...records(image.format, source)].map(({ offset }) => offset),
    pid: tasksOf(image)[0]?.pid ?? 1,
  };
}
