/** What paths lead to. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type Field, isAllPayload, payloadField } from "./field.js";

/** A field, or a record, a part or an object with all its fields. */
export type Spot = TreeNode | Field;

export interface Match {
  /** The path with the place of each part instead of a wildcard. */
  readonly path: string;
  readonly spot: Spot;
}

/** Things of one kind that a name stands for. */
export interface Group {
  readonly name: string;
  /** In the order of the image. */
  readonly spots: () => Iterable<Spot>;
  /** They are objects, and a number in brackets is theirs. */
  readonly objectType?: string;
  /** Why there is nothing in it. */
  readonly reason?: string;
}

/** The field whose value a path stands for that ends there: of a record without a struct its payload. */
export function valueFieldOf(image: Image, spot: Spot): Field | undefined {
  if (!isNode(spot)) return spot;
  if (spot.rule !== undefined || !spot.record) return undefined;
  return isAllPayload(spot.record) ? payloadField(image, spot) : undefined;
}

/** Whether it is a part of the image, an object or a record, and not a field. */
export function isNode(spot: Spot): spot is TreeNode {
  return "index" in spot;
}
