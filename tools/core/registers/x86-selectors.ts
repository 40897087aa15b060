/** The segment selectors of an x86 thread. */
import type { Image } from "../../image/image.js";
import type { StructFields } from "../../image/record/struct-fields.js";
import { selectorFieldOf } from "../../model/x86-bases.js";
import { selectorOf } from "../../model/x86-segments.js";

type SelectorName = "cs" | "ss" | "ds" | "es" | "fs" | "gs";

/** Segment selectors as in the registers of the processor. */
export type Selectors = Readonly<Record<SelectorName, number>>;

/**
 * The segment selectors of a thread, as in the registers of the processor.
 *
 * @param cpu the CPU record of the thread
 */
export function selectorsOf(image: Image, cpu: StructFields): Selectors {
  const of = (name: SelectorName) => {
    const field = name === "fs" || name === "gs" ? selectorFieldOf(cpu, name) : name;
    const value = cpu.number(field) ?? 0;
    return (selectorOf(image.format, value).selector ?? value) & 0xffff;
  };
  return { cs: of("cs"), ss: of("ss"), ds: of("ds"), es: of("es"), fs: of("fs"), gs: of("gs") };
}
