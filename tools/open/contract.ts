/** What `open` accepts and gives, in a browser and in Node alike. */
import type { AbiName } from "../../generated/codecs/index.js";
import type { OpenOptions } from "../image/image.js";

/** A `Blob` or `File`, described here so that neither the types of the DOM nor those of Node are needed. */
export interface BlobLike {
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
  slice(start?: number, end?: number): BlobLike;
}

/** An image: its bytes, which are not copied unless their buffer is resizable, or a file of a browser. */
export type ImageBytes = Uint8Array | ArrayBuffer | BlobLike;

/** The address of a file, as a `URL` gives it. */
export interface FileUrl {
  /** Begins with `file:`. */
  readonly href: string;
}

/** An image in a file: its path, its address, or a file handle of Node, which stays open. */
export type ImageFile = string | FileUrl | { readonly fd: number };

/** How an image is read. `N` is the name of an ABI, such as `v21/x86_64`, or of a version, such as `v21`. */
export interface CheckpointOptions<N extends string = string> extends OpenOptions {
  readonly abi?: KnownName<N> | undefined;
}

/** A name of ABIs. One that the compiler knows, and no ABI has, is an error at compile time. */
type KnownName<N extends string> = [AbisNamed<N>] extends [never] ? AbiName | VersionName : N;

type VersionName = AbiName extends infer A ? (A extends `${infer V}/${string}` ? V : never) : never;

/** The ABIs that a name stands for: one, or those of a version; all if it is known at run time only. */
export type AbisNamed<N extends string> = string extends N
  ? AbiName
  : N extends AbiName
    ? N
    : Extract<AbiName, `${N}/${string}`>;
