/** Placeholders for private names and paths: the same text has the same placeholder throughout a report. */
import type { Task } from "../model/tasks.js";

type PrivateKind = "task" | "file";

export class Placeholders {
  private readonly known = new Map<PrivateKind, Map<string, string>>([
    ["task", new Map()],
    ["file", new Map()],
  ]);

  /** @param shown whether texts are shown unchanged */
  constructor(readonly shown: boolean) {}

  /** The placeholder of a text: `task-1` for the name of a task, `file-1` for a path. */
  of(kind: PrivateKind, text: string): string;
  of(kind: PrivateKind, text: string | undefined): string | undefined;
  of(kind: PrivateKind, text: string | undefined): string | undefined {
    if (text === undefined || this.shown) return text;
    const texts = this.known.get(kind) as Map<string, string>;
    const placeholder = texts.get(text) ?? `${kind}-${texts.size + 1}`;
    texts.set(text, placeholder);
    return placeholder;
  }

  /** The placeholder of a text; undefined if it has none yet. */
  find(text: string): string | undefined {
    return this.known.get("task")?.get(text) ?? this.known.get("file")?.get(text);
  }

  /** Assigns placeholders to names in the order of the tasks, so that the same image gives the same report. */
  learn(tasks: readonly Task[]): void {
    for (const { name } of tasks) this.of("task", name);
  }
}
