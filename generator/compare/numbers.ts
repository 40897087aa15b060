/** Constants, enumerators, and the numbers of records and objects in one version on one architecture. */

import { pairUp } from "../../runtime/comparison.js";
import type { Origin } from "../load/document.js";
import type { Constant, Enumeration, Enumerator, Model } from "../model.js";
import { at, type Change, lastPlace } from "./change.js";
import { documentationOf, enumerationAspects, numberAspects } from "./documentation.js";
import type { View } from "./view.js";

interface Named {
  readonly name: string;
  readonly value: string;
  /** Enumeration; empty for a constant. */
  readonly of: string;
  /** Defined by other headers: the schema names values there, as many as it likes. */
  readonly external: boolean;
  readonly thing: Constant | Enumerator;
  readonly origin: Origin;
}

export function compareNumbers(before: View, after: View): Change[] {
  const { both, removed, added } = pairUp(
    numbersOf(before),
    numbersOf(after),
    ({ name }) => name,
    // The value of an enumerator says what it is; constants may be equal by chance.
    ({ of, value }) => (of === "" || value === SENTINEL ? undefined : `${of} ${value}`),
  );
  return [
    ...removed.map(
      (number): Change => ({
        kind: "number-removed",
        subject: number.name,
        from: number.value,
        place: lastPlace(number.origin, originOf(after.model, number.name), enumerationOf(after.model, number.of)),
      }),
    ),
    ...added.map(
      (number): Change => ({
        kind: number.external ? "external-added" : "number-added",
        subject: number.name,
        to: number.value,
        place: at(number.origin),
      }),
    ),
    ...both.flatMap(([old, now]) => compareNumber(old, now)),
    ...compareEnumerations(before.model, after.model),
  ];
}

function compareNumber(old: Named, now: Named): Change[] {
  const changes: Change[] = [];
  const place = at(now.origin);
  if (old.name !== now.name)
    changes.push({ kind: "number-renamed", subject: now.name, from: old.name, to: now.name, place });
  if (old.value !== now.value)
    changes.push({
      kind: now.external ? "external-changed" : "number-changed",
      subject: now.name,
      from: old.value,
      to: now.value,
      place: at(now.origin, "value"),
    });
  if (old.external !== now.external) {
    const owner = ({ external }: Named) => (external ? "other headers" : "the checkpoint headers");
    changes.push({ kind: "number-owner", subject: now.name, from: owner(old), to: owner(now), place });
  }
  return [...changes, ...documentationOf(now.name, now.origin, numberAspects(old.thing), numberAspects(now.thing))];
}

/** Its value follows from numbers that are told themselves. */
const SENTINEL = "one past the last";

function numbersOf({ model, abi }: View): Named[] {
  const enumerators = model.enums.flatMap((enumeration) =>
    enumeration.values.filter(isOwn).flatMap((enumerator): Named[] => {
      const value = enumerator.value.at(abi);
      if (value === undefined) return [];
      return [
        {
          name: enumerator.name,
          value: isSentinel(enumerator) ? SENTINEL : String(value),
          of: enumeration.name,
          external: enumeration.external !== undefined,
          thing: enumerator,
          origin: enumerator.origin,
        },
      ];
    }),
  );
  const constants = model.constants.flatMap((constant): Named[] => {
    const value = constant.value.at(abi);
    if (value === undefined) return [];
    return [
      {
        name: constant.name,
        value: constant.format === "hex" ? `0x${value.toString(16)}` : String(value),
        of: "",
        external: constant.external !== false,
        thing: constant,
        origin: constant.origin,
      },
    ];
  });
  return [...enumerators, ...constants];
}

/** Enumerators that records and objects make are told with those. */
function isOwn({ origin }: Enumerator): boolean {
  return origin.path[0] === "enums";
}

function isSentinel({ origin }: Enumerator): boolean {
  let part = origin.document.data;
  for (const step of origin.path) part = (part as Readonly<Record<string, unknown>>)[step];
  return (part as { readonly sentinel?: true }).sentinel === true;
}

function originOf(model: Model, name: string): { readonly origin: Origin } | undefined {
  return [...model.enums.flatMap(({ values }) => values), ...model.constants].find((number) => number.name === name);
}

function enumerationOf(model: Model, name: string): Enumeration | undefined {
  return model.enums.find((enumeration) => enumeration.name === name);
}

function compareEnumerations(before: Model, after: Model): Change[] {
  const identity = ({ name, family }: Enumeration) => `${family ?? ""}/${name}`;
  return pairUp(before.enums, after.enums, identity).both.flatMap(([old, now]): Change[] => {
    const documentation = documentationOf(now.name, now.origin, enumerationAspects(old), enumerationAspects(now));
    if (old.bits === now.bits) return documentation;
    const form = (bits: boolean) => (bits ? "masks" : "plain values or bit numbers");
    return [
      {
        kind: "enum-bits",
        subject: now.name,
        from: form(old.bits),
        to: form(now.bits),
        place: at(now.origin, "bits"),
      },
      ...documentation,
    ];
  });
}
