/** An open image with what several questions need. Each part is made when it is first used. */

import type { Progress } from "../../tools/image/bytes/progress.js";
import type { ImageSource } from "../../tools/image/bytes/source.js";
import { type Image, openImage } from "../../tools/image/image.js";
import { ImageMemory } from "../../tools/memory/memory.js";
import { type Task, tasksOf } from "../../tools/model/tasks.js";

export class Opened {
  readonly image: Image;
  readonly memory: ImageMemory;
  private known: readonly Task[] | undefined;

  constructor(source: ImageSource, onProgress?: Progress) {
    this.image = openImage(source, { onProgress });
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
