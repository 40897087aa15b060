/** Base addresses of the segments fs and gs of an x86 task, which debuggers need for thread-local variables. */
import type { Image } from "../image/image.js";
import { payloadStructs, type StructFields } from "../image/record/struct-fields.js";
import type { Task } from "./tasks.js";
import { type SegmentDescriptor, segmentOf, selectorOf } from "./x86-segments.js";

/** Descriptors of the thread for thread-local storage that are in use. Up to v16 they are in a separate record. */
export function threadSegmentsOf(image: Image, task: Task): SegmentDescriptor[] {
  const node = task.record("THREAD_TLS") ?? task.record("THREAD");
  return payloadStructs(image, node, "desc_struct").flatMap(
    (descriptor, i) => segmentOf(i, descriptor.number("a") ?? 0, descriptor.number("b") ?? 0) ?? [],
  );
}

/** Field with the selector: before v17 it is fs or gs, which later hold the base. */
export function selectorFieldOf(cpu: StructFields, name: "fs" | "gs"): string {
  return cpu.value(`${name}index`) === undefined ? name : `${name}index`;
}

/**
 * Base address of a segment of a 64-bit task. A kernel keeps a base below 4 GiB in a slot for thread-local storage, which the selector refers to; the
 * base in the record is then 0. A larger base is in the record, with a selector of 0.
 *
 * @param cpu the CPU record of the task
 * @param segments from {@link threadSegmentsOf}
 */
export function segmentBaseOf(
  image: Image,
  cpu: StructFields,
  segments: readonly SegmentDescriptor[],
  name: "fs" | "gs",
): bigint {
  const field = selectorFieldOf(cpu, name);
  const base = field === name ? 0n : (cpu.big(name) ?? 0n);
  if (base !== 0n) return base;
  const { kind, index } = selectorOf(image.format, cpu.number(field) ?? 0);
  return kind === "tls" ? BigInt(segments.find((segment) => segment.index === index)?.base ?? 0) : 0n;
}
