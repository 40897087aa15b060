/** Changes memory, and prints the old bytes and which tasks see the change. */

import { type Stats, statSync } from "node:fs";
import { uint8ArrayToHex } from "uint8array-extras";
import { EditedSource } from "../../edit/edited-source.js";
import { writeEdited } from "../../edit/set.js";
import { STANDARD_INPUT } from "../../errors/input-error.js";
import { UsageError } from "../../errors/usage-error.js";
import { saveEdited } from "../../files/save-edited.js";
import { hexDigits } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { parseAddress } from "../../memory/address.js";
import { parseBytes } from "../../memory/byte-text.js";
import { changesOf, type PlannedPoke, planPokes } from "../../memory/poke.js";
import { memoryOfTask } from "../../memory/task-memory.js";
import { counted, plural } from "../../words.js";
import type { CommandContext } from "../frame/context.js";
import { besideOutput, goesToOutput, refuseTerminal, tellReplaced } from "../frame/output.js";
import { listed } from "../output/facts.js";
import { toJson } from "../output/json.js";
import { colorsOf } from "../output/streams.js";

/** State of a file before it is read; undefined if it does not exist. */
export function fileState(path: string): Stats | undefined {
  return path === STANDARD_INPUT ? undefined : statSync(path, { throwIfNoEntry: false });
}

/** Whose memory is changed, and where the changed image is written. */
export interface PokeOutput {
  /** A pid; not needed if all tasks share their memory. */
  readonly task?: string;
  /** Name of a file; by default the image is replaced. */
  readonly output?: string;
  readonly json?: true;
}

/** The image to change, and the file that it was read from. */
interface PokeInput {
  readonly image: Image;
  readonly path: string;
  /** State of the file before it was read. */
  readonly state: Stats | undefined;
}

export async function pokeAndPrint(
  { image, path, state }: PokeInput,
  changes: readonly string[],
  options: PokeOutput,
  context: CommandContext,
): Promise<void> {
  const { streams } = context;
  const output = options.output ?? path;
  refuseTerminal(output, streams);
  const { shared, memory, tasks, task } = memoryOfTask(image, options.task);
  const pokes = changes.map((text) => {
    const [, address = "", bytes] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (bytes === undefined)
      throw new UsageError("wrong-usage", `a change is ADDRESS=BYTES, not ${JSON.stringify(text)}`);
    return { address: parseAddress(address, memory, task), bytes: parseBytes(bytes, image.format) };
  });
  const planned = planPokes(shared, memory, tasks, task, pokes);
  const result = new EditedSource(image.source, changesOf(planned));
  if (goesToOutput(output)) await writeEdited(result, streams.out as { write(bytes: Uint8Array): void });
  else tellReplaced(await saveEdited(result, output, path === STANDARD_INPUT ? {} : { input: path, state }), streams);
  const told = besideOutput(output, streams);
  if (options.json) told.write(toJson({ task: task.pid, output, changes: planned.map(asJson) }));
  else for (const change of planned) told.write(lines(image, context, change));
}

function asJson({ address, old, bytes, parts, sharers }: PlannedPoke) {
  return { address, old: hexText(old), new: hexText(bytes), offsets: parts.map(({ offset }) => offset), sharers };
}

/** Number of bytes of a change that are printed. */
const MAX_PRINTED_BYTES = 32;

/** Maximum number of tasks that are named. */
const MAX_NAMED_TASKS = 8;

function lines(image: Image, context: CommandContext, { address, old, bytes, parts, sharers }: PlannedPoke): string {
  const { dim, yellow } = colorsOf(context.streams);
  const digits = image.format.abi.target.bits / 4;
  const place = `${counted(bytes.length, "byte")} at offset ${parts.map(({ offset }) => offset).join(" and ")}`;
  const head = `${addressText(address, digits)}  ${shownBytes(old)} -> ${shownBytes(bytes)}  ${dim(place)}\n`;
  if (sharers.length === 0) return head;
  const named = sharers.map((one) => {
    return one.address === address ? `${one.pid}` : `${one.pid} at ${addressText(one.address, digits)}`;
  });
  const text = `shared: ${plural(sharers.length, "task")} ${listed(named, MAX_NAMED_TASKS)} will see it too`;
  return `${head}${yellow(`  ${text}`)}\n`;
}

function addressText(address: bigint, digits: number): string {
  return hexDigits(address, digits);
}

function shownBytes(bytes: Uint8Array): string {
  const pairs = hexText(bytes.subarray(0, MAX_PRINTED_BYTES)).match(/../g) ?? [];
  return pairs.join(" ") + (bytes.length > MAX_PRINTED_BYTES ? " …" : "");
}

function hexText(bytes: Uint8Array): string {
  return uint8ArrayToHex(bytes);
}
