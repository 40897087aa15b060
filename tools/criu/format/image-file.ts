/**
 * Bytes of CRIU's image files: two magic numbers, which say that it is one and of which kind, then entries. An entry is the length of a message in 32
 * bits, the message, and for some kinds further bytes. All numbers are little-endian. Source: criu/image.c and criu/protobuf.c of CRIU 4.2.
 */
import { create, type DescField, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
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
  return withLength(bytesOf(schema, message));
}

/** A field that has many messages, which are made one by one. */
export interface ManyMessages<Desc extends DescMessage> {
  readonly field: DescField;
  readonly schema: Desc;
  readonly messages: Iterable<MessageInitShape<Desc>>;
}

/** An entry of which one field has so many messages that they must not be in memory at once. They follow the other fields. */
export function longEntryOf<Desc extends DescMessage, Element extends DescMessage>(
  schema: Desc,
  message: MessageInitShape<Desc>,
  { field, schema: element, messages }: ManyMessages<Element>,
): Uint8Array {
  const writer = new BinaryWriter();
  writer.raw(bytesOf(schema, message));
  for (const one of messages) writer.tag(field.number, WireType.LengthDelimited).bytes(bytesOf(element, one));
  return withLength(writer.finish());
}

function bytesOf<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): Uint8Array {
  return toBinary(schema, create(schema, message));
}

function withLength(bytes: Uint8Array): Uint8Array {
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
