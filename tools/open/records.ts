/** Records of an image by name, decoded and typed. */
import type { AbiName, RecordName, RecordType } from "../../generated/codecs/index.js";
import { RECORD_HEADER } from "../../runtime/image-text.js";
import type { StructCodec } from "../../runtime/index.js";
import type { Image } from "../image/image.js";
import type { DecodedPayload } from "../image/record/struct.js";
import type { TreeNode } from "../image/tree.js";

/** A record with all that is in it. */
export interface DecodedRecordOf<A extends AbiName, N extends RecordName<A>> {
  /** Name without `CKPT_HDR_`. */
  readonly name: N;
  /** Offset in bytes from the start of the image. */
  readonly offset: number;
  /** Length in bytes with the header. */
  readonly length: number;
  /** The codec of {@link value}, such as that of `ckpt_hdr_file_pipe` for a FILE of a pipe: `codec.struct` is the C name of the struct. */
  readonly codec: StructCodec<RecordType<A, N>>;
  /** The struct; of a record without a struct of its own, the header. */
  readonly value: RecordType<A, N>;
  /** Elements of the flexible array at the end of the struct. */
  readonly tail?: readonly unknown[];
  /** What follows the struct. */
  readonly payload?: DecodedPayload;
  /** The place of the record in the image, with its rules and objects. */
  readonly node: TreeNode;
}

/**
 * The records with a name, among `nodes` of the image.
 *
 * @throws {UnknownNameError} when the version has no such record
 * @throws {ShortBufferError} when a record of a damaged image is too short for its struct
 */
export function recordsNamed<A extends AbiName, N extends RecordName<A>>(
  image: Image,
  nodes: Iterable<TreeNode>,
  name: N,
): Generator<DecodedRecordOf<A, N>, void, void> {
  // Refuses a name that the version does not have, before the first record is asked for.
  image.format.abi.record(name);
  return decodedOf<A, N>(image, nodes, name);
}

function* decodedOf<A extends AbiName, N extends RecordName<A>>(
  image: Image,
  nodes: Iterable<TreeNode>,
  name: N,
): Generator<DecodedRecordOf<A, N>, void, void> {
  const { abi } = image.format;
  for (const node of nodes) {
    const { record } = node;
    if (record?.name !== name) continue;
    const { struct, value, tail, payload } = image.decode(node);
    const { offset, length } = record;
    // A record without a struct of its own, or whose struct the headers of the ABI lack, is decoded to its header.
    const codec = abi.struct(struct ?? RECORD_HEADER);
    yield { name, offset, length, codec, value, node, ...(tail && { tail }), ...(payload && { payload }) };
  }
}

/** The structs of decoded records. */
export function* valuesOf<V>(decoded: Iterable<{ readonly value: V }>): Generator<V, void, void> {
  for (const { value } of decoded) yield value;
}
