/** All ABIs, and the records and enumerators of a version. */
import { registry } from "../../generated/codecs/index.js";
import type { ImageFormat } from "../../tools/image/index.js";
import { Syntax, type SyntaxRule, type SyntaxStep } from "../../tools/image/walk/syntax.js";

export const ABIS = registry.versions.flatMap((version) =>
  registry.arches(version).map((arch) => `${version}/${arch}`),
);

/** Versions that have an architecture, in order. */
export function versionsOf(arch: string): string[] {
  return registry.versions.filter((version) => registry.arches(version).includes(arch));
}

/** Every architecture, with the versions that brought great changes. */
export const SOME_ABIS = [
  "v16/x86_32",
  "v17/s390",
  "v18/powerpc",
  "v19-rc1/x86_64",
  "v20-a/s390x",
  "v21/powerpc64",
  "v22-arm/arm",
  "v23-rc1-c/x86_32",
  "v23-rc2-arm/x86_64",
];

/** Names of all records that the grammar can reach: others have a number, but no image of the architecture has them. */
export function recordsOf(format: ImageFormat): Set<string> {
  const syntax = new Syntax(format);
  const names = new Set<string>(["OBJREF"]);
  const known = new Set<SyntaxRule>();
  const visit = (step: SyntaxStep) => {
    if (step.kind) names.add(step.kind.name);
    if (step.rule) follow(step.rule);
    step.items.forEach(visit);
  };
  const follow = (rule: SyntaxRule) => {
    if (known.has(rule)) return;
    known.add(rule);
    rule.items.forEach(visit);
  };
  syntax.anywhere.forEach(visit);
  for (const rule of [syntax.start, ...syntax.bodies.values()]) follow(rule);
  return names;
}

/** Enumerators of an enumeration in this version, without sentinels. */
export function enumerators(format: ImageFormat, name: string): string[] {
  const enumeration = registry.tables.enums.find((candidate) => candidate.name === name);
  return (enumeration?.values ?? [])
    .filter(({ value }) => format.abi.valueOf(value) !== undefined)
    .map((value) => value.name)
    .filter((value) => !value.endsWith("_MAX"));
}
