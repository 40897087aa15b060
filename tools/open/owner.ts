/** What tasks and their memory need of the open image that they belong to. */
import type { Image } from "../image/image.js";
import type { ImageMemory } from "../memory/memory.js";
import type { Task } from "../model/tasks.js";

export interface Owner {
  /** The image with all changes. */
  readonly image: Image;
  readonly memory: ImageMemory;
  /**
   * Does nothing while the image is open.
   *
   * @throws {UsageError} (`wrong-usage`) when it was closed
   */
  refuseClosed(): void;
  writeMemory(task: Task, address: number | bigint, bytes: Uint8Array): Promise<void>;
}
