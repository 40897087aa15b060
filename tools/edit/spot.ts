/** What paths lead to. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { type Field, isAllPayload, payloadField } from "./field.js";

/** A field, or a record, part or object with all its fields. */
export type Spot = TreeNode | Field;

export interface SpotMatch {
  /** The path with an index in place of each wildcard. */
  readonly path: string;
  readonly spot: Spot;
}

/** Items of one kind that a name can mean. */
export interface SpotGroup {
  readonly name: string;
  /** In the order of the image. */
  readonly spots: () => Iterable<Spot>;
  /** Object type, if the items are objects and a number in brackets is their object number. */
  readonly objectType?: string;
  /** Why the group is empty. */
  readonly reason?: string;
}

/** The field whose value a path to `spot` means: for a record without a struct its payload. */
export function valueFieldOf(image: Image, spot: Spot): Field | undefined {
  if (!isNode(spot)) return spot;
  if (spot.rule !== undefined || !spot.record) return undefined;
  return isAllPayload(spot.record) ? payloadField(image, spot) : undefined;
}

/** Whether a spot is a part of the image, an object or a record, not a field. */
export function isNode(spot: Spot): spot is TreeNode {
  return "index" in spot;
}
