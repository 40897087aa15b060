/** A task of an open image. */
import type { AbiName, RecordName, RecordType } from "../../generated/codecs/index.js";
import { RefusalError } from "../errors/refusal-error.js";
import { whyNoMemory } from "../memory/task-memory.js";
import type { Task } from "../model/tasks.js";
import { argumentsOf, environmentOf, type Strings } from "../start/strings.js";
import { CheckpointMemory } from "./memory.js";
import type { Owner } from "./owner.js";
import { recordsNamed, valuesOf } from "./records.js";

export class CheckpointTask<A extends AbiName = AbiName> {
  private known: CheckpointMemory | undefined;

  constructor(
    private readonly owner: Owner,
    /** The task for the functions of the other modules, such as `registersOf` of `ckpt-abi/inspect`. */
    readonly task: Task,
  ) {}

  /** Pid in the outermost pid namespace of the image. */
  get pid(): number {
    return this.task.pid;
  }

  /** Pid of the parent. */
  get ppid(): number {
    return this.task.ppid;
  }

  /** Pid of the process that it is a thread of; its own pid if it is the first thread. */
  get tgid(): number {
    return this.task.tgid;
  }

  /** Name of at most 15 bytes, as `ps` shows it; undefined if the image ends before it. */
  get name(): string | undefined {
    return this.task.name;
  }

  /** Whether it is a thread other than the first of its process. */
  get isThread(): boolean {
    return this.task.isThread;
  }

  /** Whether it has exited and its parent has not read its exit code. */
  get isZombie(): boolean {
    return this.task.isZombie;
  }

  /**
   * The records of this task alone that have a name, decoded, such as `CPU` or `RLIMIT`. What tasks share, such as address spaces and files, is found
   * by its number.
   *
   * @throws {UnknownNameError} when the version has no such record
   */
  records<N extends RecordName<A>>(name: N): Generator<RecordType<A, N>, void, void> {
    return valuesOf(recordsNamed<A, N>(this.owner.image, this.task.section ?? [], name));
  }

  /**
   * Its memory, which it may share with others.
   *
   * @throws {RefusalError} (`no-memory`) when it has none, as after its exit
   */
  get memory(): CheckpointMemory {
    this.owner.refuseClosed();
    if (!this.known) {
      const process = this.owner.memory.of(this.task.objref("mm_objref"));
      if (!process) throw new RefusalError("no-memory", whyNoMemory(this.task, this.owner.image));
      this.known = new CheckpointMemory(this.owner, this.task, process);
    }
    return this.known;
  }

  /** Printable texts of its memory, as {@link CheckpointMemory.strings} lists them. */
  strings(minLength?: number): ReturnType<CheckpointMemory["strings"]> {
    return this.memory.strings(minLength);
  }

  /** Its arguments, as in /proc/PID/cmdline. */
  arguments(): Strings {
    return argumentsOf(this.memory.process);
  }

  /** The environment that it was started with, as `NAME=value`. */
  environment(): Strings {
    return environmentOf(this.memory.process);
  }
}
