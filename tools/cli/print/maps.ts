/** Prints address spaces as `pmap` does. */

import { hexDigits } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { type ListedAddressSpace, type ListedMapping, listAddressSpaces } from "../../inspect/maps.js";
import { shortName } from "../../model/short-name.js";
import { remembered } from "../../remembered.js";
import { TextBuffer } from "../../text-buffer.js";
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

function* mappingRows({ format }: Image, { mappings }: ListedAddressSpace): Generator<Cell[], void, void> {
  const rangeText = rangeWriter(format.wordSize === 8 ? 12 : 8);
  const sizeText = remembered<bigint, string>(byteCount);
  const presentText = remembered<number, string>(byteCount);
  const typeText = remembered((type: string) => shortName(type, "CKPT_VMA_"));
  let count = 0;
  let virtualSize = 0n;
  let present = 0;
  for (const mapping of mappings) {
    const { start, end } = mapping;
    const size = end > start ? end - start : 0n;
    count++;
    virtualSize += size;
    present += mapping.present;
    yield [
      rangeText(start, end),
      mapping.permissions,
      mapping.offset === undefined ? undefined : hexDigits(mapping.offset),
      typeText(mapping.type),
      sizeText(size),
      presentText(mapping.present),
      mapping.segment,
      whatIsThere(mapping),
    ];
  }
  yield [counted(count, "mapping"), "", "", "", byteCount(virtualSize), byteCount(present), "", ""];
}

/** Returns a writer of ranges of addresses into one buffer. */
function rangeWriter(digits: number): (start: bigint, end: bigint) => TextBuffer {
  const text = new TextBuffer(64);
  const address = (value: bigint) => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) text.hexDigits(number, digits);
    else text.text(hexDigits(value, digits));
  };
  return (start, end) => {
    text.clear();
    address(start);
    text.byte(DASH);
    address(end);
    return text;
  };
}

const DASH = 0x2d;

function whatIsThere({ path, use, file }: ListedMapping): string {
  return path ?? use ?? (file === undefined ? "" : `file ${file}`);
}
