/** Opens images, and writes them to files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { copyBytes, type Image, MemorySource, openImage } from "../tools/image/index.js";
import type { RealImage } from "./images/fixtures.js";
import { makeBytes } from "./make-image/make.js";
import type { MakeOptions } from "./make-image/options.js";

/** Opens bytes as an image, with a known ABI unless detection is under test. */
export function opened(bytes: Uint8Array, abi?: string): Image {
  return openImage(new MemorySource(bytes), { abi });
}

export function openedReal({ bytes, notes }: RealImage): Image {
  return opened(bytes, notes.abi);
}

export function openedMade(abi: string, options: Omit<MakeOptions, "abi"> = {}): Image {
  return opened(makeBytes({ abi, ...options }), abi);
}

/** All bytes of an image. */
export function bytesOf({ source }: Image): Uint8Array {
  return copyBytes(source, 0, source.size);
}

export function pathOfReal(name: string): string {
  return fileURLToPath(new URL(`./fixtures/images/${name}`, import.meta.url));
}

/** Writes files into a temporary folder, which is removed after the tests of the file. */
export function temporaryFiles(): (name: string, bytes: Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-inspect-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
}
