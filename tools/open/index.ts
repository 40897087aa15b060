/** Opens images: files, or what is in memory. Needs Node; `browser.ts` is what a browser gets in its place. */
import { resolve } from "node:path";
import type { AbiName } from "../../generated/codecs/index.js";
import { InputError } from "../errors/input-error.js";
import { isSystemError, systemReason } from "../errors/system-reason.js";
import { UsageError } from "../errors/usage-error.js";
import { FileSource } from "../files/file-source.js";
import { NO_FILE, openFile } from "../files/open-source.js";
import type { ImageSource } from "../image/bytes/source.js";
import { openImage } from "../image/image.js";
import { unfit } from "./arguments.js";
import type { Checkpoint } from "./checkpoint.js";
import type { AbisNamed, CheckpointOptions, ImageBytes, ImageFile } from "./contract.js";
import { FileCheckpoint } from "./file-checkpoint.js";
import { pathOf } from "./file-path.js";
import { refuseNoImage } from "./no-image.js";
import { OPEN_OPTIONS, refuseOptions } from "./options.js";
import { sourceOf } from "./source-of.js";

export * from "./browser.js";

/**
 * Opens an image. A browser opens bytes, a `Blob` or a `File`; Node also opens a path, a `file:` address or a file handle.
 *
 * With `abi`, the types of records are those of that ABI, and the image is read as that ABI, whatever it seems to be. Without it, the ABI is detected,
 * and the types are unions over all ABIs.
 *
 * @throws {UsageError} (`wrong-usage`) when an argument is not of its type, or the file handle was closed
 * @throws {InputError} (`unreadable-file`, `no-image`) when the file cannot be read, or is not an image; the message says what it is
 * @throws {UnknownNameError} when the options name an ABI that does not exist
 */
export async function open<N extends AbiName | (string & {}) = AbiName>(
  from: ImageBytes | ImageFile,
  options: CheckpointOptions<N> = {},
): Promise<Checkpoint<AbisNamed<N>>> {
  refuseOptions(options, OPEN_OPTIONS);
  const { source, file, path } = await bytesOf(from);
  try {
    const image = openImage(source, options);
    await refuseNoImage(image, options.abi);
    // Absolute, because the program may go to another directory before it saves.
    return new FileCheckpoint(image, file, path === undefined ? undefined : resolve(path));
  } catch (error) {
    file?.close();
    throw error instanceof InputError && path !== undefined ? error.in(path) : error;
  }
}

interface Opened {
  readonly source: ImageSource;
  /** The source, if it is a file. */
  readonly file?: FileSource;
  readonly path?: string;
}

async function bytesOf(from: ImageBytes | ImageFile): Promise<Opened> {
  if (typeof from === "string" || (typeof from === "object" && from !== null && "href" in from)) {
    const path = pathOf(from);
    const file = openFile(path);
    return { source: file, file, path };
  }
  if (typeof from === "object" && from !== null && "fd" in from) {
    const file = handleSource(from);
    return { source: file, file };
  }
  return { source: await sourceOf(from) };
}

/**
 * The source for an open file.
 *
 * @throws {UsageError} (`wrong-usage`) when it was closed, or has no descriptor
 * @throws {InputError} (`unreadable-file`) when it cannot be read, or is no file
 */
function handleSource(handle: { readonly fd: number }): FileSource {
  const { fd } = handle;
  if (!Number.isInteger(fd)) throw unfit("a file handle with a descriptor", fd);
  if (fd < 0) throw new UsageError("wrong-usage", "expected an open file, found a file handle that was closed");
  try {
    const file = new FileSource(handle);
    if (file.stats.isFile()) return file;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new InputError("unreadable-file", `descriptor ${fd} cannot be read: ${systemReason(error)}`);
  }
  throw new InputError("unreadable-file", `descriptor ${fd} cannot be read: ${NO_FILE}`);
}
