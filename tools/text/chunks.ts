/** Combines small pieces into large ones, so that writing them takes few system calls. */

/** Size of a chunk in bytes. */
const CHUNK_BYTES = 256 * 1024;
/** Size of the first chunk in bytes; it grows with the stream, which may be short. */
const FIRST_BYTES = 4 * 1024;

/** Joins small pieces of a stream into chunks of 256 KiB; longer pieces are yielded as they are. A chunk is valid until the next is requested. */
export function* inChunks(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void, void> {
  let chunk = new Uint8Array(FIRST_BYTES);
  let used = 0;
  for (const piece of pieces) {
    if (piece.length > CHUNK_BYTES - used) {
      yield chunk.subarray(0, used);
      used = 0;
    }
    if (piece.length > CHUNK_BYTES) {
      yield piece;
      continue;
    }
    if (piece.length > chunk.length - used) {
      const larger = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(used + piece.length, 4 * chunk.length)));
      larger.set(chunk.subarray(0, used));
      chunk = larger;
    }
    chunk.set(piece, used);
    used += piece.length;
  }
  yield chunk.subarray(0, used);
}
