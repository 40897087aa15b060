/**
 * Kinds of changes, and whom a change to a released version affects.
 *
 * - `images`: existing images of the version would be decoded differently, or not at all.
 * - `readers`: existing images decode as before, but programs written for the version break: code that uses a removed name does not compile, or a
 *   reader meets something that its version does not have.
 * - `documentation`: neither a byte nor a name that a program uses changes.
 */
export type Effect = "images" | "readers" | "documentation";

/** All effects, the worst first: the order of the report. */
export const EFFECTS: readonly Effect[] = ["images", "readers", "documentation"];

const EFFECT = {
  "version-removed": "images",
  "arch-removed": "images",
  "byte-order": "images",
  "word-size": "images",
  "align-64": "images",
  "arch-id": "images",
  // Lengths of pages are computed from the usual size when no other is known. Another alternative size only lets more images be read.
  "usual-page-size": "images",
  "page-size-removed": "images",
  "page-size-added": "documentation",
  // Old images are recognised by the machine.
  "machine-removed": "images",
  "machine-added": "documentation",

  "struct-removed": "images",
  "struct-laid-out": "images",
  // Offsets and size are equal, so images are too; but a program that nests the struct in one of its own gets other offsets.
  "struct-realigned": "readers",
  "struct-renamed": "readers",
  // An addition to an old version does not affect old images, but images written from now on under the same number contain something that readers of
  // that version do not know. This holds for all additions in this table.
  "struct-added": "readers",
  // These structs and numbers are not defined by the checkpoint headers: describing more of them changes no header.
  "external-added": "documentation",
  // The number in the image is unchanged, but texts and edits that use its name now mean another number.
  "external-changed": "readers",

  "member-removed": "images",
  // Bytes that were padding, or part of another member, would be read as a value that no kernel wrote.
  "member-added": "images",
  "member-retyped": "images",
  "member-count": "images",
  // Verification rejects images with another value.
  "member-const": "images",
  "member-renamed": "readers",
  // Named padding has no value, so decoding is unchanged, but `encode` requires a value for every name.
  "padding-removed": "readers",
  "padding-added": "readers",
  // The same bytes have another type: text instead of bytes, or a struct of another name.
  "member-type-named": "readers",
  // Tools hide reserved members; all others can be shown, compared and edited.
  "member-reserved": "readers",

  "number-changed": "images",
  "number-removed": "readers",
  "number-renamed": "readers",
  // Generated modules export only the numbers of the checkpoint headers.
  "number-owner": "readers",
  "number-added": "readers",
  // Masks become bit numbers or vice versa: the same value means other bits.
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
  // The addition is optional, or one more alternative: old images still fit.
  "rule-extended": "readers",
  // Labels are part of the paths of `get` and `set`, and of the readable names of records.
  "rule-labels": "readers",
  "rule-renamed": "readers",
  "body-removed": "images",
  "body-added": "images",

  documentation: "documentation",
} as const satisfies Record<string, Effect>;

export type ChangeKind = keyof typeof EFFECT;

export function effectOf(kind: ChangeKind): Effect {
  return EFFECT[kind];
}
