/** Prints address spaces as `pmap` does. */

import { bytesBetween, type ExactInteger, ExactSum } from "../../exact.js";
import { hexDigits } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { listAddressSpaces, type MappingReader, readAddressSpaces } from "../../inspect/maps.js";
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
  if (json) {
    writeJson(streams.out, listAddressSpaces(image, all, chosen));
    return;
  }
  printBlocks(streams, readAddressSpaces(image, all, chosen), "no address spaces", ({ objref, tasks, mappings }) => {
    printHeading(streams, `address space ${objref}`, tasks);
    printTable(streams, COLUMNS, mappingRows(image, mappings));
  });
}

function* mappingRows({ format }: Image, mappings: MappingReader): Generator<Cell[], void, void> {
  const range = new TextBuffer(64);
  const offset = new TextBuffer(64);
  const digits = format.wordSize === 8 ? 12 : 8;
  const sizeText = remembered<ExactInteger, string>(byteCount);
  const presentText = remembered<number, string>(byteCount);
  const typeText = remembered((type: string) => shortName(type, "CKPT_VMA_"));
  const virtualSize = new ExactSum();
  let count = 0;
  let present = 0;
  for (const mapping of mappings) {
    const { start, end } = mapping;
    const size = bytesBetween(start, end);
    count++;
    virtualSize.add(size);
    present += mapping.present;
    range.clear();
    writeDigits(range, start, digits);
    range.byte(DASH);
    writeDigits(range, end, digits);
    if (mapping.offset !== undefined) {
      offset.clear();
      writeDigits(offset, mapping.offset, 1);
    }
    yield [
      range,
      mapping.flags.permissions,
      mapping.offset === undefined ? undefined : offset,
      typeText(mapping.type),
      sizeText(size),
      presentText(mapping.present),
      mapping.segment,
      whatIsThere(mapping),
    ];
  }
  yield [counted(count, "mapping"), "", "", "", byteCount(virtualSize.total), byteCount(present), "", ""];
}

function writeDigits(text: TextBuffer, value: ExactInteger, digits: number): void {
  if (typeof value === "number") text.hexDigits(value, digits);
  else text.text(hexDigits(value, digits));
}

const DASH = 0x2d;

function whatIsThere({ path, use, file }: MappingReader): string {
  return path ?? use ?? (file === undefined ? "" : `file ${file}`);
}
