/** Compares the records of one kind of both images. */
import type { TreeNode } from "../image/tree.js";
import type { FieldChange } from "./difference.js";
import { compareFields, type FieldOptions } from "./fields.js";
import { structAt } from "./leaves.js";
import type { Pass } from "./pass.js";

/** The fields that differ; none if an image lacks the record. */
export function compareRecordFields(
  pass: Pass,
  a: TreeNode | undefined,
  b: TreeNode | undefined,
  options: FieldOptions,
): FieldChange[] {
  const [one, other] = [structAt(pass.a.image, a), structAt(pass.b.image, b)];
  return one && other ? compareFields(one, other, pass.unknown, options) : [];
}
