/** What stands behind the header of a record, as all descriptions tell it. */
import type { Aggregate, Aggregates } from "./aggregates.js";
import { deciderOf } from "./facts.js";
import type { Alternative, RecordFormat } from "./version-format.js";

export type RecordBody =
  /** What it is follows from the records before. */
  | { readonly kind: "buffer" }
  /** A field of the struct decides which struct it is. */
  | {
      readonly kind: "variants";
      readonly whole: Aggregate;
      readonly decider: NonNullable<ReturnType<typeof deciderOf>>;
      readonly cases: readonly { readonly value: number; readonly aggregate: Aggregate }[];
    }
  /** One struct and nothing else. */
  | { readonly kind: "struct"; readonly aggregate: Aggregate }
  /** The same struct everywhere, or one of several, and then the payload. */
  | { readonly kind: "parts"; readonly only: Aggregate | undefined };

/** Undefined for a record of which nothing is known but bytes. */
export function recordBody(format: RecordFormat, aggregates: Aggregates): RecordBody | undefined {
  const { abis, bodies, configurations, variants, payload } = format;
  if (payload?.kind === "context") return { kind: "buffer" };
  const [common] = bodies;
  const whole = variants.length > 0 && common ? aggregates.ofRecord(common) : undefined;
  const decider = whole && deciderOf(format, whole);
  if (whole && decider) {
    const cases = variants.map(({ value, body }) => ({ value, aggregate: aggregates.ofRecord(body) }));
    return { kind: "variants", whole, decider, cases };
  }
  const isEverywhere = bodies.length === 1 && common?.abis.length === abis.length && configurations.length === 0;
  const only = isEverywhere ? aggregates.ofRecord(common as Alternative) : undefined;
  if (payload) return { kind: "parts", only };
  if (only) return { kind: "struct", aggregate: only };
  return bodies.length === 0 ? undefined : { kind: "parts", only };
}
