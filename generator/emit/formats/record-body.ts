/** Decides what follows the header of a record, once for all format descriptions. */
import type { Aggregates, FormatAggregate } from "./aggregates.js";
import { deciderOf } from "./facts.js";
import type { Alternative, RecordFormat } from "./version-format.js";

/** Structs of a record one of whose fields selects among them. */
export interface Variants {
  /** The struct for all other values of the field. */
  readonly whole: FormatAggregate;
  readonly decider: NonNullable<ReturnType<typeof deciderOf>>;
  readonly cases: readonly { readonly value: number; readonly aggregate: FormatAggregate }[];
}

/** Describes record bodies in one language; each method returns the name of the type. */
export interface BodyWriter {
  /** Type of a buffer, whose contents follow from the records before it. */
  bufferType(): string;
  variantType(format: RecordFormat, variants: Variants): string;
  /** Type of a struct and the payload after it. `only` is the struct, if it is the same on all architectures. */
  partsType(format: RecordFormat, only: FormatAggregate | undefined): string;
}

/** Type of a record body; undefined for a record whose bytes have no description. */
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
