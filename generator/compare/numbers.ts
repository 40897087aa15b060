/** Constants, enumerators, and the numbers of records and objects in one version on one architecture. */

import { pairUp } from "../../runtime/comparison.js";
import type { Origin } from "../load/document.js";
import type { Constant, Enumeration, Enumerator, Model } from "../model.js";
import { type Change, changeAt, changed, lastPlace } from "./change.js";
import { documentationOf, enumerationAspects, numberAspects } from "./documentation.js";
import type { View } from "./view.js";

interface Named {
  readonly name: string;
  readonly value: string;
  /** Name of the enumeration; empty for a constant. */
  readonly of: string;
  /** Whether other headers define the number. The schema names as many of those as it needs. */
  readonly external: boolean;
  readonly thing: Constant | Enumerator;
  readonly origin: Origin;
}

export function compareNumbers(before: View, after: View): Change[] {
  const { both, removed, added } = pairUp(
    numbersOf(before),
    numbersOf(after),
    ({ name }) => name,
    // An enumerator without a counterpart of its name is paired by value. Constants are not: they may be equal by chance.
    ({ of, value }) => (of === "" || value === SENTINEL ? undefined : `${of} ${value}`),
  );
  return [
    ...removed.flatMap(({ name, value, of, origin }) =>
      changed(
        "number-removed",
        name,
        { from: value },
        lastPlace(
          origin,
          originOf(after.model, name),
          after.model.enums.find((enumeration) => enumeration.name === of),
        ),
      ),
    ),
    ...added.flatMap(({ name, value, external, origin }) =>
      changed(external ? "external-added" : "number-added", name, { to: value }, changeAt(origin)),
    ),
    ...both.flatMap(([old, now]) => compareNumber(old, now)),
    ...compareEnumerations(before.model, after.model),
  ];
}

function compareNumber(old: Named, now: Named): Change[] {
  const { name, value, external, origin, thing } = now;
  const owner = (number: Named) => (number.external ? "other headers" : "the checkpoint headers");
  const kind = external ? "external-changed" : "number-changed";
  return [
    ...changed("number-renamed", name, { from: old.name, to: name }, changeAt(origin)),
    ...changed(kind, name, { from: old.value, to: value }, changeAt(origin, "value")),
    ...changed("number-owner", name, { from: owner(old), to: owner(now) }, changeAt(origin)),
    ...documentationOf(name, origin, numberAspects(old.thing), numberAspects(thing)),
  ];
}

/** Stands in for the value of a sentinel, which follows from numbers that are compared themselves. */
const SENTINEL = "one past the last";

function numbersOf({ model, abi }: View): Named[] {
  const enumerators = model.enums.flatMap(({ name: of, external, values }) =>
    values.filter(isOwn).flatMap((thing): Named[] => {
      const number = thing.value.at(abi);
      if (number === undefined) return [];
      const value = thing.sentinel ? SENTINEL : String(number);
      return [{ name: thing.name, value, of, external: external !== undefined, thing, origin: thing.origin }];
    }),
  );
  const constants = model.constants.flatMap((thing): Named[] => {
    const number = thing.value.at(abi);
    if (number === undefined) return [];
    const value = thing.format === "hex" ? `0x${number.toString(16)}` : String(number);
    return [{ name: thing.name, value, of: "", external: thing.external !== false, thing, origin: thing.origin }];
  });
  return [...enumerators, ...constants];
}

/** Whether the schema lists the enumerator itself. Enumerators derived from records and objects are reported with those. */
function isOwn({ origin }: Enumerator): boolean {
  return origin.path[0] === "enums";
}

function originOf(model: Model, name: string): { readonly origin: Origin } | undefined {
  return [...model.enums.flatMap(({ values }) => values), ...model.constants].find((number) => number.name === name);
}

function compareEnumerations(before: Model, after: Model): Change[] {
  const identity = ({ name, family }: Enumeration) => `${family ?? ""}/${name}`;
  const form = ({ bits }: Enumeration) => (bits ? "masks" : "plain values or bit numbers");
  return pairUp(before.enums, after.enums, identity).both.flatMap(([old, now]) => [
    ...changed("enum-bits", now.name, { from: form(old), to: form(now) }, changeAt(now.origin, "bits")),
    ...documentationOf(now.name, now.origin, enumerationAspects(old), enumerationAspects(now)),
  ]);
}
