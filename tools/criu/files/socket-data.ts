/** Bytes in the queues of sockets. */
import { concatUint8Arrays } from "uint8array-extras";
import { copyBytes } from "../../image/bytes/source.js";
import type { Image } from "../../image/image.js";
import { structOf } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";

/** What was sent in one piece. */
export interface SocketBuffer {
  readonly node: TreeNode;
  /** Number of the socket that sent it. */
  readonly sender: number;
  /** The payload, without the headers of protocols. */
  readonly data: Uint8Array;
}

/**
 * The buffers of a queue, the oldest first.
 *
 * @param queue the rule `socket_queue`
 */
export function buffersOf(image: Image, queue: TreeNode | undefined): SocketBuffer[] {
  return (queue?.rules("socket_buffer") ?? []).flatMap((rule) => {
    const node = rule.find("SOCKET_BUFFER");
    const fields = structOf(image, node);
    if (!node || !fields) return [];
    const parts = [linearPart(image, rule, fields.number("hdr_len"), fields.number("skb_len"))];
    for (const fragment of rule.all("SOCKET_FRAG")) parts.push(fragmentPart(image, fragment));
    return [{ node, sender: fields.number("sk_objref") ?? 0, data: concatUint8Arrays(parts) }];
  });
}

/**
 * The payload in the linear part.
 *
 * @param headers bytes before it; undefined in versions that save nothing else
 * @param most bytes of payload
 */
function linearPart({ source }: Image, rule: TreeNode, headers = 0, most = Number.POSITIVE_INFINITY): Uint8Array {
  const range = rule.find("BUFFER", "socket_data")?.record?.payload;
  if (!range) return new Uint8Array();
  const start = Math.min(range.start + headers, range.end);
  return copyBytes(source, start, Math.min(range.end - start, most));
}

/** The payload in the page behind the record. */
function fragmentPart(image: Image, fragment: TreeNode): Uint8Array {
  const { record } = fragment;
  const fields = structOf(image, fragment);
  if (!record || !fields) return new Uint8Array();
  const start = Math.min(fields.number("offset") ?? 0, record.rawLength);
  return copyBytes(image.source, record.end + start, Math.min(fields.number("size") ?? 0, record.rawLength - start));
}
