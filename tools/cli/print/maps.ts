/** Prints address spaces as `pmap` does. */

import { hexDigits } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { type ListedAddressSpace, type ListedMapping, listAddressSpaces } from "../../inspect/maps.js";
import { shortName } from "../../model/short-name.js";
import { counted } from "../../words.js";
import type { ShownTasks } from "../frame/inspect.js";
import { printBlocks } from "../output/blocks.js";
import { byteCount } from "../output/byte-count.js";
import { printHeading } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, printTable, type TableColumn } from "../output/table.js";

const COLUMNS: readonly TableColumn[] = [
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
  const address = (value: bigint) => hexDigits(value, digits);
  for (const mapping of mappings)
    yield [
      `${address(mapping.start)}-${address(mapping.end)}`,
      mapping.permissions,
      mapping.offset === undefined ? undefined : hexDigits(mapping.offset),
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

function whatIsThere({ path, use, file }: ListedMapping): string {
  return path ?? use ?? (file === undefined ? "" : `file ${file}`);
}
