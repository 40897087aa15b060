/**
 * Bytes of CRIU's image files: two magic numbers, which say that it is one and of which kind, then entries. An entry is the length of a message in 32
 * bits, the message, and for some kinds further bytes. All numbers are little-endian. Source: criu/image.c and criu/protobuf.c of CRIU 4.2.
 */
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { CRIU_COMMON, CRIU_MAGICS } from "../../image/criu-magics.js";

/** Kinds of files by name, as in the names of the files. */
const MAGICS: ReadonlyMap<string, number> = new Map([...CRIU_MAGICS].map(([magic, kind]) => [kind, magic]));

/** The only kind with one magic number. */
const INVENTORY = "inventory";

/**
 * The bytes at the start of a file.
 *
 * @param kind e.g. `core`
 */
export function headOf(kind: string): Uint8Array<ArrayBuffer> {
  const magic = MAGICS.get(kind);
  if (magic === undefined) throw new TypeError(`CRIU has no image files of kind ${kind}`);
  return littleEndian(kind === INVENTORY ? [magic] : [CRIU_COMMON, magic]);
}

/** An entry: the length of the message and its bytes. Fields that are undefined are left out. */
export function entryOf<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): Uint8Array {
  const bytes = toBinary(schema, create(schema, message));
  const entry = new Uint8Array(LENGTH_BYTES + bytes.length);
  entry.set(littleEndian([bytes.length]));
  entry.set(bytes, LENGTH_BYTES);
  return entry;
}

const LENGTH_BYTES = 4;

function littleEndian(words: readonly number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word, true);
  return new Uint8Array(view.buffer);
}
