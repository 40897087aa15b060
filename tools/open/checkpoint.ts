/** An open image, as programs use it: records by name, tasks and their memory, fields by path, changes, and the changed image. */
import { uint8ArrayToHex } from "uint8array-extras";
import type { AbiName, RecordName, RecordType } from "../../generated/codecs/index.js";
import type { Core, CoreOptions } from "../core/core.js";
import type { ByteChange, EditedSource } from "../edit/edited-source.js";
import type { FieldValue } from "../edit/field.js";
import type { FieldReport } from "../edit/get.js";
import type { Edit } from "../edit/plan.js";
import type { SetOptions } from "../edit/set.js";
import { UsageError } from "../errors/usage-error.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import { Image } from "../image/image.js";
import { readTree } from "../image/tree.js";
import { ImageMemory } from "../memory/memory.js";
import { changesOf, planPokes } from "../memory/poke.js";
import { unknownPid } from "../model/choose-tasks.js";
import { type Task, tasksOf } from "../model/tasks.js";
import type { VerifyReport } from "../verify/report.js";
import type { VerifyOptions } from "../verify/verify.js";
import type { FileUrl } from "./contract.js";
import type { Owner } from "./owner.js";
import { type DecodedRecordOf, recordsNamed } from "./records.js";
import { CheckpointTask } from "./task.js";

/** A new value of a field: a number, a text, bytes, or the numbers of an array. A text has one of the forms that `ckpt set` accepts. */
export type NewValue = number | bigint | string | Uint8Array | readonly (number | bigint)[];

/** The effect of changes. */
export interface Changed {
  readonly edits: readonly Edit[];
  /** What is unusual about the new values or the changed image. */
  readonly warnings: readonly string[];
}

/** Bytes that are handed out at once. */
const PIECE_BYTES = 1024 * 1024;

/**
 * An open image. `A` is the ABI, or the union of those that it may have.
 *
 * A change is visible at once in everything that is asked for afterwards; tasks and records from before it keep showing the state before it. Nothing is
 * written until it is saved.
 */
export class Checkpoint<A extends AbiName = AbiName> implements Owner {
  private current: Image;
  private edited: EditedSource | undefined;
  private memories: ImageMemory | undefined;
  private listed: readonly CheckpointTask<A>[] | undefined;

  constructor(image: Image) {
    this.current = image;
  }

  /** The image with all changes, for the functions of the other modules, such as `listSockets` of `ckpt-abi/inspect`. */
  get image(): Image {
    return this.current;
  }

  /** Name of the ABI that the image is read as, such as `v21/x86_64`. Images of several versions can be alike: `image.detection` lists all that fit. */
  get abi(): A {
    return this.current.format.abi.name as A;
  }

  /** Size in bytes. */
  get size(): number {
    return this.current.source.size;
  }

  /** What is wrong with the form of the image, in its order. If it is damaged, the last problem is the damage. {@link verify} checks more. */
  get problems(): Image["problems"] {
    return this.current.problems;
  }

  /**
   * All records with a name, decoded, in the order of the image.
   *
   * @param name without `CKPT_HDR_`, such as `VMA`
   * @throws {UnknownNameError} when the version has no such record
   * @throws {ShortBufferError} when a record of a damaged image is too short for its struct
   */
  *records<N extends RecordName<A>>(name: N): Generator<RecordType<A, N>, void, void> {
    for (const { value } of this.decoded(name)) yield value;
  }

  /** As {@link records}, with the offset, the array or payload after the struct, and the place in the tree of the image. */
  decoded<N extends RecordName<A>>(name: N): Generator<DecodedRecordOf<A, N>, void, void> {
    return recordsNamed<A, N>(this.current, this.current.root, name);
  }

  /** All tasks, in the order of the image. */
  tasks(): readonly CheckpointTask<A>[] {
    if (!this.listed) {
      const tasks = tasksOf(this.current);
      this.listed = tasks.map((task) => new CheckpointTask<A>(this, task));
    }
    return this.listed;
  }

  /**
   * The task with a pid: the pid in the outermost pid namespace of the image.
   *
   * @throws {UsageError} (`unknown-task`) when there is none
   */
  task(pid: number): CheckpointTask<A> {
    const task = this.tasks().find((task) => task.pid === pid);
    if (task) return task;
    throw unknownPid(tasksOf(this.current), pid);
  }

  /** The memory of all address spaces. */
  get memory(): ImageMemory {
    this.memories ??= new ImageMemory(this.current);
    return this.memories;
  }

  /**
   * The value of the field that a path leads to, such as `task[0].comm` or `mm[4].vma[3].vm_start`.
   *
   * @throws {UsageError} (`bad-path`) when it leads nowhere, or to more than one field: {@link fields} gives them all
   */
  async get(path: string): Promise<FieldValue> {
    const found = await this.listedFields(path);
    const [only, another] = found;
    if (only && !another) return only.field.read();
    const reason = only ? `it leads to ${only.path}, ${another?.path} and perhaps more` : "it leads to no field";
    throw new UsageError("bad-path", reason, { path, column: 1 });
  }

  /**
   * The fields that a path leads to: one, several with `[*]`, or all of a record or object.
   *
   * @throws {UsageError} (`bad-path`) when it leads nowhere
   */
  async fields(path: string): Promise<readonly FieldReport[]> {
    const { fieldReport } = await import("../edit/get.js");
    return (await this.listedFields(path)).map(fieldReport);
  }

  private async listedFields(path: string) {
    const [{ fieldsAt }, { parsePath }, { Resolver }] = await Promise.all([
      import("../edit/get.js"),
      import("../edit/path.js"),
      import("../edit/resolve.js"),
    ]);
    return [...fieldsAt(new Resolver(this.current), parsePath(path))];
  }

  /**
   * Changes fields: all of them, or with an error none.
   *
   * @param values new values by the paths of the fields
   * @throws {UsageError} (`bad-path`, `bad-value`, `bad-edit`) when a path leads to no field or to several, or a value does not fit
   * @throws {BrokenImageError} when the image would have errors that it does not have now, without `force`
   */
  async set(values: Readonly<Record<string, NewValue>>, options: SetOptions = {}): Promise<Changed> {
    const [{ editImage }, { parsePath }] = await Promise.all([import("../edit/set.js"), import("../edit/path.js")]);
    const assignments = Object.entries(values).map(([path, value]) => ({
      path: parsePath(path),
      value: textOf(value),
    }));
    const { edits, warnings, result } = editImage(this.current, assignments, options);
    await this.change(result.changes);
    return { edits, warnings };
  }

  /**
   * Overwrites memory of a task, as `task.memory.write` does: all bytes, or with an error none. Tasks that share the memory see the change.
   *
   * @param address of the first byte
   * @throws {RefusalError} (`missing-page`) when the image does not have all of the bytes
   */
  async writeMemory(task: Task, address: bigint, bytes: Uint8Array): Promise<void> {
    const memory = this.task(task.pid).memory.process;
    const planned = planPokes(this.memory, memory, tasksOf(this.current), task, [{ address, bytes }]);
    await this.change(changesOf(planned));
  }

  /** Makes changes of the current image, in any order and without overlaps. */
  private async change(changes: readonly ByteChange[]): Promise<void> {
    if (changes.length === 0) return;
    const [{ combine }, { EditedSource }] = await Promise.all([
      import("../edit/combine.js"),
      import("../edit/edited-source.js"),
    ]);
    const sorted = [...changes].sort((a, b) => a.offset - b.offset || a.length - b.length);
    this.edited = this.edited ? combine(this.edited, sorted) : new EditedSource(this.current.source, sorted);
    this.show(this.edited);
  }

  /** Reads an image of the same ABI in place of the current one. */
  private show(source: ImageSource): void {
    const { format, detection } = this.current;
    this.current = new Image(source, format, detection, readTree(format, source));
    this.memories = undefined;
    this.listed = undefined;
  }

  /** The changes that were made, as one change of the image as it was opened; undefined if there is none. */
  get changes(): EditedSource | undefined {
    return this.edited;
  }

  /** Shows an image that has the changes already, as after a save. */
  protected restart(source: ImageSource): void {
    this.edited = undefined;
    this.show(source);
  }

  /** What `ckpt verify` says of the image, with the changes. */
  async verify(options?: VerifyOptions): Promise<VerifyReport> {
    const { verify } = await import("../verify/verify.js");
    return verify(this.current.format, this.current.source, options);
  }

  /**
   * The ELF core file of the process of a task, for gdb and other debuggers.
   *
   * @param pid may be omitted if only one process has memory
   * @throws {UsageError} (`unknown-task`) when there is no such task
   * @throws {RefusalError} (`no-memory`) when it has no memory
   * @throws {InputError} (`damaged-image`) when the image is damaged
   */
  async core(pid?: number, options?: CoreOptions): Promise<Core> {
    const [{ coreOf }, { processOfTask }] = await Promise.all([
      import("../core/core.js"),
      import("../core/process.js"),
    ]);
    return coreOf(processOfTask(this.current, pid?.toString()), options);
  }

  /** The bytes of the image with all changes, in pieces. A piece is valid until the next is requested. */
  *pieces(): Generator<Uint8Array, void, void> {
    const { source } = this.current;
    for (let at = 0; at < source.size; at += PIECE_BYTES)
      yield windowBytes(source, at, Math.min(PIECE_BYTES, source.size - at));
  }

  /** A copy of the image with all changes. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.pieces()) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /**
   * Saves the image with all changes to a file, which is replaced as a whole or not at all.
   *
   * @param path by default the file that the image was opened from
   * @throws {UsageError} (`wrong-usage`) in a browser, where {@link bytes} and {@link pieces} give what to save, and without a path for an image that
   * was not opened by one
   * @throws {OutputError} when it cannot be written, or another program changed the file since it was opened
   */
  async save(_path?: string | FileUrl): Promise<void> {
    throw new UsageError("wrong-usage", "a browser cannot write to files; offer bytes() as a download instead");
  }

  /** Closes the file that the image was opened from, after which nothing of the image can be read. */
  close(): void {}
}

/** The value in the notation of `ckpt set`. */
function textOf(value: NewValue): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return uint8ArrayToHex(value);
  return typeof value === "object" ? `[${value.join(", ")}]` : String(value);
}
