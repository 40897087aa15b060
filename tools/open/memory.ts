/** The memory of a task of an open image. */
import { shown } from "../../runtime/shown.js";
import { RefusalError } from "../errors/refusal-error.js";
import { UsageError } from "../errors/usage-error.js";
import { hex } from "../image/hex.js";
import type { Backing, Extent, ProcessMemory } from "../memory/memory.js";
import { parsePattern } from "../memory/pattern.js";
import { readMemory } from "../memory/read.js";
import { type Match, searchMemory } from "../memory/search.js";
import { type MemoryString, stringsIn } from "../memory/strings.js";
import type { Mapping } from "../model/address-space.js";
import type { Task } from "../model/tasks.js";
import { addressOf, refuseNoText } from "./arguments.js";
import type { Owner } from "./owner.js";

/** Maximum number of bytes of one read. */
const MAX_READ_BYTES = 1024 * 1024 * 1024;

export class CheckpointMemory {
  constructor(
    private readonly owner: Owner,
    private readonly task: Task,
    private readonly known: ProcessMemory,
  ) {}

  /**
   * The memory for the functions of `ckpt-abi/memory`.
   *
   * @throws {UsageError} (`wrong-usage`) when the image was closed
   */
  get process(): ProcessMemory {
    this.owner.refuseClosed();
    return this.known;
  }

  /** Mappings by address, each read on demand. */
  get mappings(): Iterable<Mapping> {
    return this.process.mappings;
  }

  /**
   * A copy of the bytes from an address on. Memory that the task never wrote to reads as zeros.
   *
   * @param length number of bytes, up to 1 GiB
   * @throws {UsageError} (`bad-address`) when the address or the length is none
   * @throws {RefusalError} (`missing-page`) when not all of the bytes are known: some are unmapped, or in a file that the image refers to.
   * {@link extents} says what is where
   */
  read(address: number | bigint, length: number): Uint8Array<ArrayBuffer> {
    const start = addressOf(address);
    if (!(Number.isInteger(length) && length >= 0 && length <= MAX_READ_BYTES))
      throw new UsageError(
        "bad-address",
        `a length is a number of bytes from 0 to ${MAX_READ_BYTES}, not ${shown(length)}`,
      );
    const end = start + BigInt(length);
    for (const { backing, start: at } of this.process.extents(start, end))
      if (backing.kind !== "image" && backing.kind !== "zero")
        throw new RefusalError("missing-page", `the bytes at ${hex(at)} are not in the image: ${whereElse(backing)}`);
    const bytes = new Uint8Array(length);
    for (const piece of readMemory(this.process, start, end))
      if (piece.bytes) bytes.set(piece.bytes, Number(piece.start - start));
    return bytes;
  }

  /**
   * Where the bytes of a range are, without gaps: in the image, zero, in a file, unknown or unmapped. Without a range, all that is mapped.
   *
   * @param start first address, by default 0
   * @param end address after the last, by default the end of the last mapping
   * @throws {UsageError} (`bad-address`) when one of them is no address
   */
  extents(start?: number | bigint, end?: number | bigint): Generator<Extent, void, void> {
    if (start === undefined && end === undefined) return this.process.all();
    return this.process.extents(addressOf(start ?? 0n), addressOf(end ?? this.process.stretches.end));
  }

  /**
   * Overwrites bytes from an address on: all, or with an error none. Tasks that share the memory see the change. Nothing is written to a file until the
   * image is saved.
   *
   * @param bytes copied by the call
   * @throws {UsageError} (`bad-address`, `wrong-usage`) when the address or the bytes are none
   * @throws {RefusalError} (`missing-page`) when the image does not have all of them; then nothing is changed
   */
  async write(address: number | bigint, bytes: Uint8Array): Promise<void> {
    return this.owner.writeMemory(this.task, address, bytes);
  }

  /**
   * All matches of a pattern in the bytes that the image has, by address.
   *
   * @param pattern as `ckpt search` takes it: hexadecimal digits such as `de??beef`, `"text"` in quotes, `u32:5`, or `/expression/`
   * @throws {UsageError} (`bad-bytes`) when it is no pattern, (`slow-pattern`) when an expression takes too long
   */
  search(pattern: string): Generator<Match, void, void> {
    refuseNoText("a search pattern", pattern);
    return searchMemory(this.process, parsePattern(pattern, this.process.image.format));
  }

  /**
   * Printable texts in the bytes that the image has, by address, each whole.
   *
   * @param minLength shortest text in characters, 1 or more; 4 by default
   * @throws {UsageError} (`wrong-usage`) when it is no such number
   */
  strings(minLength?: number): Generator<MemoryString, void, void> {
    return stringsIn(this.process, minLength);
  }
}

function whereElse(backing: Backing): string {
  switch (backing.kind) {
    case "file":
      return `they are in ${backing.path ?? "a file"} at offset ${hex(backing.offset)}`;
    case "unmapped":
      return "the task has no memory there";
    default:
      return backing.kind === "unknown" ? backing.why : "they are elsewhere";
  }
}
