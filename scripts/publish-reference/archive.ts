/** Publishes the reference as a packed archive. The same files give the same bytes on any machine at any time. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { create } from "tar";
import { writeDurably } from "../../generator/write/durable.js";
import { takeLock } from "../../generator/write/lock.js";
import { removeBeginning } from "../../generator/write/swap-tree.js";
import { publishToDirectory } from "./directory.js";
import { sizeText, type TreeFile, tellWaiting } from "./tree.js";

/** Directory in the archive; independent of the name of the archive, so that the bytes are the same. */
const ROOT = "ckpt-abi-reference";

/** Time of every entry: the epoch, in the whole seconds that archives store. */
const MOMENT = new Date(0);

/**
 * Writes the files of the reference as a packed archive, replacing the one that is there.
 *
 * @returns a line that says what was done
 */
export async function publishToArchive(files: readonly TreeFile[], to: string): Promise<string> {
  const beside = join(dirname(resolve(to)), `.${basename(to)}.ckpt-abi-`);
  // The next run finds what a killed run left.
  const workshop = `${beside}next`;
  mkdirSync(dirname(workshop), { recursive: true });
  const release = takeLock(`${beside}lock-`, tellWaiting(to));
  try {
    removeBeginning(workshop);
    mkdirSync(workshop);
    try {
      const bytes = await pack(files, workshop);
      if (existsSync(to) && readFileSync(to).equals(bytes)) return `${to}: ${sizeText(files)}, unchanged`;
      const next = join(workshop, "next");
      writeDurably(next, bytes);
      renameSync(next, to);
    } finally {
      rmSync(workshop, { recursive: true, force: true });
    }
  } finally {
    release();
  }
  return `${to}: ${sizeText(files)}`;
}

async function pack(files: readonly TreeFile[], workshop: string): Promise<Buffer> {
  publishToDirectory(files, join(workshop, ROOT));
  const packed = join(workshop, "packed");
  await create(
    {
      file: packed,
      cwd: workshop,
      gzip: { level: 9 },
      portable: true,
      mtime: MOMENT,
      noDirRecurse: true,
      filter: plain,
    },
    files.map(({ path }) => `${ROOT}/${path}`),
  );
  return readFileSync(packed);
}

/** Normalizes the modes of files, which depend on the user. */
function plain(_path: string, entry: { mode?: number }): boolean {
  entry.mode = 0o100644;
  return true;
}
