/** Searches memory and prints the matches as they are found. */

import { uint8ArrayToHex } from "uint8array-extras";
import { oneLine } from "../../control-characters.js";
import { hex, hexDigits } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { mappingNames } from "../../memory/mapping-name.js";
import { parsePattern } from "../../memory/pattern.js";
import { type Match, searchMemory } from "../../memory/search.js";
import { memoryOfTask, memoryOfTasks, type TaskMemory } from "../../memory/task-memory.js";
import type { CommandContext } from "../frame/context.js";
import { hexColumns, printable } from "../output/hex-dump.js";
import { jsonText } from "../output/json.js";
import { colorsOf } from "../output/streams.js";

/** Whose memory is searched, and how matches are printed. */
export interface SearchView {
  /** Pids separated by commas; not needed if all tasks share their memory. */
  readonly task?: string;
  readonly allTasks?: true;
  /** Print only the number of matches. */
  readonly count?: true;
  readonly json?: true;
}

export function searchAndPrint(
  image: Image,
  context: CommandContext,
  text: string,
  max: number,
  options: SearchView,
): void {
  const pattern = parsePattern(text, image.format);
  const { chosen } = chosenMemory(image, options);
  let count = 0;
  for (const one of chosen) {
    const print = printer(image, context, one, options);
    const before = count;
    for (const match of searchMemory(one.memory, pattern)) {
      if (!options.count) print(match);
      if (++count >= max) break;
    }
    if (options.count && chosen.length > 1 && !options.json)
      context.streams.out.write(`${pidsOf(one)}: ${count - before}\n`);
    if (count >= max) break;
  }
  if (options.count) context.streams.out.write(options.json ? `{"count":${count}}\n` : `${count}\n`);
  if (count === 0) context.setFindings();
}

function chosenMemory(image: Image, { task, allTasks }: SearchView) {
  if (allTasks || task?.includes(",")) return memoryOfTasks(image, task);
  return memoryOfTask(image, task);
}

/** Number of bytes of a match that are shown, including what follows it. */
const ROW = 16;

function printer(
  image: Image,
  { streams }: CommandContext,
  one: TaskMemory,
  { json }: SearchView,
): (match: Match) => void {
  const { dim } = colorsOf(streams);
  const digits = image.format.abi.target.bits / 4;
  const nameOf = mappingNames(image, one.memory.space);
  const pids = pidsOf(one);
  return ({ address, length, isCut, mapping, offset, bytes }) => {
    const name = nameOf(mapping);
    if (json) {
      const facts = { tasks: one.sharedBy.map(({ pid }) => pid), address: address, length, offset };
      const range = { mapping: name, start: mapping.start, end: mapping.end };
      const found = uint8ArrayToHex(bytes.subarray(0, length));
      streams.out.write(`${jsonText({ ...facts, ...range, bytes: found, ...(isCut && { cut: true }) })}\n`);
      return;
    }
    const row = bytes.subarray(0, ROW);
    const place = `${oneLine(name ?? "anonymous")}+${hex(address - mapping.start)}`;
    const dump = `${hexColumns(row)}  |${printable(row).padEnd(ROW)}|`;
    streams.out.write(`${dim(pids)}  ${hexDigits(address, digits)}  ${dump}  ${place}\n`);
  };
}

/** Maximum number of tasks that are named. */
const MAX_NAMED_TASKS = 4;

function pidsOf({ sharedBy }: TaskMemory): string {
  const pids = sharedBy.slice(0, MAX_NAMED_TASKS).map(({ pid }) => pid);
  return pids.join(",") + (sharedBy.length > MAX_NAMED_TASKS ? ",…" : "");
}
