/** The instances of the root type that describe the machine that wrote the image. */
import { archIdPlace, archNumbers, list, pageSizes, quotedLine } from "../facts.js";
import type { VersionFormat } from "../version-format.js";
import { isOneOf } from "./expressions.js";
import type { Lines } from "./yaml.js";

export function machine(format: VersionFormat): Lines {
  const page = pageSizes(format);
  const place = archIdPlace(format);
  return [
    "byte_order: { pos: 0, type: u1, doc: Zero on big-endian machines. }",
    `arch_id: { pos: ${place.offset}, type: u${place.size}${place.size > 1 ? "le" : ""} }`,
    "arch:",
    `  value: '${archByNumber(format)}'`,
    "  doc: Architecture by its number; without a number in this version, by the byte order.",
    "word_size:",
    `  value: '${wordSize(format)}'`,
    "page_size:",
    `  value: ${page.usual}`,
    ...(page.others.length > 0
      ? [
          `  doc: ${quotedLine(`The usual one. Kernels with pages of ${list(page.others)} exist: change it for their images. Page batches are read with the size that they show themselves.`)}`,
        ]
      : []),
  ];
}

function wordSize({ abis }: VersionFormat): string {
  const wide = abis.map(({ arch }) => arch).filter(({ bits }) => bits === 64);
  if (wide.length === 0) return "4";
  return wide.length === abis.length ? "8" : `${isOneOf(wide)} ? 8 : 4`;
}

function archByNumber(format: VersionFormat): string {
  const { numbered, little, big } = archNumbers(format);
  const otherwise =
    little && big ? `(byte_order == 0 ? arch::${big.id} : arch::${little.id})` : `arch::${(little ?? big)?.id}`;
  return [...numbered.map(({ arch, number }) => `arch_id == ${number} ? arch::${arch.id} : `), otherwise].join("");
}
