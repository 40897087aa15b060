/** Addresses in the reference. They are permanent: pages and anchors of existing things do not move. */
import type { GrammarRule, Struct } from "../../model.js";
import type { Address } from "./content.js";

/** Entries of the navigation, in order. */
export const SECTIONS = [
  { page: "index", title: "Start" },
  { page: "structs/index", title: "Structs" },
  { page: "records/index", title: "Records" },
  { page: "enums/index", title: "Enums" },
  { page: "objects", title: "Objects" },
  { page: "grammar/index", title: "Grammar" },
  { page: "versions/index", title: "Versions" },
  { page: "architectures", title: "Architectures" },
  { page: "immunity", title: "32/64 bits" },
  { page: "example", title: "Example" },
  { page: "names", title: "Index" },
  { page: "regenerate", title: "Regenerate" },
] as const;

/** The page that shows images. The command makes it, so it is not among the pages of the site, and it has no Markdown. */
export const INSPECTOR = "inspect";

/** Path of a struct's page; structs of an architecture family have a directory of their own. */
export function structPage(struct: Pick<Struct, "key" | "family">): string {
  return ["structs", struct.family, struct.key].filter(Boolean).join("/");
}

/** Title of a struct's page. */
export function structTitle(struct: Struct): string {
  const family = struct.family ? ` (${struct.family})` : "";
  return struct.variant
    ? `${struct.key.slice(0, -struct.variant.length - 1)}, ${struct.variant}${family}`
    : `${struct.key}${family}`;
}

/** Address of a field by the names on the path to it, e.g. `cap_s.securebits`. */
export function fieldAddress(struct: Pick<Struct, "key" | "family">, field: string): Address {
  return { page: structPage(struct), anchor: field };
}

export function recordPage(name: string): string {
  return `records/${name}`;
}

export function enumPage(name: string): string {
  return `enums/${name}`;
}

export function enumeratorAddress(enumeration: string, name: string): Address {
  return { page: enumPage(enumeration), anchor: name };
}

export function constantAddress(name: string): Address {
  return { page: "enums/constants", anchor: name };
}

export function objectAddress(name: string): Address {
  return { page: "objects", anchor: name };
}

export function rulePage({ name }: Pick<GrammarRule, "name">): string {
  return `grammar/${name}`;
}

/** Page of the body of a shared object. Object types are in capitals and rules are not, so their pages cannot collide. */
export function bodyPage(objectType: string): string {
  return `grammar/object-${objectType}`;
}

export function versionPage(id: string): string {
  return `versions/${id}`;
}
