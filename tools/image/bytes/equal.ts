/** Whether bytes are equal. */
import { areUint8ArraysEqual } from "uint8array-extras";

const native = (globalThis as { readonly Buffer?: { compare(a: Uint8Array, b: Uint8Array): number } }).Buffer;

/** Whether two arrays have the same length and bytes. Node compares many bytes at once; a browser has only a loop. */
export const isEqual: (a: Uint8Array, b: Uint8Array) => boolean = native
  ? (a, b) => native.compare(a, b) === 0
  : areUint8ArraysEqual;
