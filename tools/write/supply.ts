/** What is left of the contents of a part while an image is composed. */
import type { ComposedRecord, Part, SharedObject } from "./part.js";

/** Tracks which contents of a part were used. */
export class Supply {
  private taken: Map<string, number> | undefined;
  private rules: Map<string, Queue> | undefined;
  private roundQueue: Queue | undefined;

  constructor(private readonly part: Part) {}

  /** The next record of that name; the same one until {@link take} is called. */
  record(name: string): ComposedRecord | undefined {
    const records = this.part.records?.[name];
    return Array.isArray(records) ? records[this.taken?.get(name) ?? 0] : (records as ComposedRecord | undefined);
  }

  /** The next object of a type; the same one until {@link take} is called. */
  object(type: string): SharedObject | undefined {
    return this.part.objects?.[type]?.[this.taken?.get(type) ?? 0];
  }

  /** Advances to the next record or object of that name. */
  take(name: string): void {
    this.taken ??= new Map();
    this.taken.set(name, (this.taken.get(name) ?? 0) + 1);
  }

  /** The parts for the rule of that name; undefined if it is filled from this part. */
  rule(name: string): Queue | undefined {
    const parts = this.part.rules?.[name];
    if (!parts) return undefined;
    this.rules ??= new Map();
    let queue = this.rules.get(name);
    if (!queue) {
      queue = new Queue(Symbol.iterator in parts ? parts : [parts]);
      this.rules.set(name, queue);
    }
    return queue;
  }

  /** The parts of the repeated sequence. */
  get rounds(): Queue {
    this.roundQueue ??= new Queue(this.part.rounds ?? []);
    return this.roundQueue;
  }
}

/** A sequence of parts with one part of look-ahead. */
class Queue {
  private readonly iterator: Iterator<Part>;
  private head: IteratorResult<Part> | undefined;

  constructor(parts: Iterable<Part>) {
    this.iterator = parts[Symbol.iterator]();
  }

  get empty(): boolean {
    this.head ??= this.iterator.next();
    return this.head.done === true;
  }

  next(): Part | undefined {
    this.head ??= this.iterator.next();
    const { done, value } = this.head;
    this.head = undefined;
    return done ? undefined : value;
  }
}
