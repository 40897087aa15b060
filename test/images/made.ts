/** Records made by hand, for cases that the real images do not contain. */
import { encodeRecord, HEADER_SIZE, type ImageFormat, type TreeNode } from "../../tools/image/index.js";
import { headerOf } from "../../tools/image/record/struct.js";

export interface Parts {
  /** Non-zero fields, by C name; names that this version lacks are ignored. */
  readonly value?: object;
  readonly tail?: readonly unknown[];
  readonly payload?: Uint8Array;
  /** Schema key of the struct, if the record has several. */
  readonly struct?: string;
  /** Bytes after the record. */
  readonly raw?: Uint8Array;
}

/** The bytes of a record. Fields that are not given are zero; type and length are correct. */
export function record(format: ImageFormat, name: string, parts: Parts = {}): Uint8Array {
  const kind = format.kind(name);
  if (!kind) throw new Error(`${format.abi.name} has no ${name}`);
  const struct = parts.struct === undefined ? kind.struct : format.struct(parts.struct);
  const codec = struct && format.codec(struct);
  const value = codec ? codec.fromBytes(new Uint8Array(codec.size)) : { type: 0, len: 0 };
  if (parts.value) fill(value, parts.value);
  const header = headerOf(value);
  header.type = kind.number;
  const { payload, tail, raw = new Uint8Array() } = parts;
  header.len = (codec?.size ?? HEADER_SIZE) + (payload?.length ?? 0) + tailSize(codec, tail);
  const bytes = encodeRecord(format, {
    struct: struct?.name,
    value,
    ...(tail && { tail }),
    ...(payload && { payload: { kind: "bytes", bytes: payload } as const }),
  });
  return Buffer.concat([bytes, raw]);
}

function tailSize(codec: object | undefined, tail: readonly unknown[] = []): number {
  return codec && "tailElementSize" in codec ? Number(codec.tailElementSize) * tail.length : 0;
}

// biome-ignore lint/suspicious/noExplicitAny: decoded values of structs that are chosen at run time
function fill(value: any, fields: object): void {
  for (const [name, field] of Object.entries(fields)) {
    if (!(name in value)) continue;
    if (typeof field === "object" && !ArrayBuffer.isView(field)) fill(value[name], field);
    else value[name] = typeof value[name] === "bigint" ? BigInt(field) : field;
  }
}

/** A record of any type and content, with correct framing. */
export function bare(
  type: number,
  payload = new Uint8Array(),
  length = HEADER_SIZE + payload.length,
  littleEndian = true,
): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, littleEndian);
  view.setUint32(4, length, littleEndian);
  bytes.set(payload, HEADER_SIZE);
  return bytes;
}

/** An object with the records of its body. */
export function object(format: ImageFormat, type: string, objref: number, ...body: Uint8Array[]): Uint8Array {
  const [objtype] = [...format.abi.objects].find(([, { name }]) => name === type) ?? [];
  if (objtype === undefined) throw new Error(`${format.abi.name} has no object ${type}`);
  return Buffer.concat([record(format, "OBJREF", { value: { objtype, objref } }), ...body]);
}

export function text(content: string, length = content.length + 1): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(Buffer.from(content, "latin1"));
  return bytes;
}

/** Names of all records under a node, objects included, in the order of the image. */
export function recordNames(node: TreeNode): string[] {
  return [...node].flatMap(({ record }) => (record ? [record.name] : []));
}
