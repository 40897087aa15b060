/**
 * Who is affected by a change to a released version.
 *
 * - `images`: images that were written under the version would be decoded otherwise, or not at all.
 * - `readers`: those images decode as before, but programs of the version's time no longer work: code that names what is gone does not
 *   compile, or a reader finds what its version does not have.
 * - `documentation`: no byte and no name that a program uses.
 */
export type Effect = "images" | "readers" | "documentation";

/** Worst first, the order of the report. */
export const EFFECTS: readonly Effect[] = ["images", "readers", "documentation"];

const EFFECT = {
  "version-removed": "images",
  "arch-removed": "images",
  "byte-order": "images",
  "word-size": "images",
  "align-64": "images",
  "arch-id": "images",
  // Lengths of pages are computed with the usual one where nothing else is known; another choice only lets more images be read.
  "usual-page-size": "images",
  "page-size-removed": "images",
  "page-size-added": "documentation",
  // Old images are recognised by it.
  "machine-removed": "images",
  "machine-added": "documentation",

  "struct-removed": "images",
  "struct-laid-out": "images",
  // Offsets and size are equal, so images are; a program that puts the struct into one of its own gets other offsets.
  "struct-realigned": "readers",
  "struct-renamed": "readers",
  // What is new under an old version number is unknown to everybody who reads that version. This holds for all additions here: they take
  // nothing away from old images, but images written from now on under the same number are not those that the version's readers know.
  "struct-added": "readers",
  // Structs and numbers that the checkpoint headers do not define: describing more of them changes no header.
  "external-added": "documentation",
  // The number in the image is what it was, but texts and edits that use its name mean another one.
  "external-changed": "readers",

  "member-removed": "images",
  // Bytes that were padding, or another member's, would be read as a value that no kernel wrote.
  "member-added": "images",
  "member-retyped": "images",
  "member-count": "images",
  // Verification refuses images that hold another value.
  "member-const": "images",
  "member-renamed": "readers",
  // Named padding has no value: nothing is decoded otherwise. But `encode` demands a value for every name.
  "padding-removed": "readers",
  "padding-added": "readers",
  // The same bytes under another type: text instead of bytes, a struct of another name.
  "member-type-named": "readers",
  // Tools show, compare and let edit what is not reserved.
  "member-reserved": "readers",

  "number-changed": "images",
  "number-removed": "readers",
  "number-renamed": "readers",
  // Modules export the numbers of the checkpoint headers only.
  "number-owner": "readers",
  "number-added": "readers",
  // Masks become bit numbers or the other way round: the same value means other bits.
  "enum-bits": "images",

  "record-removed": "images",
  "record-struct": "images",
  "record-payload": "images",
  "record-raw": "images",
  "record-reserved": "images",
  "record-used": "readers",
  "object-removed": "images",
  "object-framed": "images",
  "object-principal": "images",

  "grammar-start": "images",
  "rule-changed": "images",
  // Something that may be missing, or one more alternative: old images fit as they did.
  "rule-extended": "readers",
  // Paths of `get`, `set` and the readable names of records are made of them.
  "rule-labels": "readers",
  "rule-renamed": "readers",
  "body-removed": "images",
  "body-added": "images",

  documentation: "documentation",
} as const satisfies Record<string, Effect>;

export type Kind = keyof typeof EFFECT;

export function effectOf(kind: Kind): Effect {
  return EFFECT[kind];
}
