/** Expressions and statements that determine the machine that wrote the image. */
import type { Arch } from "../../../model.js";
import { archNumbers, list, pageSizes } from "../facts.js";
import type { VersionFormat } from "../version-format.js";
import { archName, isOneOf } from "./language.js";

/** The end of a function that returns the architecture by its number. */
export function archByNumber(format: VersionFormat): string {
  const { numbered, little, big } = archNumbers(format);
  const ifs = numbered.map(({ arch, number }) => `    if (number == ${number})\n        return ${archName(arch)};\n`);
  const otherwise = big && little ? [`    if (big)\n        return ${archName(big)};\n`] : [];
  return [...ifs, ...otherwise, `    return ${archName((little ?? big) as Arch)};\n`].join("");
}

export function wordSize({ abis }: VersionFormat): string {
  const wide = abis.map(({ arch }) => arch).filter(({ bits }) => bits === 64);
  if (wide.length === 0) return "4";
  return wide.length === abis.length ? "8" : `(${isOneOf(wide)}) ? 8 : 4`;
}

export function pageSize(format: VersionFormat): string {
  const { usual, others } = pageSizes(format);
  const remark = others.length > 0 ? ` // kernels with pages of ${list(others)} exist: change it for their images` : "";
  return `u32 page_size = ${usual};${remark}\n`;
}
