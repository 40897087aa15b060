/**
 * Kernel structs that the image holds as they were in memory. A restarting kernel reads them in the size that they have in its own memory, whatever
 * the version of the format, so the kernel of the result decides. If none is named, they stay as they are, which fits the kernel that the header
 * still names.
 */
import type { ImageFormat } from "../image/abi/format.js";
import { type KernelSize, type KernelVersion, kernelSizes, kernelsOf, sizeIn } from "../image/abi/kernel-sizes.js";
import { windowBytes } from "../image/bytes/source.js";
import type { Pieces } from "../write/payload.js";
import type { RecordNode } from "./nodes.js";
import type { ConversionLog, FactKind } from "./report.js";
import { kernelNumbers } from "./target.js";

const STEP = "kernel-structs";

/** Bytes to read at once; a longer element is read whole. */
const READ_BYTES = 64 * 1024;

/** An array of kernel structs in the image. */
interface KernelArray {
  readonly node: RecordNode;
  readonly sizes: readonly KernelSize[];
  /** Bytes of an element; undefined when the number of elements does not divide the length of the array. */
  readonly size: number | undefined;
  /** Bytes of an element in the kernel of the result; undefined if no kernel is named, or its size is not known. */
  readonly wanted: number | undefined;
  /** Range of the elements, in bytes from the start of the image. */
  readonly start: number;
  readonly end: number;
}

export class KernelStructs {
  private readonly kernel: KernelVersion | undefined;
  private readonly boundary: string;

  /**
   * @param kernel version of the kernel that is to restart the result, e.g. `2.6.33`
   * @throws {UsageError} (`conversion-target`) when it is not a kernel version
   */
  constructor(
    private readonly format: ImageFormat,
    kernel: string | undefined,
    private readonly log: ConversionLog,
  ) {
    this.kernel = kernel === undefined ? undefined : kernelNumbers(kernel);
    this.boundary = this.kernel ? `Linux ${this.kernel.join(".")}` : format.abi.target.version;
  }

  /** Reports how the array in a record changes. */
  survey(node: RecordNode): void {
    const array = this.arrayOf(node);
    if (!array) return;
    const { size, wanted, sizes } = array;
    if (size === undefined) {
      if (this.kernel)
        this.tell(
          "obstacles",
          array,
          undefined,
          "their number does not divide the length, so the size of one is not known",
        );
      return;
    }
    if (wanted === undefined) {
      const right = kernelsOf(size, sizes) ?? "no kernel that is known";
      const advice = this.kernel
        ? "the size in that kernel is not known"
        : "--kernel names the kernel that the result is for";
      this.tell("notes", array, undefined, `each stays ${size} bytes long, as in ${right}; ${advice}`);
      return;
    }
    if (wanted === size) return;
    this.log.worked(this.boundary, STEP, "structs of the kernel as long as they are there");
    const change = `each is ${wanted} bytes long there, not ${size}`;
    if (wanted > size) this.tell("inventions", array, "", `${change}; what the kernel keeps after the fields is zero`);
    else {
      const dropped = firstDropped(array, size, wanted);
      if (dropped) this.tell("losses", array, dropped, `${change}; what the kernel kept after the fields is left out`);
    }
  }

  /** The resized array of a record; undefined for a record without one, or if its size does not change. */
  payload(node: RecordNode): Pieces | undefined {
    const array = this.arrayOf(node);
    if (!array) return undefined;
    const { size, wanted, start, end } = array;
    if (size === undefined || wanted === undefined || wanted === size) return undefined;
    return { length: ((end - start) / size) * wanted, pieces: resized(array, size, wanted) };
  }

  private arrayOf(node: RecordNode): KernelArray | undefined {
    const of = node.origin?.node.contains?.of;
    const sizes = of === undefined ? undefined : kernelSizes(this.format, of);
    const record = sizes && node.origin?.node.record;
    if (!record) return undefined;
    const wanted = this.kernel && sizeIn(this.kernel, sizes);
    return { node, sizes, size: record.elementSize, wanted, ...record.payload };
  }

  private tell(kind: FactKind, { node }: KernelArray, value: unknown, why: string): void {
    const { name: record, label: field, origin } = node;
    this.log.add(kind, { boundary: this.boundary, step: STEP, record, field, value, why, origin });
  }
}

/** The non-zero bytes that are cut off the first element that has any; undefined if all are zero. */
function firstDropped(array: KernelArray, size: number, wanted: number): Uint8Array | undefined {
  for (const old of structElements(array, size))
    for (let at = 0; at < old.length; at += size) {
      const dropped = old.subarray(at + wanted, at + size);
      if (dropped.some((byte) => byte !== 0)) return dropped.slice();
    }
  return undefined;
}

function* resized(array: KernelArray, size: number, wanted: number): Generator<Uint8Array, void, void> {
  const kept = Math.min(size, wanted);
  for (const old of structElements(array, size)) {
    const made = new Uint8Array((old.length / size) * wanted);
    for (let i = 0; i * size < old.length; i++) made.set(old.subarray(i * size, i * size + kept), i * wanted);
    yield made;
  }
}

/** The bytes of complete elements, a piece at a time. */
function* structElements({ node, start, end }: KernelArray, size: number): Generator<Uint8Array, void, void> {
  const source = node.origin?.image.source;
  const step = size * Math.max(1, Math.floor(READ_BYTES / size));
  for (let at = start; source && at < end; at += step) yield windowBytes(source, at, Math.min(step, end - at));
}
