/** Differences between headers and the schema, with the affected parts of both. */
import type { Abi, Arch, Field, Struct } from "../model.js";
import type { Problem } from "../problem.js";
import type { DescribedNumber, DescribedStruct } from "./described.js";
import type { Extent } from "./layout.js";
import type { HeaderMember, HeaderNumber, HeaderStruct, SourcePlace } from "./model.js";

/** Where a member is: the struct, and the nested aggregates on the path to it, outermost first. */
export interface AggregatePlace {
  readonly struct: Struct;
  readonly tag: string;
  readonly inside: readonly Field[];
}

/** Keys of the fields in the headers' order; names for new fields. */
export type FieldOrder = readonly string[];

export type HeaderDifference =
  | {
      readonly kind: "struct-added";
      readonly header: HeaderStruct;
      readonly part: "structs" | "architecture";
      readonly after?: Struct;
    }
  | { readonly kind: "struct-removed"; readonly described: DescribedStruct }
  | { readonly kind: "struct-renamed"; readonly described: DescribedStruct; readonly header: HeaderStruct }
  | {
      readonly kind: "field-added";
      readonly at: AggregatePlace;
      readonly member: HeaderMember;
      /** The field before it; undefined at the start. */
      readonly after?: Field;
      /** Keys of all fields in the headers' order, as for `order-changed`. */
      readonly order: FieldOrder;
    }
  | {
      readonly kind: "field-removed";
      readonly at: AggregatePlace;
      readonly field: Field;
      readonly name: string;
      readonly place: SourcePlace;
    }
  | {
      readonly kind: "field-renamed";
      readonly at: AggregatePlace;
      readonly field: Field;
      readonly name: string;
      readonly member: HeaderMember;
    }
  | {
      readonly kind: "type-changed";
      readonly at: AggregatePlace;
      readonly field: Field;
      readonly name: string;
      readonly member: HeaderMember;
      readonly was: string;
      readonly now: string;
    }
  | {
      readonly kind: "order-changed";
      readonly at: AggregatePlace;
      /** Names of the members that both have, in the schema's order; `now` has the headers' order. */
      readonly was: readonly string[];
      readonly now: readonly string[];
      readonly order: FieldOrder;
      readonly place: SourcePlace;
    }
  | {
      readonly kind: "alignment-changed";
      readonly at: AggregatePlace;
      /** The member whose alignment changed; undefined for the struct itself. */
      readonly field?: Field;
      /** Whether the attribute is that of the nested type rather than of the member. */
      readonly ofType: boolean;
      readonly was: number;
      readonly now: number;
      readonly place: SourcePlace;
    }
  | {
      readonly kind: "layout-changed";
      readonly at: AggregatePlace;
      readonly was: Extent;
      readonly now: Extent;
      readonly packed: boolean;
      readonly place: SourcePlace;
    }
  | {
      readonly kind: "number-added";
      readonly header: HeaderNumber;
      readonly part: "structs" | "architecture" | "flags";
      readonly before?: string;
    }
  | { readonly kind: "number-removed"; readonly described: DescribedNumber }
  | { readonly kind: "number-changed"; readonly described: DescribedNumber; readonly header: HeaderNumber }
  | { readonly kind: "architecture-added"; readonly id: string; readonly arch?: Arch }
  | {
      readonly kind: "architecture-removed";
      readonly arch: Arch;
      /** The `#error` of the headers for the architecture; undefined when they have no header for it. */
      readonly refusal?: Problem;
    };

export type DifferenceOf<K extends HeaderDifference["kind"]> = Extract<HeaderDifference, { kind: K }>;

/** A difference, with the ABIs that have it. */
export interface SharedDifference {
  readonly difference: HeaderDifference;
  readonly abis: readonly Abi[];
  /** The equal differences on the other architectures, with their places. */
  readonly others: readonly HeaderDifference[];
}
