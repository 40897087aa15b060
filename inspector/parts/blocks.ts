/** Parts of a long answer, which are asked for when they come into sight. */
import { signal } from "@preact/signals";

/** Number of parts that are kept. */
const MAX_BLOCKS = 128;

export class Blocks<T> {
  private readonly known = new Map<number, T>();
  private readonly asked = new Set<number>();
  /** Why the last part that was asked for did not arrive; undefined if it did. */
  readonly failure = signal<string | undefined>(undefined);
  /** Changes when a part arrives, so that what reads it is drawn again. */
  private readonly version = signal(0);

  /** @param load asks for a part */
  constructor(private readonly load: (index: number) => Promise<T>) {}

  /** A part; undefined if it has not arrived yet. */
  at(index: number): T | undefined {
    this.version.value;
    const block = this.known.get(index);
    if (block === undefined && !this.asked.has(index)) void this.ask(index);
    return block;
  }

  private async ask(index: number): Promise<void> {
    this.asked.add(index);
    try {
      const block = await this.load(index);
      const [oldest] = this.known.keys();
      if (this.known.size >= MAX_BLOCKS && oldest !== undefined) {
        this.known.delete(oldest);
        this.asked.delete(oldest);
      }
      this.known.set(index, block);
      this.failure.value = undefined;
      this.version.value++;
    } catch (error) {
      this.failure.value = error instanceof Error ? error.message : String(error);
    }
  }
}
