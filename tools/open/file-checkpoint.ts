/** An open image that can be saved to files. */
import { type Stats, statSync } from "node:fs";
import type { AbiName } from "../../generated/codecs/index.js";
import { writing } from "../errors/output-error.js";
import { UsageError } from "../errors/usage-error.js";
import type { FileSource } from "../files/file-source.js";
import { type SaveOptions, saveEdited } from "../files/save-edited.js";
import { isSameFile, isUnchanged } from "../files/unchanged.js";
import type { Image } from "../image/image.js";
import { Checkpoint } from "./checkpoint.js";
import type { FileUrl } from "./contract.js";
import { pathOf } from "./file-path.js";

export class FileCheckpoint<A extends AbiName> extends Checkpoint<A> {
  /** State of the own file when it was opened or saved last. */
  private state: Stats | undefined;

  /**
   * @param own its file; undefined for an image in memory
   * @param ownPath undefined for an image that was not opened by a path
   */
  constructor(
    image: Image,
    private readonly own: FileSource | undefined,
    private readonly ownPath: string | undefined,
  ) {
    super(image, ownPath);
    this.state = own?.stats;
  }

  override async save(to?: string | FileUrl): Promise<void> {
    this.refuseClosed();
    const path = to === undefined ? this.ownPath : pathOf(to);
    if (path === undefined)
      throw new UsageError("wrong-usage", "the image was not opened by a path, so save needs the path of a file");
    await this.inTurn(async () => {
      const saved = await saveEdited(this.result, path, this.inputFor(path));
      // The file has new contents, by whatever name it was saved; the image is still read from the old ones and the changes.
      const now = this.ownPath === undefined ? undefined : stateOf(this.ownPath);
      if (now && isSameFile(now, saved.stats)) this.state = saved.stats;
    });
  }

  /** The own file, if what is saved replaces it or can be a copy of it. Then it must not have been changed by another program. */
  private inputFor(path: string): SaveOptions {
    const { ownPath, state } = this;
    if (ownPath === undefined || !state) return {};
    const own = writing(ownPath, () => stateOf(ownPath));
    const target = writing(path, () => stateOf(path));
    const isOwn = path === ownPath || (own && target && isSameFile(own, target));
    return isOwn || isUnchanged(state, own) ? { input: ownPath, state } : {};
  }

  protected override release(): void {
    this.own?.close();
  }
}

/** State of a file; undefined if there is none. */
function stateOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
