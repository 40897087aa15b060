/** The types of record bodies: the struct, as the architecture and the length of the record select it, and the payload after it. */
import type { Payload } from "../../../model.js";
import type { FormatAggregate } from "../aggregates.js";
import { identifier } from "../facts.js";
import type { FormatSource } from "../image-format.js";
import type { BodyWriter, Variants } from "../record-body.js";
import type { Alternative, RecordFormat } from "../version-format.js";
import { bufferType } from "./buffers.js";
import { isOneOf, SCALAR } from "./expressions.js";
import { type OtherTypes, payloadFields } from "./payloads.js";
import { attribute, indent, type Lines, REST } from "./yaml.js";

export class Bodies implements BodyWriter {
  constructor(
    private readonly image: FormatSource,
    private readonly others: OtherTypes,
  ) {}

  bufferType(): string {
    return bufferType(this.image, this.others);
  }

  partsType(format: RecordFormat, only: FormatAggregate | undefined): string {
    const { record, abis, bodies, configurations, payload } = format;
    const structs = only
      ? attribute("fields", [`type: ${only.id}`])
      : [...bodies, ...configurations].flatMap((own) => this.formOf(own, configurations));
    const withStruct = new Set(bodies.flatMap((own) => own.abis));
    const rest = record.struct !== undefined && abis.some((abi) => !withStruct.has(abi)) ? REST : [];
    return this.others.add(record.name.toLowerCase(), record.doc, [
      ...structs,
      ...(payload ? this.payload(format, payload) : []),
      ...rest,
    ]);
  }

  /** A struct under the condition that the architecture has it. */
  private formOf(own: Alternative, configurations: readonly Alternative[]): Lines {
    const { aggregates } = this.image;
    const { id, size } = aggregates.ofRecord(own);
    const isHere = isOneOf(
      own.abis.map(({ arch }) => arch),
      "_root.",
    );
    const rivals = configurations.filter(({ abis }) => abis.some((abi) => own.abis.includes(abi)));
    const bySize = rivals.includes(own)
      ? [`_io.size == ${size}`]
      : rivals.map((rival) => `_io.size != ${aggregates.ofRecord(rival).size}`);
    const { variant } = own.struct;
    const name = `${variant ? `${variant}_` : ""}${own.label}`;
    return attribute(name, [
      `type: ${id}`,
      `if: ${[bySize.length > 0 ? `(${isHere})` : isHere, ...bySize].join(" and ")}`,
    ]);
  }

  private payload({ payloadAbis }: RecordFormat, payload: Payload): Lines {
    const arches = payloadAbis.map(({ arch }) => arch);
    const isEverywhere = arches.length === this.image.format.abis.length;
    const condition = isEverywhere ? [] : [`if: ${isOneOf(arches, "_root.")}`];
    return payloadFields(this.image, "payload", payload, payload.doc ?? "", condition);
  }

  /** Type of a record whose struct one of its fields selects. */
  variantType({ record }: RecordFormat, { whole, decider, cases }: Variants): string {
    const on = identifier(decider.name);
    const types = [...cases.map(({ value, aggregate }) => `${value}: ${aggregate.id}`), `_: ${whole.id}`];
    return this.others.add(
      record.name.toLowerCase(),
      whole.doc,
      attribute("fields", ["type:", `  switch-on: ${on}`, "  cases:", ...indent(types, 4)]),
      ["instances:", `  ${on}: { pos: ${decider.offset}, type: ${SCALAR[decider.type]} }`],
    );
  }
}
