/** Waiting messages of a System V queue. */

import { concatUint8Arrays } from "uint8array-extras";
import { copyBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import type { Labels } from "../model/labels.js";

export interface MessageOptions {
  readonly messages?: boolean | undefined;
  /** Whether to include the contents. */
  readonly contents?: boolean | undefined;
}

export interface Message {
  /** Message type, by which receivers select. */
  readonly type: bigint;
  /** Announced length in bytes. `found` is the number of bytes in the image. */
  readonly length: number;
  readonly found: number;
  readonly label: string | undefined;
  /** Contents, if requested; at most {@link MAX_CONTENTS_BYTES} bytes. */
  readonly contents?: Uint8Array;
}

/** Maximum number of bytes of a message that are returned. */
const MAX_CONTENTS_BYTES = 65_536;

/**
 * The messages of a queue.
 *
 * @param nodes the nodes that follow the record of the queue
 */
export function messagesOf(
  image: Image,
  nodes: readonly TreeNode[],
  labels: Labels,
  { contents }: MessageOptions,
): Message[] {
  return nodes
    .filter(({ rule }) => rule === "message")
    .map((rule) => readMessage(image, rule, labels, contents ?? false));
}

function readMessage(image: Image, rule: TreeNode, labels: Labels, withContents: boolean): Message {
  const fields = structOf(image, rule.find("IPC_MSG_MSG"));
  const length = fields?.number("m_ts") ?? 0;
  const pieces = rule.all("BUFFER").flatMap(({ record }) => (record ? [record.payload] : []));
  return {
    type: fields?.big("m_type") ?? 0n,
    length,
    found: pieces.reduce((sum, { start, end }) => sum + end - start, 0),
    label: labels.get(fields?.number("sec_ref") ?? 0),
    ...(withContents && { contents: joined(image, pieces, Math.min(length, MAX_CONTENTS_BYTES)) }),
  };
}

/** Joins the pieces of a message: the kernel splits it so that each piece fits into a page with its header. */
function joined(image: Image, pieces: readonly { start: number; end: number }[], most: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let left = most;
  for (const { start, end } of pieces) {
    const length = Math.min(end - start, left);
    if (length <= 0) continue;
    parts.push(copyBytes(image.source, start, length));
    left -= length;
  }
  return concatUint8Arrays(parts);
}
