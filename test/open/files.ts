/** An image in files of their own, for tests that open them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { realImage } from "../images/fixtures.js";

/** A small image with seven tasks, of `v16/x86_32`. */
export const { bytes: BYTES } = realImage("v16-tree-sub.img");

/** Makes a folder that is removed after the tests of the file, and in it fresh files. */
export function ownFolder(): { folder: string; fileOf: (bytes?: Uint8Array) => string } {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-abi-open-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let files = 0;
  const fileOf = (bytes: Uint8Array = BYTES) => {
    const path = join(folder, `image-${++files}.img`);
    writeFileSync(path, bytes);
    return path;
  };
  return { folder, fileOf };
}
