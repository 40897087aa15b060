/** What headers say otherwise than the schema, with the parts of both that it is about. */
import type { Abi, Arch, Field, Struct } from "../model.js";
import type { Problem } from "../problem.js";
import type { DescribedNumber, DescribedStruct } from "./described.js";
import type { Extent } from "./layout.js";
import type { HeaderMember, HeaderNumber, HeaderStruct, Place } from "./model.js";

/** Where a member lies: the struct, and the nested aggregates on the way, outermost first. */
export interface Aggregate {
  readonly struct: Struct;
  readonly tag: string;
  readonly inside: readonly Field[];
}

/** Keys of the fields in the headers' order; of new ones the names. */
export type Order = readonly string[];

export type Difference =
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
      readonly at: Aggregate;
      readonly member: HeaderMember;
      /** The field before it; undefined at the start. */
      readonly after?: Field;
      /** Keys of all fields in the headers' order, as for `order-changed`. */
      readonly order: Order;
    }
  | {
      readonly kind: "field-removed";
      readonly at: Aggregate;
      readonly field: Field;
      readonly name: string;
      readonly place: Place;
    }
  | {
      readonly kind: "field-renamed";
      readonly at: Aggregate;
      readonly field: Field;
      readonly name: string;
      readonly member: HeaderMember;
    }
  | {
      readonly kind: "type-changed";
      readonly at: Aggregate;
      readonly field: Field;
      readonly name: string;
      readonly member: HeaderMember;
      readonly was: string;
      readonly now: string;
    }
  | {
      readonly kind: "order-changed";
      readonly at: Aggregate;
      /** Names in the schema's and in the headers' order, of the members that both have. */
      readonly was: readonly string[];
      readonly now: readonly string[];
      readonly order: Order;
      readonly place: Place;
    }
  | {
      readonly kind: "alignment-changed";
      readonly at: Aggregate;
      /** The member whose alignment changed; undefined for the struct itself. */
      readonly field?: Field;
      /** Whether it is the attribute of the nested type and not of the member. */
      readonly ofType: boolean;
      readonly was: number;
      readonly now: number;
      readonly place: Place;
    }
  | {
      readonly kind: "layout-changed";
      readonly at: Aggregate;
      readonly was: Extent;
      readonly now: Extent;
      readonly packed: boolean;
      readonly place: Place;
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
      /** The `#error` that the headers have for it; undefined when they have no header for it. */
      readonly refusal?: Problem;
    };

export type DifferenceOf<K extends Difference["kind"]> = Extract<Difference, { kind: K }>;

/** One difference, and the versions on architectures where it is the same. */
export interface SharedDifference {
  readonly difference: Difference;
  readonly abis: readonly Abi[];
  /** The same difference on the other architectures, with its places there. */
  readonly others: readonly Difference[];
}
