/** Properties of an architecture as a whole: its rules of C layout, and how its images are recognised. */
import { pairUp } from "../../runtime/comparison.js";
import type { Arch } from "../model.js";
import { type Change, changeAt, changed } from "./change.js";
import { archAspects, documentationOf } from "./documentation.js";
import type { ChangeKind } from "./kinds.js";
import type { View } from "./view.js";

/** Properties with one value. */
const SINGLE: readonly (readonly [kind: ChangeKind, key: string, text: (arch: Arch) => string])[] = [
  ["byte-order", "endian", ({ endian }) => `${endian}-endian`],
  ["word-size", "bits", ({ bits }) => `${bits} bits`],
  ["align-64", "align64", ({ align64 }) => `${align64}`],
  ["arch-id", "id", ({ idName }) => idName ?? "no enumerator"],
  ["usual-page-size", "page_sizes", ({ pageSizes }) => `${pageSizes[0]}`],
];

/** Properties with several values. */
const LISTED: readonly (readonly [what: "page-size" | "machine", key: string, texts: (arch: Arch) => string[]])[] = [
  ["page-size", "page_sizes", ({ pageSizes }) => pageSizes.map((size) => `page size ${size}`)],
  ["machine", "machines", ({ machines }) => machines.map((name) => `machine ${name}`)],
];

export function compareArches({ abi: { arch: old } }: View, { abi: { arch: now } }: View): Change[] {
  const subject = `architecture ${now.id}`;
  return [
    ...SINGLE.flatMap(([kind, key, text]) =>
      changed(kind, subject, { from: text(old), to: text(now) }, changeAt(now.origin, key)),
    ),
    ...LISTED.flatMap(([what, key, texts]) => {
      const { removed, added } = pairUp(texts(old), texts(now), (text) => text);
      const place = changeAt(now.origin, key);
      return [
        ...removed.flatMap((from) => changed(`${what}-removed`, subject, { from }, place)),
        ...added.flatMap((to) => changed(`${what}-added`, subject, { to }, place)),
      ];
    }),
    ...documentationOf(subject, now.origin, archAspects(old), archAspects(now)),
  ];
}
