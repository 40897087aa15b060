/** The packed table of pids: each entry consists of a depth and depth + 1 numbers. In the text an entry is the array of its numbers. */
import type { ImageFormat } from "../image/abi/format.js";
import { type Json, Misfit, within } from "./form.js";
import { IntegerForm } from "./integer.js";

const WORD = 4;
const NUMBER = new IntegerForm("s32", undefined, undefined);

/** Decodes a table of pids into arrays of numbers, outermost number first; undefined if the bytes are not such a table. */
export function pidsOf({ littleEndian }: ImageFormat, bytes: Uint8Array): Json[] | undefined {
  if (bytes.length % WORD !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pids: Json[] = [];
  for (let at = 0; at < bytes.length; ) {
    const count = view.getInt32(at, littleEndian) + 1;
    at += WORD;
    if (count < 1 || count * WORD > bytes.length - at) return undefined;
    const start = at;
    pids.push(Array.from({ length: count }, (_, i) => view.getInt32(start + i * WORD, littleEndian)));
    at += count * WORD;
  }
  return pids;
}

/**
 * Encodes a table of pids, given as arrays of numbers, outermost number first.
 *
 * @throws {Misfit} when the JSON is not such a table
 */
export function pidsToBytes({ littleEndian }: ImageFormat, json: Json): Uint8Array {
  const entries = arrayOf(json, "an array of pids");
  const words = entries.flatMap((entry, i) => {
    try {
      const numbers = arrayOf(entry, "the numbers of a pid, outermost first");
      if (numbers.length === 0) throw new Misfit("at least one number", "none");
      return [numbers.length - 1, ...numbers.map((number) => NUMBER.read(number))];
    } catch (error) {
      throw within(i, error);
    }
  });
  const view = new DataView(new ArrayBuffer(words.length * WORD));
  words.forEach((word, i) => {
    view.setInt32(i * WORD, Number(word), littleEndian);
  });
  return new Uint8Array(view.buffer);
}

function arrayOf(json: Json, what: string): Json[] {
  if (!Array.isArray(json)) throw new Misfit(what, "something else");
  return json;
}
