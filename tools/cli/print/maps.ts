/** Prints address spaces as `pmap` does. */

import type { Image } from "../../image/image.js";
import { type ListedAddressSpace, type ListedMapping, listAddressSpaces } from "../../inspect/maps.js";
import { counted } from "../../model/counted.js";
import { shortName } from "../../model/short-name.js";
import type { ShownTasks } from "../frame/inspect.js";
import { printBlocks } from "../output/blocks.js";
import { byteCount } from "../output/byte-count.js";
import { printHeading } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, type Column, printTable } from "../output/table.js";

const COLUMNS: readonly Column[] = [
  { title: "RANGE" },
  { title: "PERM" },
  { title: "OFFSET", align: "right", minor: true },
  { title: "TYPE" },
  { title: "SIZE", align: "right" },
  { title: "IN IMAGE", align: "right", minor: true },
  { title: "SEGMENT", align: "right", minor: true },
  { title: "FILE" },
];

export function printMaps(
  image: Image,
  streams: Streams,
  { all, chosen }: ShownTasks,
  { json }: { readonly json?: true },
): void {
  const spaces = listAddressSpaces(image, all, chosen);
  if (json) {
    writeJson(streams.out, spaces);
    return;
  }
  printBlocks(streams, spaces, "no address spaces", (space) => {
    printHeading(streams, `address space ${space.objref}`, space.tasks);
    printTable(streams, COLUMNS, mappingRows(image, space));
  });
}

function* mappingRows({ format }: Image, { mappings, totals }: ListedAddressSpace): Generator<Cell[], void, void> {
  const digits = format.wordSize === 8 ? 12 : 8;
  const hex = (value: bigint) => hexadecimal(value).padStart(digits, "0");
  for (const mapping of mappings)
    yield [
      `${hex(mapping.start)}-${hex(mapping.end)}`,
      mapping.permissions,
      mapping.offset === undefined ? undefined : hexadecimal(mapping.offset),
      shortName(mapping.type, "CKPT_VMA_"),
      byteCount(mapping.end > mapping.start ? mapping.end - mapping.start : 0n),
      byteCount(mapping.present),
      mapping.segment,
      whatIsThere(mapping),
    ];
  yield [
    counted(totals.mappings, "mapping"),
    "",
    "",
    "",
    byteCount(totals.virtualSize),
    byteCount(totals.present),
    "",
    "",
  ];
}

function hexadecimal(value: bigint): string {
  const number = Number(value);
  // Faster for numbers, and nearly all addresses are exact as such.
  return (Number.isSafeInteger(number) ? number : value).toString(16);
}

function whatIsThere({ path, use, file }: ListedMapping): string {
  return path ?? use ?? (file === undefined ? "" : `file ${file}`);
}
