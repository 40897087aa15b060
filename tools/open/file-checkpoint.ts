/** An open image that can be saved to files. */
import { type Stats, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AbiName } from "../../generated/codecs/index.js";
import { EditedSource } from "../edit/edited-source.js";
import { UsageError } from "../errors/usage-error.js";
import { type OpenSource, openSource } from "../files/open-source.js";
import { saveEdited } from "../files/save-edited.js";
import type { Image } from "../image/image.js";
import { Checkpoint } from "./checkpoint.js";
import type { FileUrl } from "./contract.js";

/** The file that an image was opened from. */
export interface OriginFile {
  readonly path: string;
  readonly source: OpenSource;
  /** State when it was opened. */
  readonly stats: Stats;
}

export class FileCheckpoint<A extends AbiName> extends Checkpoint<A> {
  /** @param origin undefined for an image that was not opened by a path */
  constructor(
    image: Image,
    private origin: OriginFile | undefined,
  ) {
    super(image);
  }

  override async save(to?: string | FileUrl): Promise<void> {
    const path = to === undefined ? this.origin?.path : pathOf(to);
    if (path === undefined)
      throw new UsageError("wrong-usage", "the image was not opened by a path, so save needs the path of a file");
    const result = this.changes ?? new EditedSource(this.image.source, []);
    const { origin } = this;
    await saveEdited(result, path, origin && { input: origin.path, state: origin.stats });
    if (!origin || path !== origin.path) return;
    // What was read so far is the file from before.
    origin.source.close();
    this.origin = openOrigin(path);
    this.restart(this.origin.source);
  }

  override close(): void {
    this.origin?.source.close();
    this.origin = undefined;
  }
}

/**
 * Opens a file.
 *
 * @throws {InputError} (`unreadable-file`) when it cannot be read
 */
export function openOrigin(path: string): OriginFile {
  const source = openSource(path);
  return { path, source, stats: statSync(path) };
}

export function pathOf(path: string | FileUrl): string {
  return typeof path === "string" ? path : fileURLToPath(path.href);
}
