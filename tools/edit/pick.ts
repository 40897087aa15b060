/** Applies a selector to the items that a name can mean. */

import { UsageError } from "../errors/usage-error.js";
import { hex } from "../image/hex.js";
import type { Field } from "./field.js";
import type { Lookup } from "./lookup.js";
import type { PathSelector } from "./path.js";
import { isNode, type Spot, type SpotGroup } from "./spot.js";

interface Picked {
  readonly spot: Spot;
  /** Selector in the path of the item: `[3]`, or empty for the only item. */
  readonly selector: string;
}

/**
 * Selects from a group of items.
 *
 * @returns the reason in words if there is none
 */
export function pickSpots(
  lookup: Lookup,
  group: SpotGroup,
  selector: PathSelector | undefined,
): Iterable<Picked> | string {
  switch (selector?.kind) {
    case undefined:
      return pickOnly(group);
    case "all":
      return all(group);
    case "index":
      return group.objectType === undefined || selector.index <= 0
        ? pickPlace(group, selector.index)
        : pickObject(group, selector.index);
    case "offset":
      return pickOffset(group, selector.offset);
    case "key":
      return pickByKey(lookup, group, selector.key, selector.value);
  }
}

function pickOnly(group: SpotGroup): Iterable<Picked> | string {
  const found: Spot[] = [];
  let count = 0;
  for (const spot of group.spots()) if (count++ === 0) found.push(spot);
  if (count <= 1) return found.map((spot) => ({ spot, selector: "" }));
  return `there are ${count}: say which one, ${rangeOf(group)}, or ${group.name}[*] for all`;
}

function* all(group: SpotGroup): Generator<Picked, void, void> {
  let place = 0;
  for (const spot of group.spots()) {
    yield { spot, selector: `[${numberOf(group, spot) ?? place}]` };
    place++;
  }
}

function pickPlace(group: SpotGroup, index: number): Iterable<Picked> | string {
  const spots = index < 0 ? [...group.spots()] : undefined;
  let place = 0;
  const wanted = spots ? spots.length + index : index;
  for (const spot of spots ?? group.spots())
    if (place++ === wanted) return [{ spot, selector: `[${numberOf(group, spot) ?? wanted}]` }];
  return `there is no ${group.name}[${index}]; ${knownOf(group)}`;
}

function pickObject(group: SpotGroup, objref: number): Iterable<Picked> | string {
  for (const spot of group.spots()) if (numberOf(group, spot) === objref) return [{ spot, selector: `[${objref}]` }];
  return `no ${group.objectType} has the number ${objref}; ${knownOf(group)}`;
}

function pickOffset(group: SpotGroup, offset: number): Iterable<Picked> | string {
  let before: number | undefined;
  for (const spot of group.spots()) {
    const { record } = spot;
    if (!record || group.name !== "record") return `${group.name} is not found by an offset, only record[@OFFSET] is`;
    if (record.offset === offset) return [{ spot, selector: `[@${hex(offset)}]` }];
    if (record.offset < offset) before = record.offset;
  }
  const near = before === undefined ? "" : `; the last one before begins at ${hex(before)}`;
  return `no record begins at ${hex(offset)}${near}`;
}

function pickByKey(lookup: Lookup, group: SpotGroup, key: string, value: string): Iterable<Picked> | string {
  const found: Picked[] = [];
  let place = 0;
  let reason: string | undefined;
  let fits = false;
  for (const spot of group.spots()) {
    const selector = `[${numberOf(group, spot) ?? place}]`;
    place++;
    try {
      if (lookup.fits(spot, key, value)) found.push({ spot, selector });
      fits = true;
    } catch (error) {
      // Some items may lack the field, such as exited tasks; if all do, it is a mistake.
      reason ??= whyNoMatch(error, key);
    }
  }
  if (found.length > 0) return found;
  return fits || reason === undefined ? `no ${group.name} has ${key}=${value}; ${knownOf(group)}` : reason;
}

/** Why a selector matched nothing: the key leads nowhere, or the text is not a value of its field. */
function whyNoMatch(error: unknown, key: string): string {
  if (error instanceof UsageError && error.code === "bad-path") return `${key}: ${error.reason}`;
  if (error instanceof UsageError && error.code === "bad-value") return error.reason;
  throw error;
}

function numberOf({ objectType }: SpotGroup, spot: Spot): number | undefined {
  return objectType !== undefined && isNode(spot) ? spot.object?.objref : undefined;
}

/** Maximum number of object numbers in a message. */
const MAX_NAMED_OBJECTS = 8;

function knownOf(group: SpotGroup): string {
  const count = countOf(group);
  if (count === 0) return `the image has no ${group.objectType ?? group.name}`;
  return count === 1 ? `there is one, ${rangeOf(group)}` : `there are ${count}, ${rangeOf(group)}`;
}

function rangeOf(group: SpotGroup): string {
  const { name } = group;
  const count = countOf(group);
  if (group.objectType === undefined) return count === 1 ? `${name}[0]` : `${name}[0] to ${name}[${count - 1}]`;
  const numbers: number[] = [];
  for (const spot of group.spots()) if (numbers.length < MAX_NAMED_OBJECTS) numbers.push(numberOf(group, spot) ?? 0);
  return numbers.map((number) => `${name}[${number}]`).join(", ") + (count > MAX_NAMED_OBJECTS ? `, …` : "");
}

function countOf(group: SpotGroup): number {
  let count = 0;
  for (const _ of group.spots()) count++;
  return count;
}

/**
 * Selects elements of an array by their indexes.
 *
 * @param shown the path of the array
 */
export function pickElements(
  lookup: Lookup,
  array: Field | undefined,
  selector: PathSelector,
  shown: string,
): Iterable<number> | string {
  const length = array?.length;
  if (!array || length === undefined) return `${shown} is not an array`;
  if (length === 0) return `${shown} has no elements`;
  switch (selector.kind) {
    case "all":
      return Array.from({ length }, (_, i) => i);
    case "offset":
      return `${shown} is not found by an offset, only record[@OFFSET] is`;
    case "index": {
      const index = selector.index < 0 ? length + selector.index : selector.index;
      if (index >= 0 && index < length) return [index];
      return `${shown} has no element ${selector.index}; it has ${length}, ${shown}[0] to [${length - 1}]`;
    }
    case "key":
      return elementsByKey(lookup, array, length, selector, shown);
  }
}

function elementsByKey(
  lookup: Lookup,
  array: Field,
  length: number,
  { key, value }: PathSelector & { readonly kind: "key" },
  shown: string,
): number[] | string {
  const found: number[] = [];
  try {
    for (let i = 0; i < length; i++) if (lookup.fits(array.element(i), key, value)) found.push(i);
  } catch (error) {
    return whyNoMatch(error, key);
  }
  return found.length > 0 ? found : `no element of ${shown} has ${key}=${value}`;
}
