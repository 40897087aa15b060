/** The types of record bodies: the struct, as the architecture and the length of the record select it, and the payload after it. */
import type { Payload } from "../../../model.js";
import type { FormatAggregate } from "../aggregates.js";
import { identifier } from "../facts.js";
import type { FormatSource } from "../image-format.js";
import type { BodyWriter, Variants } from "../record-body.js";
import type { Alternative, RecordFormat } from "../version-format.js";
import { bufferType } from "./buffers.js";
import { isOneOf, scalarType } from "./language.js";
import { type OtherTypes, payloadField } from "./payloads.js";

export class Bodies implements BodyWriter {
  constructor(
    private readonly image: FormatSource,
    private readonly others: OtherTypes,
  ) {}

  bufferType(): string {
    return bufferType(this.image, this.others);
  }

  partsType(format: RecordFormat, only: FormatAggregate | undefined): string {
    const { record, bodies, configurations, payload } = format;
    const structs = only
      ? [`    ${only.id} fields [[inline]];\n`]
      : [...configurations, ...bodies].map((own, index) => this.formOf(own, configurations, index > 0));
    const rest = payload ? [this.payload(format, payload)] : [];
    return this.others.add(identifier(record.name), record.doc, [...structs, ...rest].join(""));
  }

  private formOf(own: Alternative, configurations: readonly Alternative[], follows: boolean): string {
    const { id, size } = this.image.aggregates.ofRecord(own);
    const isHere = isOneOf(own.abis.map(({ arch }) => arch));
    const condition = configurations.includes(own) ? `(${isHere}) && record_end - $ == ${size}` : isHere;
    return `    ${follows ? "else " : ""}if (${condition})\n        ${id} fields [[inline]];\n`;
  }

  private payload({ payloadAbis }: RecordFormat, payload: Payload): string {
    const text = payloadField(this.image, this.others, "payload", payload, payload.doc ?? "");
    if (payloadAbis.length === this.image.format.abis.length) return `    ${text}`;
    return `    if (${isOneOf(payloadAbis.map(({ arch }) => arch))})\n        ${text}`;
  }

  /** Type of a record whose struct one of its fields selects. */
  variantType({ record }: RecordFormat, { whole, decider, cases }: Variants): string {
    const lines = cases.map(({ value, aggregate }) => `        (${value}): ${aggregate.id} fields [[inline]];\n`);
    return this.others.add(
      identifier(record.name),
      whole.doc,
      `    ${scalarType(decider.type)} decider @ $ + ${decider.offset} [[hidden]];
    match (decider) {
${lines.join("")}        (_): ${whole.id} fields [[inline]];
    }
`,
    );
  }
}
