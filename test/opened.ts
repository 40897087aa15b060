/** Images, opened, and files that hold them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { type Image, MemorySource, openImage } from "../tools/image/index.js";
import type { RealImage } from "./images/fixtures.js";
import { makeBytes } from "./make-image/make.js";
import type { MakeOptions } from "./make-image/options.js";

/** Opens bytes, as the ABI that they were written under where that is not in question. */
export function opened(bytes: Uint8Array, abi?: string): Image {
  return openImage(new MemorySource(bytes), { abi });
}

export function openedReal({ bytes, notes }: RealImage): Image {
  return opened(bytes, notes.abi);
}

export function openedMade(options: MakeOptions): Image {
  return opened(makeBytes(options), options.abi);
}

export function pathOfReal(name: string): string {
  return fileURLToPath(new URL(`./fixtures/images/${name}`, import.meta.url));
}

/** Writes files into a place of their own, which goes away with the tests of the file. */
export function temporaryFiles(): (name: string, bytes: Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-inspect-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
}
