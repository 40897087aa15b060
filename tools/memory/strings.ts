/** Printable texts in the memory of a process, as `strings` finds them in a file. Only bytes of the image are looked at, across page and mapping boundaries. */
import { shown } from "../../runtime/shown.js";
import { UsageError } from "../errors/usage-error.js";
import { latin1Text } from "../latin1.js";
import type { Mapping } from "../model/address-space.js";
import type { ProcessMemory } from "./memory.js";
import { readMemory } from "./read.js";

/** Printable characters of ASCII and tabs, with any other byte as their end. */
export interface MemoryString {
  /** Address of its first character. */
  readonly address: bigint;
  /** Offset of its first character, in bytes from the start of the image. */
  readonly offset: number;
  /** The mapping of its first character. */
  readonly mapping: Mapping;
  /** The whole text; a text of more than 1 MiB comes in several parts, in order. */
  readonly text: string;
  /** Whether the next string is the next part of this text. */
  readonly continues: boolean;
}

/** Number of characters from which on a text is passed on before its end is known. */
const MAX_STRING_LENGTH = 1024 * 1024;

/** The shortest text by default, as in GNU and BSD `strings`. */
const MIN_LENGTH = 4;

const PRINTABLE = /[\t -~]+/g;

/**
 * All texts of at least `minLength` characters, by address.
 *
 * @param minLength number of characters, 1 or more
 * @throws {UsageError} (`wrong-usage`) when it is no such number
 */
export function stringsIn(memory: ProcessMemory, minLength = MIN_LENGTH): Generator<MemoryString, void, void> {
  if (!(Number.isSafeInteger(minLength) && minLength >= 1))
    throw new UsageError(
      "wrong-usage",
      `expected the least number of characters, 1 or more, found ${shown(minLength)}`,
    );
  return allStrings(memory, minLength);
}

function* allStrings(memory: ProcessMemory, minLength: number): Generator<MemoryString, void, void> {
  let open: OpenString | undefined;
  /** First address after the last extent. */
  let after: bigint | undefined;
  function* finish() {
    if (open && (open.isPart || open.length >= minLength)) yield open.take(false);
    open = undefined;
  }
  for (const { start, end, mapping, backing } of memory.all()) {
    if (backing.kind !== "image" || !mapping) continue;
    if (start !== after) yield* finish();
    after = end;
    for (const piece of readMemory(memory, start, end)) {
      const text = latin1Text(piece.bytes as Uint8Array);
      const placeAt = (index: number) => {
        const address = piece.start + BigInt(index);
        return { address, offset: backing.offset + Number(address - start), mapping };
      };
      let stop = 0;
      for (const { 0: found, index } of text.matchAll(PRINTABLE)) {
        if (index > 0) yield* finish();
        open ??= new OpenString(placeAt(index));
        open.add(found);
        stop = index + found.length;
        if (open.length >= MAX_STRING_LENGTH) {
          yield open.take(true);
          open = new OpenString(placeAt(stop), true);
        }
      }
      if (stop < text.length) yield* finish();
    }
  }
  yield* finish();
}

/** A text whose end was not seen yet. */
class OpenString {
  /** Number of characters. */
  length = 0;
  private readonly parts: string[] = [];

  /** @param isPart whether it continues another string */
  constructor(
    private readonly place: Pick<MemoryString, "address" | "offset" | "mapping">,
    readonly isPart = false,
  ) {}

  add(text: string): void {
    this.parts.push(text);
    this.length += text.length;
  }

  take(continues: boolean): MemoryString {
    return { ...this.place, text: this.parts.join(""), continues };
  }
}
