/** What stands behind the header of a record, decided once for all descriptions. */
import type { Aggregate, Aggregates } from "./aggregates.js";
import { deciderOf } from "./facts.js";
import type { Alternative, RecordFormat } from "./version-format.js";

/** Structs of which a field of the record decides. */
export interface Variants {
  /** Where none of the others is meant. */
  readonly whole: Aggregate;
  readonly decider: NonNullable<ReturnType<typeof deciderOf>>;
  readonly cases: readonly { readonly value: number; readonly aggregate: Aggregate }[];
}

/** Describes bodies in one language; each gives the name of its type. */
export interface BodyWriter {
  /** What it is follows from the records before. */
  bufferType(): string;
  variantType(format: RecordFormat, variants: Variants): string;
  /** The type of a struct and the payload after it. `only` is the struct, if it is the same on all architectures. */
  partsType(format: RecordFormat, only: Aggregate | undefined): string;
}

/** The type of a body; undefined for a record of which nothing is known but bytes. */
export function bodyType(format: RecordFormat, aggregates: Aggregates, writer: BodyWriter): string | undefined {
  const { abis, bodies, configurations, variants, payload } = format;
  if (payload?.kind === "context") return writer.bufferType();
  const [common] = bodies;
  const whole = variants.length > 0 && common ? aggregates.ofRecord(common) : undefined;
  const decider = whole && deciderOf(format, whole);
  if (whole && decider) {
    const cases = variants.map(({ value, body }) => ({ value, aggregate: aggregates.ofRecord(body) }));
    return writer.variantType(format, { whole, decider, cases });
  }
  const isEverywhere = bodies.length === 1 && common?.abis.length === abis.length && configurations.length === 0;
  const only = isEverywhere ? aggregates.ofRecord(common as Alternative) : undefined;
  if (only && !payload) return only.id;
  return bodies.length === 0 && !payload ? undefined : writer.partsType(format, only);
}
