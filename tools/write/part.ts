/** What an image is composed of: parts that fill the rules of the grammar, and the objects that they share. */
import type { RecordParts } from "./writer.js";

/**
 * What fills one rule of the grammar, or the body of an object. It may hold more than the version has: nobody asks for the rest. A rule
 * for which it has no part of its own is filled from the same part, so a part can be as flat as names allow.
 */
export interface Part {
  /** Records by label, else by name; several where the record comes several times. Their fields may hold objects instead of numbers. */
  readonly records?: Readonly<Record<string, ComposedRecord | readonly ComposedRecord[] | undefined>> | undefined;
  /** Objects that no field of a record names, by type, in the order of the nodes that want them. */
  readonly objects?: Readonly<Record<string, readonly SharedObject[]>> | undefined;
  /** Parts of the rules within it, by label, else by name; several where the rule is repeated. They are made one at a time. */
  readonly rules?: Readonly<Record<string, Part | Iterable<Part>>> | undefined;
  /** Parts of a repeated sequence, one for each time. */
  readonly rounds?: Iterable<Part> | undefined;
}

export interface ComposedRecord extends RecordParts {
  /** Sums over the elements of the payload by path, for conditions. */
  readonly sums?: Readonly<Record<string, number>>;
}

/**
 * What records name by a number. It gets the number when it is met first, and then its body is written, where the grammar has a place for
 * it or else before the record that names it. One whose type the version does not have is left out.
 */
export class SharedObject {
  /** The number, from when it was met first. */
  objref: number | undefined;

  /**
   * @param type without `CKPT_OBJ_`
   * @param body none for what has only a number
   * @param written hears that the body was written
   */
  constructor(
    readonly type: string,
    readonly body?: () => Part,
    readonly written?: () => void,
  ) {}
}

/** A part while it is being used up. */
export class Supply {
  private taken: Map<string, number> | undefined;
  private rules: Map<string, Queue> | undefined;
  private rest: Queue | undefined;

  constructor(private readonly part: Part) {}

  /** The next record of that name, which stays until it is {@link take taken}. */
  record(name: string): ComposedRecord | undefined {
    const records = this.part.records?.[name];
    return Array.isArray(records) ? records[this.taken?.get(name) ?? 0] : (records as ComposedRecord | undefined);
  }

  /** The next object of a type, which stays until it is {@link take taken}. */
  object(type: string): SharedObject | undefined {
    return this.part.objects?.[type]?.[this.taken?.get(type) ?? 0];
  }

  /** Moves on to the next record or object of that name. */
  take(name: string): void {
    this.taken ??= new Map();
    this.taken.set(name, (this.taken.get(name) ?? 0) + 1);
  }

  /** The parts for the rule of that name; undefined when it is filled from this one. */
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
    this.rest ??= new Queue(this.part.rounds ?? []);
    return this.rest;
  }
}

/** Parts in order, with a look at the next one. */
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
