/** Duplicates: two things with one name or one number in one version on one architecture. */

import type { Layout, Layouts } from "../layout.js";
import { type Origin, problemAt, within } from "../load/document.js";
import type { Abi, Field, Model, Struct } from "../model.js";
import type { Problem } from "../problem.js";

/** A thing that has a name or a number. */
interface Claim {
  readonly kind: string;
  readonly value: string;
  readonly owner: string;
  readonly origin: Origin;
}

export function checkNames(model: Model, layouts: Layouts): Problem[] {
  const problems: Problem[] = [];
  const reported = new Set<Origin>();
  for (const abi of model.abis) {
    const owners = new Map<string, Claim>();
    for (const claim of claims(model, abi)) {
      const key = `${claim.kind}\0${claim.value}`;
      const other = owners.get(key);
      if (!other) owners.set(key, claim);
      // Reported once, not per version and architecture.
      else if (!reported.has(claim.origin)) {
        reported.add(claim.origin);
        problems.push(collision(claim, other, abi));
      }
    }
  }
  return [...problems, ...model.structs.flatMap((struct) => sameMembers(struct, layouts))];
}

function* claims(model: Model, abi: Abi): Generator<Claim> {
  for (const { key, names, variant, origin, present } of model.structs)
    if (present(abi)) {
      const name = names.at(abi) ?? key;
      yield { kind: "struct name", value: variant ? `${name} (${variant})` : name, owner: key, origin };
    }
  for (const [kind, items] of [
    ["record", model.records],
    ["object", model.objects],
  ] as const)
    for (const { name, number, origin } of items) {
      const value = number.at(abi);
      if (value === undefined) continue;
      yield { kind: `${kind} name`, value: name, owner: name, origin };
      yield { kind: `${kind} number`, value: String(value), owner: name, origin };
    }
  for (const { name, family, origin, values } of model.enums) {
    if (family === undefined || family === abi.arch.family)
      yield { kind: "enumeration name", value: name, owner: name, origin };
    for (const value of values)
      if (value.value.at(abi) !== undefined)
        yield { kind: "constant name", value: value.name, owner: `${name}.${value.name}`, origin: value.origin };
  }
  for (const [kind, items] of [
    ["system call", model.syscalls],
    ["error", model.errors],
  ] as const)
    for (const item of items) {
      const { name, number, origin } = item;
      yield { kind: `${kind} name`, value: name, owner: name, origin };
      const value = number.at(abi);
      // Such a number was later given to another call, so it is compared only with numbers that have the same end.
      const until = "before" in item ? ` before ${item.before}` : "";
      if (value !== undefined) yield { kind: `${kind} number`, value: `${value}${until}`, owner: name, origin };
    }
  for (const { name, value, origin } of model.constants)
    if (value.at(abi) !== undefined) yield { kind: "constant name", value: name, owner: name, origin };
}

function collision(claim: Claim, other: Claim, abi: Abi): Problem {
  const { kind, value, owner, origin } = claim;
  const twice = `the ${kind} ${value} is used twice in ${abi.version.id}`;
  const isNumber = kind.endsWith("number");
  return problemAt(
    isNumber ? within(origin, "number") : origin,
    {
      rule: isNumber ? "duplicate-number" : "duplicate-name",
      message:
        owner === other.owner
          ? `${twice}: here and in ${other.origin.document.file}`
          : `${twice}: by ${other.owner} and by ${owner}`,
    },
    isNumber ? "value" : "key",
  );
}

/** Members with equal names. Members of anonymous aggregates count as members of the parent, as in C. */
function sameMembers(struct: Struct, layouts: Layouts): Problem[] {
  const reported = new Set<Field>();
  return (layouts.distinct.get(struct) ?? []).flatMap(({ layout, abis }) => {
    const problems: Problem[] = [];
    const visit = (aggregate: Layout, names: Set<string>) => {
      for (const { name, field, type } of aggregate.members) {
        if (name !== null && names.has(name) && !reported.has(field)) {
          reported.add(field);
          problems.push(
            problemAt(field.origin, {
              rule: "duplicate-name",
              message: `${struct.key} has two members \`${name}\` in ${abis[0]?.version.id}`,
            }),
          );
        }
        if (name !== null) names.add(name);
        if (type.kind === "struct" || type.kind === "union") visit(type.layout, name === null ? names : new Set());
      }
    };
    visit(layout, new Set());
    return problems;
  });
}
