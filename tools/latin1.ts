/** Bytes as text that has one character per byte, from U+0000 to U+00FF, so that text can be searched in place of bytes. */

/** Node's Buffer, which is about forty times faster than code units one by one. */
const node = globalThis as {
  Buffer?: { from(bytes: ArrayBufferLike, offset: number, length: number): { toString(encoding: "latin1"): string } };
};

/** Number of characters that are made by one call; it is limited by the stack. */
const CHUNK = 8192;

export function latin1Text(bytes: Uint8Array): string {
  if (node.Buffer) return node.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}
