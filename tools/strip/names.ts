/** Paths and names: masked, so that they tell no more than how long they are and how deep a path goes. */
import { memberAt } from "../image/fields.js";
import type { Image } from "../image/image.js";
import type { ByteRange, ImageRecord } from "../image/records.js";
import type { TreeNode } from "../image/tree.js";
import type { Splice } from "./splice.js";

const MASK = "x".charCodeAt(0);
const SLASH = "/".charCodeAt(0);

/** Payloads that are a path or a name. */
const MASKED_PAYLOADS = new Set(["path", "cwd", "root", "socket_directory", "nodename", "domainname"]);

/** Fields that are one, by record. */
const MASKED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  UTS_NS: ["nodename", "domainname"],
  SOCKET_UNIX: ["laddr.sun_path", "raddr.sun_path"],
};

/** The name of a task, behind which there may be the rest of an older, longer one. */
export function taskName(record: ImageRecord, mask: boolean): Splice {
  let isOver = false;
  return {
    ...record.payload,
    change(piece) {
      const nul = isOver ? 0 : piece.indexOf(0);
      const length = nul < 0 ? piece.length : nul;
      if (mask) maskBytes(piece.subarray(0, length));
      piece.fill(0, length);
      isOver = length < piece.length;
    },
  };
}

/** What is masked of a record; nothing of most. */
export function maskedNames(image: Image, node: TreeNode, record: ImageRecord): Splice[] {
  if (MASKED_PAYLOADS.has(node.label ?? "")) return [masked(record.payload)];
  const layout = record.kind?.struct?.layout;
  const fields = MASKED_FIELDS[record.name];
  if (!layout || !fields) return [];
  return fields.flatMap((path) => {
    const found = memberAt(image.format.abi, layout, path);
    const start = record.offset + (found?.offset ?? 0);
    return found?.member.dims && found.offset + found.member.size <= record.length
      ? [masked({ start, end: start + found.member.size })]
      : [];
  });
}

function masked({ start, end }: ByteRange): Splice {
  return { start, end, change: maskBytes };
}

function maskBytes(bytes: Uint8Array): void {
  for (const [i, byte] of bytes.entries()) if (byte !== 0 && byte !== SLASH) bytes[i] = MASK;
}
