/** Where the segments fs and gs of an x86 task begin, which debuggers need for thread-local variables. */
import type { Image } from "../image/image.js";
import { payloadStructs, type StructFields } from "../image/record/struct-fields.js";
import type { Task } from "./tasks.js";
import { type Segment, segmentOf, selectorOf } from "./x86-segments.js";

/** Descriptors of the thread for thread-local storage that are in use. Up to v16 they have a record of their own. */
export function threadSegmentsOf(image: Image, task: Task): Segment[] {
  const node = task.record("THREAD_TLS") ?? task.record("THREAD");
  return payloadStructs(image, node, "desc_struct").flatMap(
    (descriptor, i) => segmentOf(i, descriptor.number("a") ?? 0, descriptor.number("b") ?? 0) ?? [],
  );
}

/** The field with the selector: before v17 the fields fs and gs hold it, after that the bases. */
export function selectorFieldOf(cpu: StructFields, name: "fs" | "gs"): string {
  return cpu.value(`${name}index`) === undefined ? name : `${name}index`;
}

/**
 * First address of the segment of a 64-bit task. A kernel keeps a base below 4 GiB in a slot for thread-local storage, which the selector
 * names; then the base in the record is 0. A larger one is in the record, with a selector of 0.
 *
 * @param cpu the CPU record of the task
 * @param segments of {@link threadSegmentsOf}
 */
export function segmentBaseOf(
  image: Image,
  cpu: StructFields,
  segments: readonly Segment[],
  name: "fs" | "gs",
): bigint {
  const field = selectorFieldOf(cpu, name);
  const base = field === name ? 0n : (cpu.big(name) ?? 0n);
  if (base !== 0n) return base;
  const { kind, index } = selectorOf(image.format, cpu.number(field) ?? 0);
  return kind === "tls" ? BigInt(segments.find((segment) => segment.index === index)?.base ?? 0) : 0n;
}
