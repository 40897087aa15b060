/** The reference as a packed archive. The same files give the same bytes, wherever and whenever it is made. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { create } from "tar";
import { publishToDirectory } from "./directory.js";
import { sizeText, type TreeFile } from "./tree.js";

/** Directory in the archive. Whatever the archive is called, its bytes are the same. */
const ROOT = "ckpt-abi-reference";

/** The moment of every entry: archives keep times in whole seconds from here. */
const MOMENT = new Date(0);

/** @returns a line about what was done */
export async function publishToArchive(files: readonly TreeFile[], to: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-abi-archive-"));
  try {
    publishToDirectory(files, join(directory, ROOT));
    const packed = join(directory, "packed");
    await create(
      {
        file: packed,
        cwd: directory,
        gzip: { level: 9 },
        portable: true,
        mtime: MOMENT,
        noDirRecurse: true,
        filter: plain,
      },
      files.map(({ path }) => `${ROOT}/${path}`),
    );
    const bytes = readFileSync(packed);
    if (existsSync(to) && readFileSync(to).equals(bytes)) return `${to}: ${sizeText(files)}, unchanged`;
    replaceFile(to, bytes);
  } finally {
    rmSync(directory, { recursive: true });
  }
  return `${to}: ${sizeText(files)}`;
}

function replaceFile(to: string, bytes: Buffer): void {
  const directory = dirname(resolve(to));
  const next = join(directory, `.${basename(to)}.next-${process.pid}`);
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(next, bytes, { flush: true });
    renameSync(next, to);
  } finally {
    rmSync(next, { force: true });
  }
}

/** Rights of files depend on whoever made them; all are to be the same. */
function plain(_path: string, entry: { mode?: number }): boolean {
  entry.mode = 0o100644;
  return true;
}
