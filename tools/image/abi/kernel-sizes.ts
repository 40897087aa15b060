/**
 * Sizes of the kernel structs that images hold as they are in memory. They depend on the kernel that wrote the image, not on the version of the
 * format.
 */
import type { BoundStruct } from "../../../runtime/index.js";
import { evaluate, type Scope } from "./evaluate.js";
import type { ImageFormat } from "./format.js";

/** Major, minor and patch number of a kernel, e.g. `[2, 6, 33]`. */
export type KernelVersion = readonly [major: number, minor: number, patch: number];

export interface KernelSize {
  /** The first release with this size. */
  readonly since: KernelVersion;
  /** Bytes of the struct, including what the kernel keeps after the fields. */
  readonly size: number;
}

/**
 * The sizes of a kernel struct in bytes, by kernel release, oldest first.
 *
 * @param key schema key of the struct
 * @returns undefined for a struct that has the same size in every kernel
 */
export function kernelSizes(format: ImageFormat, key: string): readonly KernelSize[] | undefined {
  const struct = format.struct(key);
  return struct && sizesByKernel(struct, format.wordSize);
}

/**
 * The sizes of a kernel struct in bytes, by kernel release, oldest first.
 *
 * @param wordSize bytes of a `long`
 * @returns undefined for a struct that has the same size in every kernel
 */
export function sizesByKernel(struct: BoundStruct, wordSize: number): readonly KernelSize[] | undefined {
  const scope = scopeOf(wordSize);
  return struct.entry.descriptor.private?.sizes.map(([kernel, size]) => ({
    since: kernel.split(".").map(Number) as unknown as KernelVersion,
    size: struct.layout.size + evaluate(size, scope),
  }));
}

/** The size in one kernel; undefined for a kernel older than the first known release. */
export function sizeIn(kernel: KernelVersion, sizes: readonly KernelSize[]): number | undefined {
  return sizes.filter(({ since }) => compare(since, kernel) <= 0).at(-1)?.size;
}

/** The kernels in which a struct has that size, in words: `Linux before 2.6.33`; undefined if none is known. */
export function kernelsOf(size: number, sizes: readonly KernelSize[]): string | undefined {
  const texts = sizes.flatMap(({ since, size: own }, i) => {
    if (own !== size) return [];
    const next = sizes[i + 1];
    const from = i === 0 ? "" : ` from ${since.join(".")} on`;
    return `${from}${next ? `${from === "" ? "" : " and"} before ${next.since.join(".")}` : ""}`;
  });
  return texts.length === 0 ? undefined : `Linux${texts.join(" and")}`;
}

function compare(one: KernelVersion, other: KernelVersion): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/** The schema allows only numbers and the word size in these expressions. */
function scopeOf(wordSize: number): Scope {
  const none = (): never => {
    throw new TypeError("the size of a struct of the kernel depends on the word size alone");
  };
  return { variable: () => wordSize, field: none, constant: none, unseen: none, sum: none };
}
