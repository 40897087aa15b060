/** The descriptors of file tables by number. */
import type { Descriptor } from "../model/files.js";
import type { Side } from "./side.js";

/** The descriptors of a file table, in the order of their numbers; empty if the image does not have the table. */
export function descriptorsOf({ image, descriptorFields }: Side, table: number | undefined): readonly Descriptor[] {
  const object = image.object(table, "FILE_TABLE");
  if (!object) return [];
  const descriptors: Descriptor[] = [];
  let isInOrder = true;
  const { index, endIndex } = object;
  const rows = image.table;
  const kind = image.format.kind("FILE_DESC");
  for (let row = index + 1; row < endIndex; row = rows.end(row)) {
    if (rows.roleOf(row).kind !== kind) continue;
    descriptorFields.read(row);
    const number = descriptorFields.number(0);
    if (number === undefined) continue;
    isInOrder &&= number > (descriptors.at(-1)?.number ?? Number.NEGATIVE_INFINITY);
    // A number that is missing counts as 0.
    descriptors.push({
      number,
      closeOnExec: (descriptorFields.number(2) ?? 0) !== 0,
      fileObjref: descriptorFields.number(1) ?? 0,
    });
  }
  return isInOrder ? descriptors : inOrder(descriptors);
}

/** Of several descriptors with one number, the last one counts. */
function inOrder(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  const byNumber = new Map(descriptors.map((one) => [one.number, one]));
  return [...byNumber.values()].sort((one, other) => one.number - other.number);
}

/** Descriptors of two tables with the same number, in the order of the numbers; one of them may be missing. */
export function* pairsOf(
  a: readonly Descriptor[],
  b: readonly Descriptor[],
): Generator<readonly [Descriptor | undefined, Descriptor | undefined], void, void> {
  for (let [i, j] = [0, 0]; i < a.length || j < b.length; ) {
    const [one, other] = [a[i], b[j]];
    const isOne = one !== undefined && (other === undefined || one.number <= other.number);
    const isOther = other !== undefined && (one === undefined || other.number <= one.number);
    yield [isOne ? one : undefined, isOther ? other : undefined];
    if (isOne) i++;
    if (isOther) j++;
  }
}
