/** An open image, as programs use it: records by name, tasks and their memory, fields by path, changes, and the changed image. */
import type { AbiName, RecordName, RecordType } from "../../generated/codecs/index.js";
import type { Core, CoreOptions } from "../core/core.js";
import { type ByteChange, EditedSource } from "../edit/edited-source.js";
import type { FieldValue } from "../edit/field.js";
import type { FieldReport } from "../edit/get.js";
import type { NewValue } from "../edit/literal.js";
import type { Edit } from "../edit/plan.js";
import type { SetOptions } from "../edit/set.js";
import { RefusalError } from "../errors/refusal-error.js";
import { UsageError } from "../errors/usage-error.js";
import { readingUnchanged, refuseChanged } from "../image/bytes/refuse-changed.js";
import { copyBytes, type ImageSource } from "../image/bytes/source.js";
import { Image } from "../image/image.js";
import { readTree } from "../image/tree.js";
import { ImageMemory } from "../memory/memory.js";
import { changesOf, planPokes } from "../memory/poke.js";
import { whyNoMemory } from "../memory/task-memory.js";
import { unknownPid } from "../model/choose-tasks.js";
import { type Task, tasksOf } from "../model/tasks.js";
import type { VerifyReport } from "../verify/report.js";
import type { VerifyOptions } from "../verify/verify.js";
import { addressOf, copiedBytes, copiedValues, refuseNoText, unfit } from "./arguments.js";
import type { FileUrl } from "./contract.js";
import { CORE_OPTIONS, refuseOptions, SET_OPTIONS, VERIFY_OPTIONS } from "./options.js";
import type { Owner } from "./owner.js";
import { type DecodedRecordOf, recordsNamed, valuesOf } from "./records.js";
import { CheckpointTask } from "./task.js";
import { Turns } from "./turns.js";

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
 * A change is visible in everything that is asked for after its promise is fulfilled; tasks and records from before it keep showing the state before it.
 * Nothing is written until it is saved. Changes and saves happen one after the other, in the order of the calls, whether or not a program waits for
 * each: a save has all changes that were asked for before it, and none that were asked for after it.
 *
 * A file is read on demand, so it must stay as it is. Whatever reads much of it ({@link bytes}, {@link pieces}, {@link set}, {@link verify}, {@link core})
 * throws an {@link InputError} (`changed-file`) when another program has written to it since it was opened. To replace it by another file does no harm.
 *
 * Once it is closed, every property and method throws a {@link UsageError} (`wrong-usage`).
 */
export class Checkpoint<A extends AbiName = AbiName> implements Owner {
  private current: Image;
  private edited: EditedSource | undefined;
  private memories: ImageMemory | undefined;
  private listed: readonly CheckpointTask<A>[] | undefined;
  private readonly turns = new Turns();
  private isClosed = false;

  /** @param file name of the file that it is read from, for errors; undefined if it has none */
  constructor(
    image: Image,
    private readonly file?: string,
  ) {
    this.current = image;
  }

  /** The image with all changes, for the functions of the other modules, such as `listSockets` of `ckpt-abi/inspect`. */
  get image(): Image {
    this.refuseClosed();
    return this.current;
  }

  /** Name of the ABI that the image is read as, such as `v21/x86_64`. Images of several versions can be alike: `image.detection` lists all that fit. */
  get abi(): A {
    return this.image.format.abi.name as A;
  }

  /** Size in bytes. */
  get size(): number {
    return this.image.source.size;
  }

  /** What is wrong with the form of the image, in its order. If it is damaged, the last problem is the damage. {@link verify} checks more. */
  get problems(): Image["problems"] {
    return this.image.problems;
  }

  /**
   * All records with a name, decoded, in the order of the image.
   *
   * @param name without `CKPT_HDR_`, such as `VMA`
   * @throws {UnknownNameError} when the version has no such record
   * @throws {ShortBufferError} when a record of a damaged image is too short for its struct
   */
  records<N extends RecordName<A>>(name: N): Generator<RecordType<A, N>, void, void> {
    return valuesOf(this.decoded(name));
  }

  /** As {@link records}, with the offset, the array or payload after the struct, and the place in the tree of the image. */
  decoded<N extends RecordName<A>>(name: N): Generator<DecodedRecordOf<A, N>, void, void> {
    const { image } = this;
    return recordsNamed<A, N>(image, image.root, name);
  }

  /** All tasks, in the order of the image. */
  tasks(): readonly CheckpointTask<A>[] {
    this.refuseClosed();
    this.listed ??= tasksOf(this.current).map((task) => new CheckpointTask<A>(this, task));
    return this.listed;
  }

  /**
   * The task with a pid: the pid in the outermost pid namespace of the image.
   *
   * @throws {UsageError} (`unknown-task`) when there is none, (`wrong-usage`) when it is no pid
   */
  task(pid: number): CheckpointTask<A> {
    refuseNoPid(pid);
    const task = this.tasks().find((task) => task.pid === pid);
    if (task) return task;
    throw unknownPid(tasksOf(this.image), pid);
  }

  /** The memory of all address spaces. */
  get memory(): ImageMemory {
    this.refuseClosed();
    return this.memoryNow();
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
    const { image } = this;
    refuseNoText("the path of a field", path);
    const [{ fieldsAt }, { parsePath }, { Resolver }] = await Promise.all([
      import("../edit/get.js"),
      import("../edit/path.js"),
      import("../edit/resolve.js"),
    ]);
    return [...fieldsAt(new Resolver(image), parsePath(path))];
  }

  /**
   * Changes fields: all of them, or with an error none. A value that {@link get} gave is stored again as it was.
   *
   * A text is taken as it is, without the quotes and escapes of `ckpt set`. A NUL ends every text of an image, so a text with a NUL is refused, except in
   * names of unix sockets (`sun_path`) that begin with one: their length is in the record.
   *
   * @param values new values by the paths of the fields, copied by the call
   * @throws {UsageError} (`bad-path`, `bad-value`, `bad-edit`) when a path leads to no field or to several, or a value does not fit
   * @throws {UsageError} (`wrong-usage`) when the arguments are no plain objects, or there is no such option
   * @throws {InputError} (`changed-file`) when another program wrote to the file since it was opened
   * @throws {BrokenImageError} when the image would have errors that it does not have now, without `force`
   */
  async set(values: Readonly<Record<string, NewValue>>, options: SetOptions = {}): Promise<Changed> {
    const literals = copiedValues(values);
    refuseOptions(options, SET_OPTIONS);
    const { force } = options;
    return this.inTurn(async () => {
      const [{ editImage }, { parsePath }] = await Promise.all([import("../edit/set.js"), import("../edit/path.js")]);
      const assignments = literals.map(([path, literal]) => ({ path: parsePath(path), literal }));
      const { edits, warnings, result } = this.whole(() => editImage(this.current, assignments, { force }));
      await this.change(result.changes);
      return { edits, warnings };
    });
  }

  /**
   * Overwrites memory of a task, as `task.memory.write` does: all bytes, or with an error none. Tasks that share the memory see the change.
   *
   * @param address of the first byte
   * @param bytes copied by the call
   * @param task as `tasks()[0].task` has it
   * @throws {UsageError} (`wrong-usage`, `bad-address`) when an argument is not what it should be
   * @throws {RefusalError} (`missing-page`) when the image does not have all of the bytes
   */
  async writeMemory(task: Task, address: number | bigint, bytes: Uint8Array): Promise<void> {
    refuseNoTask(task);
    const poke = { address: addressOf(address), bytes: copiedBytes(bytes) };
    await this.inTurn(async () => {
      const tasks = tasksOf(this.current);
      const shared = this.memoryNow();
      const now = tasks[task.index] ?? task;
      const memory = shared.of(now.objref("mm_objref"));
      if (!memory) throw new RefusalError("no-memory", whyNoMemory(now, this.current));
      await this.change(changesOf(planPokes(shared, memory, tasks, now, [poke])));
    });
  }

  /** Makes changes of the current image, in any order and without overlaps. */
  private async change(changes: readonly ByteChange[]): Promise<void> {
    if (changes.length === 0) return;
    const { combine } = await import("../edit/combine.js");
    const sorted = [...changes].sort((a, b) => a.offset - b.offset || a.length - b.length);
    const edited = this.edited ? combine(this.edited, sorted) : new EditedSource(this.current.source, sorted);
    const { format, detection } = this.current;
    this.current = new Image(edited, format, detection, readTree(format, edited));
    this.edited = edited;
    this.memories = undefined;
    this.listed = undefined;
  }

  private memoryNow(): ImageMemory {
    this.memories ??= new ImageMemory(this.current);
    return this.memories;
  }

  /** All changes that were made since the image was opened, saved or not, as one change of it; undefined if there is none. */
  get changes(): EditedSource | undefined {
    this.refuseClosed();
    return this.edited;
  }

  /** The image as it was opened, with all changes, for a save whose turn it is. */
  protected get result(): EditedSource {
    return this.edited ?? new EditedSource(this.current.source, []);
  }

  /** Reads much of the image, which must be the same before and after. */
  private whole<T>(read: () => T, source = this.current.source): T {
    return readingUnchanged(source, this.file, read);
  }

  /** Does something after all changes and saves that were asked for before, also if the image is closed meanwhile. */
  protected async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.refuseClosed();
    return this.turns.take(work);
  }

  /**
   * What `ckpt verify` says of the image, with the changes. Damage, even of its first record, is among the findings.
   *
   * @throws {UsageError} (`wrong-usage`) when there is no such option, or it does not take the value
   * @throws {InputError} (`changed-file`) when another program wrote to the file since it was opened
   * @throws {UsageError} (`restart-target`) when the target is not a kernel version, or contradicts itself
   * @throws {UnknownNameError} when the ABI of the target does not exist
   */
  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    const { image } = this;
    refuseOptions(options, VERIFY_OPTIONS);
    const { verify } = await import("../verify/verify.js");
    return this.whole(() => verify(image.format, image.source, options), image.source);
  }

  /**
   * The ELF core file of the process of a task, for gdb and other debuggers.
   *
   * @param pid may be omitted if only one process has memory
   * @throws {UsageError} (`unknown-task`) when there is no such task
   * @throws {RefusalError} (`no-memory`) when it has no memory
   * @throws {UsageError} (`wrong-usage`) when an argument is not what it should be; the core throws it for what is no sink
   * @throws {InputError} (`damaged-image`) when the image is damaged, (`changed-file`) when another program wrote to its file; the core throws it as well
   */
  async core(pid?: number, options: CoreOptions = {}): Promise<Core> {
    const { image } = this;
    if (pid !== undefined) refuseNoPid(pid);
    refuseOptions(options, CORE_OPTIONS);
    const [{ coreOf }, { processOfTask }] = await Promise.all([
      import("../core/core.js"),
      import("../core/process.js"),
    ]);
    const { source } = image;
    const core = this.whole(() => coreOf(processOfTask(image, pid), options), source);
    return {
      report: core.report,
      write: async (sink, onProgress) => {
        if (typeof sink?.write !== "function") throw unfit("a sink, which has a method write", sink);
        if (onProgress !== undefined && typeof onProgress !== "function")
          throw unfit("a function as onProgress", onProgress);
        refuseChanged(source, this.file);
        await core.write(sink, onProgress);
        refuseChanged(source, this.file);
      },
    };
  }

  /**
   * A copy of the image with all changes, in pieces.
   *
   * @throws {InputError} (`changed-file`) when another program wrote to the file since it was opened; the pieces before are those of the old file
   */
  pieces(): Generator<Uint8Array<ArrayBuffer>, void, void> {
    return piecesOf(this.image.source, this.file);
  }

  /**
   * A copy of the image with all changes.
   *
   * @throws {InputError} (`changed-file`) when another program wrote to the file since it was opened
   */
  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.pieces()) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /**
   * Saves the image with all changes to a file, which is replaced as a whole or not at all. To save over the own file, by whatever name, or over any other
   * is the same: the old contents stay on the disk, unseen, until the image is closed, because tasks and records from before still read them.
   *
   * @param path by default the file that the image was opened from
   * @throws {UsageError} (`wrong-usage`) in a browser, where {@link bytes} and {@link pieces} give what to save, and without a path for an image that
   * was not opened by one
   * @throws {OutputError} when it cannot be written, or the file is the own one and another program changed it since it was opened or saved
   */
  async save(_path?: string | FileUrl): Promise<void> {
    throw new UsageError("wrong-usage", "a browser cannot write to files; offer bytes() as a download instead");
  }

  /**
   * Closes the file that the image was opened from, but no file handle. Changes and saves that were asked for before still happen, and the file is closed
   * after them. To close an image again does nothing.
   */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.turns.afterAll(() => this.release());
  }

  /** Lets go of what the image is read from. */
  protected release(): void {}

  /**
   * Does nothing while the image is open.
   *
   * @throws {UsageError} (`wrong-usage`) when it was closed
   */
  refuseClosed(): void {
    if (this.isClosed) throw new UsageError("wrong-usage", "the image was closed; open it again to use it");
  }
}

function* piecesOf(source: ImageSource, file: string | undefined): Generator<Uint8Array<ArrayBuffer>, void, void> {
  for (let at = 0; at < source.size; at += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES, source.size - at);
    yield readingUnchanged(source, file, () => copyBytes(source, at, length));
  }
}

/** @throws {UsageError} (`wrong-usage`) when a value is no integer */
function refuseNoPid(pid: unknown): void {
  if (!Number.isSafeInteger(pid)) throw unfit("the pid of a task", pid);
}

/** @throws {UsageError} (`wrong-usage`) when a value is no task */
function refuseNoTask(task: unknown): void {
  const { index, objref } = (task ?? {}) as { readonly index?: unknown; readonly objref?: unknown };
  if (!Number.isInteger(index) || typeof objref !== "function") throw unfit("a task, as tasks()[0].task is one", task);
}
