/** Compares enumerators and integer defines of the headers of one architecture with the schema. */
import type { PartOf } from "./compare-structs.js";
import type { DescribedAbi, DescribedNumber, HeaderPart } from "./described.js";
import type { HeaderDifference } from "./difference.js";
import type { HeaderModel, HeaderNumber } from "./model.js";

/** `linux/checkpoint.h` has only some of the system calls; the kernel has them all in its own table. */
const SYSTEM_CALL = /^__NR_/;
/** Name that kernel headers use for the number of their own architecture. The schema states it at the architecture. */
const ARCH_ID = "CKPT_ARCH_ID";

export function compareHeaderNumbers(
  { abi, numbers, foreignNumbers }: DescribedAbi,
  header: HeaderModel,
  wasRead: (part: HeaderPart) => boolean,
  partOf: PartOf,
): HeaderDifference[] {
  const hasSystemCalls = [...header.numbers.keys()].some((name) => SYSTEM_CALL.test(name));
  const isExpected = ({ name, part }: DescribedNumber) => wasRead(part) && (hasSystemCalls || !SYSTEM_CALL.test(name));
  const differences: HeaderDifference[] = [];
  for (const described of numbers.values())
    if (!header.numbers.has(described.name) && isExpected(described))
      differences.push({ kind: "number-removed", described });
  let previous: HeaderNumber | undefined;
  for (const number of header.numbers.values()) {
    const before = previous?.group === number.group ? previous.name : undefined;
    previous = number;
    const described = numbers.get(number.name);
    if (described) {
      if (described.value !== number.value) differences.push({ kind: "number-changed", described, header: number });
      continue;
    }
    // The headers repeat numbers of the C library, such as NCCS.
    if (foreignNumbers.get(number.name) === number.value) continue;
    if (number.name === ARCH_ID && number.alias !== undefined && number.alias === abi.arch.idName) continue;
    const part = partOf(number.place.file);
    differences.push({ kind: "number-added", header: number, part, ...(before !== undefined && { before }) });
  }
  return differences;
}
