/** An open image with what several questions need. Each part is made when it is first used. */

import type { EditedSource } from "../../tools/edit/edited-source.js";
import { type Image, type OpenOptions, openImage } from "../../tools/image/image.js";
import { ImageMemory } from "../../tools/memory/memory.js";
import { type Task, tasksOf } from "../../tools/model/tasks.js";
import type { Comparison } from "./comparison.js";
import type { ImageFile } from "./image-file.js";

/** A change that was made. */
export interface Change {
  /** What was changed: a path, or an address. */
  readonly what: string;
  readonly before: string;
  readonly after: string;
  /** What is odd about it. */
  readonly warnings: readonly string[];
  /** Offset of the first changed byte in the image. */
  readonly offset: number;
}

/** The change that made an image of another. */
export interface Origin {
  readonly before: Opened;
  readonly change: Change;
  /** The bytes of the image, as all changes of the file. */
  readonly source: EditedSource;
}

export class Opened {
  readonly image: Image;
  readonly memory: ImageMemory;
  /** What was found in the comparison with another image; undefined if there was none. */
  comparison: Comparison | undefined;
  private known: readonly Task[] | undefined;

  constructor(
    /** The file, without changes. */
    readonly file: ImageFile,
    /** How the file is read. */
    readonly options: OpenOptions,
    /** How the image was made; undefined if it is that of the file. */
    readonly origin?: Origin,
  ) {
    this.image = openImage(origin?.source ?? file, options);
    this.memory = new ImageMemory(this.image);
  }

  /** All tasks, in the order of the image. */
  get tasks(): readonly Task[] {
    this.known ??= tasksOf(this.image);
    return this.known;
  }

  /** The tasks with a pid; all tasks if none is given. A damaged image may have several with one pid. */
  tasksWith(pid: number | undefined): readonly Task[] {
    return pid === undefined ? this.tasks : this.tasks.filter((task) => task.pid === pid);
  }
}
