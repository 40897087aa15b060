/** Changes of an image: what is wanted, and what it does. */
import { combine } from "../../tools/edit/combine.js";
import { type ByteChange, EditedSource } from "../../tools/edit/edited-source.js";
import { parsePath } from "../../tools/edit/path.js";
import { planEdits } from "../../tools/edit/plan.js";
import { whyNone } from "../../tools/image/file-kind.js";
import { hexDigits, hexPairs } from "../../tools/image/hex.js";
import { parseAddress } from "../../tools/memory/address.js";
import { parseBytes } from "../../tools/memory/byte-text.js";
import { changesOf, planPokes } from "../../tools/memory/poke.js";
import { memoryOfTask, memoryOfTasks } from "../../tools/memory/task-memory.js";
import { type Change, Opened } from "./opened.js";
import { shown } from "./shown.js";

export type ChangeRequest =
  | {
      readonly kind: "field";
      /** Path and value as `ckpt set` takes them. */
      readonly path: string;
      readonly value: string;
      /** Whether padding and fixed values may be changed. */
      readonly force: boolean;
    }
  | {
      readonly kind: "memory";
      /** Pid of the task; undefined if all tasks share their memory. */
      readonly pid: number | undefined;
      /** Address and bytes as `ckpt poke` takes them. */
      readonly address: string;
      readonly bytes: string;
    };

/**
 * The image with a change.
 *
 * @throws {CkptError} when the change is impossible, or changes nothing
 */
export function changed(before: Opened, request: ChangeRequest): Opened {
  const { change, bytes } = request.kind === "field" ? changeOfField(before, request) : changeOfMemory(before, request);
  const source = before.origin ? combine(before.origin.source, bytes) : new EditedSource(before.file, bytes);
  const after = new Opened(before.file, { ...before.options, onProgress: undefined }, { before, change, source });
  const { image } = after;
  const reason = whyNone(image);
  if (reason !== undefined) throw new Error(`With this change it is not a checkpoint image any more: ${reason}.`);
  return after;
}

interface Planned {
  readonly change: Change;
  readonly bytes: readonly ByteChange[];
}

function changeOfField({ image }: Opened, { path, value, force }: ChangeRequest & { kind: "field" }): Planned {
  const { edits, result, warnings } = planEdits(image, [{ path: parsePath(path), value }], { force });
  const [edit] = edits;
  const [first] = result.changes;
  if (!edit || !first) throw new Error(`${shown(path)} has that value already.`);
  const change = {
    what: shown(path),
    before: shown(edit.before),
    after: shown(edit.after),
    warnings: warnings.map(shown),
    offset: edit.field.offset,
  };
  return { change, bytes: result.changes };
}

/** Maximum number of bytes that are shown of a change of memory. */
const MAX_SHOWN_BYTES = 16;

/** Maximum number of tasks that are named. */
const MAX_NAMED_TASKS = 8;

function changeOfMemory({ image }: Opened, request: ChangeRequest & { kind: "memory" }): Planned {
  if (request.pid === undefined && memoryOfTasks(image, undefined).chosen.length > 1)
    throw new Error("The tasks do not share their memory: choose the one whose memory is to be changed.");
  const { shared, memory, tasks, task } = memoryOfTask(image, request.pid?.toString());
  const address = parseAddress(request.address, memory, task);
  const [poke] = planPokes(shared, memory, tasks, task, [{ address, bytes: parseBytes(request.bytes, image.format) }]);
  const [first] = poke?.parts ?? [];
  if (!poke || !first) throw new Error("There are no bytes to write.");
  const pids = [...new Set(poke.sharers.map(({ pid }) => pid))];
  const named = pids.slice(0, MAX_NAMED_TASKS).join(", ") + (pids.length > MAX_NAMED_TASKS ? " and more" : "");
  const change = {
    what: `memory of ${task.pid} at ${hexDigits(address, image.format.abi.target.bits / 4)}`,
    before: bytesText(poke.old),
    after: bytesText(poke.bytes),
    warnings:
      pids.length === 0
        ? []
        : [`the memory is shared: ${pids.length === 1 ? "task" : "tasks"} ${named} will see it too`],
    offset: first.offset,
  };
  return { change, bytes: changesOf([poke]) };
}

function bytesText(bytes: Uint8Array): string {
  return (
    hexPairs(bytes.subarray(0, MAX_SHOWN_BYTES)) + (bytes.length > MAX_SHOWN_BYTES ? ` … (${bytes.length} bytes)` : "")
  );
}
