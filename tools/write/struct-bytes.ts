/** Encodes structs outside records, in payloads that the format treats as plain bytes. */
import { UnknownNameError } from "../../runtime/index.js";
import type { ImageFormat } from "../image/abi/format.js";
import { type Fields, KeyedCodec } from "./keyed-codec.js";

/**
 * Returns a function that encodes a struct from the given fields.
 *
 * @param key schema key of the struct
 * @throws {UnknownNameError} when this version has no such struct
 */
export function structEncoder(format: ImageFormat, key: string): (fields: Fields) => Uint8Array {
  const struct = format.struct(key);
  if (!struct) throw new UnknownNameError("struct", key, [], `${format.abi.name} does not have it`);
  const codec = format.codec(struct);
  const keyed = KeyedCodec.of(struct);
  return (fields) => codec.toBytes(keyed.value(fields));
}
