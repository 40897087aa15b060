/** What holds for all structs of an architecture: the rules of C there, and how its images are recognised. */
import { at, type Change } from "./change.js";
import { archAspects, documentationOf } from "./documentation.js";
import type { View } from "./view.js";

export function compareArches({ abi: { arch: old } }: View, { abi: { arch: now } }: View): Change[] {
  const subject = `architecture ${now.id}`;
  const changes: Change[] = [];
  const tell = (kind: Change["kind"], from: string | undefined, to: string | undefined, key: string) => {
    if (from === to) return;
    changes.push({
      kind,
      subject,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      place: at(now.origin, key),
    });
  };
  tell("byte-order", `${old.endian}-endian`, `${now.endian}-endian`, "endian");
  tell("word-size", `${old.bits} bits`, `${now.bits} bits`, "bits");
  tell("align-64", `${old.align64}`, `${now.align64}`, "align64");
  tell("arch-id", old.idName ?? "no enumerator", now.idName ?? "no enumerator", "id");
  tell("usual-page-size", `${old.pageSizes[0]}`, `${now.pageSizes[0]}`, "page_sizes");
  for (const size of gone(old.pageSizes, now.pageSizes))
    tell("page-size-removed", `page size ${size}`, undefined, "page_sizes");
  for (const size of gone(now.pageSizes, old.pageSizes))
    tell("page-size-added", undefined, `page size ${size}`, "page_sizes");
  for (const name of gone(old.machines, now.machines))
    tell("machine-removed", `machine ${name}`, undefined, "machines");
  for (const name of gone(now.machines, old.machines)) tell("machine-added", undefined, `machine ${name}`, "machines");
  return [...changes, ...documentationOf(subject, now.origin, archAspects(old), archAspects(now))];
}

function gone<T>(these: readonly T[], those: readonly T[]): T[] {
  return these.filter((one) => !those.includes(one));
}
