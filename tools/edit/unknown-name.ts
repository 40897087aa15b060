/** Messages for unknown names: with the names that may have been meant, or those that exist. */
import { nearestNames } from "../abi/nearest.js";
import { fieldsOfRecord } from "./field.js";
import type { Lookup } from "./lookup.js";
import { editName } from "./names.js";
import { isNode, type Spot } from "./spot.js";

/** Maximum number of names in a message. */
const MAX_NAMES = 12;

export function unknownName(lookup: Lookup, spot: Spot, name: string): string {
  const names = [...new Set(namesUnder(lookup, spot))];
  if (names.length === 0) return `there is nothing in it that is called ${name}`;
  const near = nearestNames(name, names);
  if (near.length > 0) return `there is no ${name} here; did you mean ${near.join(" or ")}?`;
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return `there is no ${name} here; there are ${shown}${names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : ""}`;
}

function* namesUnder(lookup: Lookup, spot: Spot): Generator<string, void, void> {
  const { image } = lookup;
  if (!isNode(spot)) {
    for (const { name, hidden } of spot.parts()) if (!hidden && name !== "h") yield name;
    return;
  }
  if (spot.rule === undefined) {
    yield* namesUnder(lookup, fieldsOfRecord(image, spot));
    return;
  }
  const { main, names } = lookup.scopeOf(spot);
  if (main) yield* namesUnder(lookup, fieldsOfRecord(image, main));
  const mainName = main && editName(image, main);
  for (const name of names) if (name !== mainName) yield name;
  if (spot.index !== 0) return;
  for (const object of image.objects.values()) yield (object.rule ?? "").toLowerCase();
  yield "record";
  yield "object";
}
