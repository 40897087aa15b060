/** Bytes behind the entries of System V IPC. */

const MULTIPLE = 8;

/** The bytes, with zeroes up to a multiple of 8. */
export function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / MULTIPLE) * MULTIPLE);
  whole.set(bytes);
  return whole;
}
