/** Prints auxiliary vectors as `LD_SHOW_AUXV=1` does. */
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { type ListedVector, listVectors, type VectorEntry } from "../../start/list.js";
import type { ShownTasks } from "../frame/inspect.js";
import { printBlocks } from "../output/blocks.js";
import { printHeading } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, printTable } from "../output/table.js";

export function printVectors(
  image: Image,
  streams: Streams,
  { all, chosen }: ShownTasks,
  { json }: { readonly json?: true },
): void {
  const vectors = listVectors(image, all, chosen);
  if (json) {
    writeJson(streams.out, vectors);
    return;
  }
  printBlocks(streams, vectors, "no address spaces", (vector) => {
    printHeading(streams, "auxiliary vector", vector.tasks);
    printVector(streams, vector);
  });
}

const COLUMNS = [{ title: "type" }, { title: "value" }, { title: "text" }];

function printVector(streams: Streams, { from, entries }: ListedVector): void {
  if (from === undefined) {
    streams.out.write("  (not there: no record has it, nor the stack as far as it is in the image)\n");
    return;
  }
  printTable(streams, COLUMNS, entries.map(row), { indent: 2, header: false });
  if (from === "stack") streams.out.write("  (found on the stack)\n");
}

/** Entry types whose values are counts, sizes and ids, printed in decimal; the others are addresses and bits. */
const DECIMAL: ReadonlySet<string | undefined> = new Set([
  ...["AT_PHENT", "AT_PHNUM", "AT_PAGESZ", "AT_UID", "AT_EUID", "AT_GID", "AT_EGID", "AT_CLKTCK", "AT_SECURE"],
  ...["AT_EXECFD", "AT_NOTELF", "AT_DCACHEBSIZE", "AT_ICACHEBSIZE", "AT_UCACHEBSIZE"],
]);

function row({ type, name, value, text }: VectorEntry): Cell[] {
  return [name ?? `type ${type}`, DECIMAL.has(name) ? value : hex(value), text ?? ""];
}
