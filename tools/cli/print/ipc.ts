/** Prints System V IPC objects as `ipcs` does. */

import { uint8ArrayToHex } from "uint8array-extras";
import { decodeEscaped } from "../../../runtime/index.js";
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import {
  type IpcNamespace,
  ipcOf,
  type MessageQueue,
  type SemaphoreSet,
  type SharedMemory,
  type UndoList,
  undoListsOf,
} from "../../inspect/ipc.js";
import type { Message } from "../../inspect/ipc-messages.js";
import { isoTime } from "../../model/header.js";
import { shortName } from "../../model/short-name.js";
import type { ShownTasks } from "../frame/inspect.js";
import { byteCount } from "../output/byte-count.js";
import { listed, printFacts } from "../output/facts.js";
import { printTitle } from "../output/heading.js";
import { jsonText } from "../output/json.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, printTable, type TableColumn } from "../output/table.js";

/** What is printed besides the objects. */
interface IpcDetails {
  readonly limits?: true;
  readonly times?: true;
  readonly messages?: true;
  readonly contents?: true;
  readonly json?: true;
}

export function printIpc(image: Image, streams: Streams, { all: tasks }: ShownTasks, options: IpcDetails): void {
  const messages = options.messages || options.contents;
  const namespaces = ipcOf(image, tasks, { messages, contents: options.contents });
  const undo = undoListsOf(image, tasks);
  if (options.json) {
    writeJson(streams.out, { namespaces: namespaces.map(jsonOf), undo });
    return;
  }
  if (namespaces.length === 0) streams.out.write("no IPC namespaces in this image\n");
  for (const [i, namespace] of namespaces.entries()) {
    if (i > 0) streams.out.write("\n");
    printNamespace(streams, namespace, options);
  }
  if (undo.length > 0) printUndo(streams, undo);
}

/** Contents as bytes, because text would not be restored exactly from JSON. */
function jsonOf(namespace: IpcNamespace): object {
  const queues = namespace.queues.map((queue) => ({
    ...queue,
    ...(queue.messages && {
      messages: queue.messages.map(({ contents, ...message }) => ({
        ...message,
        ...(contents && { contents: uint8ArrayToHex(contents) }),
      })),
    }),
  }));
  return { ...namespace, queues };
}

function printNamespace(streams: Streams, namespace: IpcNamespace, options: IpcDetails): void {
  const { objref, limits, segments, queues, semaphores } = namespace;
  printTitle(streams, `IPC namespace ${objref}`);
  if (options.limits)
    printFacts(
      streams,
      Object.entries(limits).map(([name, value]) => [name, String(value)]),
    );
  if (segments.length + queues.length + semaphores.length === 0) streams.out.write("  no objects\n");
  if (segments.length > 0) {
    printTitle(streams, "shared memory", 2);
    printTable(streams, [...COMMON, ...SEGMENT], segments.map(segmentRow), { indent: 2 });
    if (options.times)
      printTimes(streams, segments, ({ attachedAt, detachedAt, changedAt }) => ({
        attached: attachedAt,
        detached: detachedAt,
        changed: changedAt,
      }));
  }
  if (queues.length > 0) {
    printTitle(streams, "message queues", 2);
    printTable(streams, [...COMMON, ...QUEUE], queues.map(queueRow), { indent: 2 });
    if (options.times)
      printTimes(streams, queues, ({ sentAt, receivedAt, changedAt }) => ({
        sent: sentAt,
        received: receivedAt,
        changed: changedAt,
      }));
    for (const { id, messages } of queues) if (messages) printMessages(streams, id, messages);
  }
  if (semaphores.length > 0) {
    printTitle(streams, "semaphores", 2);
    printTable(streams, [...COMMON, ...SEMAPHORES], semaphores.map(setRow), { indent: 2 });
    if (options.times)
      printTimes(streams, semaphores, ({ operatedAt, changedAt }) => ({ operated: operatedAt, changed: changedAt }));
  }
}

const COMMON: readonly TableColumn[] = [
  { title: "ID", align: "right" },
  { title: "KEY" },
  { title: "MODE" },
  { title: "OWNER" },
  { title: "CREATOR", minor: true },
];

function commonCells({ id, key, mode, owner, creator }: SharedMemory | MessageQueue | SemaphoreSet): Cell[] {
  return [
    id,
    hex(key, 8),
    mode.toString(8).padStart(3, "0"),
    `${owner.uid}:${owner.gid}`,
    `${creator.uid}:${creator.gid}`,
  ];
}

const SEGMENT: readonly TableColumn[] = [
  { title: "SIZE", align: "right" },
  { title: "IN IMAGE", align: "right" },
  { title: "MADE BY", align: "right", minor: true },
  { title: "LAST", align: "right", minor: true },
  { title: "ATTACHED" },
  { title: "FLAGS" },
  { title: "LABEL" },
];

function segmentRow(segment: SharedMemory): Cell[] {
  const { size, present, creatorPid, lastPid, attached, attachedCount, flags, lockedBy, hugePage, label } = segment;
  const words = [
    ...flags.names.map((name) => shortName(name, "SHM_")),
    ...(flags.rest === 0n ? [] : [hex(flags.rest)]),
    ...(lockedBy === undefined ? [] : [`locked by user ${lockedBy}`]),
    ...(hugePage === undefined ? [] : [`pages of ${byteCount(hugePage)}`]),
  ];
  return [
    ...commonCells(segment),
    byteCount(size),
    byteCount(present),
    creatorPid,
    lastPid,
    attachedCount === 0 ? undefined : listed(attached, MAX_CELL_ITEMS, attachedCount),
    words.join(", "),
    label ?? "",
  ];
}

/** Maximum number of items in one cell. */
const MAX_CELL_ITEMS = 16;

const QUEUE: readonly TableColumn[] = [
  { title: "MESSAGES", align: "right" },
  { title: "BYTES", align: "right" },
  { title: "CAPACITY", align: "right" },
  { title: "SENT BY", align: "right" },
  { title: "RECEIVED BY", align: "right" },
  { title: "LABEL" },
];

function queueRow(queue: MessageQueue): Cell[] {
  const { count, bytes, capacity, lastSender, lastReceiver, label } = queue;
  return [...commonCells(queue), count, bytes, capacity, lastSender, lastReceiver, label ?? ""];
}

const SEMAPHORES: readonly TableColumn[] = [
  { title: "COUNT", align: "right" },
  { title: "VALUES" },
  { title: "LAST" },
  { title: "LABEL" },
];

function setRow(set: SemaphoreSet): Cell[] {
  const { semaphores, count, label } = set;
  return [
    ...commonCells(set),
    count,
    semaphores.length === 0
      ? undefined
      : listed(
          semaphores.map(({ value }) => value),
          MAX_CELL_ITEMS,
        ),
    semaphores.length === 0
      ? undefined
      : listed(
          semaphores.map(({ lastPid }) => lastPid),
          MAX_CELL_ITEMS,
        ),
    label ?? "",
  ];
}

function printTimes<T extends { readonly id: number }>(
  streams: Streams,
  objects: readonly T[],
  timesOf: (object: T) => Readonly<Record<string, bigint>>,
): void {
  for (const object of objects)
    printFacts(
      streams,
      Object.entries(timesOf(object)).map(([what, time]) => [`${object.id} ${what}`, timeText(time)]),
      4,
    );
}

function timeText(time: bigint): string {
  return time === 0n ? "never" : (isoTime(time) ?? `${time} s after 1970`);
}

function printMessages(streams: Streams, queue: number, messages: readonly Message[]): void {
  if (messages.length === 0) return;
  if (streams.parts) streams.parts.heading(`messages of queue ${queue}`, 2);
  else streams.out.write(`    messages of queue ${queue}\n`);
  const columns: TableColumn[] = [
    { title: "TYPE", align: "right" },
    { title: "BYTES", align: "right" },
    { title: "LABEL" },
    { title: "CONTENTS" },
  ];
  printTable(streams, columns, messages.map(messageRow), { indent: 4 });
}

function messageRow({ type, length, found, label, contents }: Message): Cell[] {
  const missing = found < length ? ` (${length - found} missing)` : "";
  return [type, `${length}${missing}`, label ?? "", contents ? contentsText(contents) : ""];
}

/** Maximum number of bytes of a message that are printed on a line. */
const MAX_PRINTED_BYTES = 4096;

/** Contents as text if they are text, else as bytes. */
function contentsText(contents: Uint8Array): string {
  const shown = contents.subarray(0, MAX_PRINTED_BYTES);
  const rest = contents.length - shown.length;
  const isText = shown.every((byte) => byte >= 0x20 || (byte >= 7 && byte <= 13) || byte === 0);
  const text = isText ? jsonText(decodeEscaped(shown)) : uint8ArrayToHex(shown);
  return rest > 0 ? `${text} and ${rest} bytes more` : text;
}

function printUndo(streams: Streams, lists: readonly UndoList[]): void {
  printTitle(streams, "adjustments of semaphores at exit");
  const rows = lists.flatMap(({ objref, tasks, sets }) =>
    sets.map(({ id, adjustments }): Cell[] => [
      objref,
      listed(tasks, MAX_CELL_ITEMS),
      id,
      adjustments && listed(adjustments, MAX_CELL_ITEMS),
    ]),
  );
  printTable(
    streams,
    [{ title: "LIST", align: "right" }, { title: "TASKS" }, { title: "SET", align: "right" }, { title: "ADJUSTMENTS" }],
    rows,
    { indent: 2 },
  );
}
