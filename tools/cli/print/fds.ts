/** Prints open files as `lsof` does. */
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import {
  type ListedDescriptor,
  type ListedFile,
  type ListedFileTable,
  type ListedPipe,
  type ListedPlace,
  listFileTables,
} from "../../inspect/fds.js";
import type { EpollItem } from "../../model/epoll.js";
import { shortName } from "../../model/short-name.js";
import { stateText } from "../../model/socket-state.js";
import type { Socket } from "../../model/sockets.js";
import type { Terminal } from "../../model/terminals.js";
import type { ShownTasks } from "../frame/inspect.js";
import { printBlocks } from "../output/blocks.js";
import { listed } from "../output/facts.js";
import { printHeading } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, printTable, type TableColumn } from "../output/table.js";

const COLUMNS: readonly TableColumn[] = [
  { title: "FD", align: "right" },
  { title: "TYPE" },
  { title: "MODE" },
  { title: "POSITION", align: "right" },
  { title: "FILE", align: "right" },
  { title: "USED BY", align: "right", minor: true },
  { title: "FLAGS", minor: true },
  { title: "NAME" },
];

export function printFiles(
  image: Image,
  streams: Streams,
  { all, chosen }: ShownTasks,
  { json }: { readonly json?: true },
): void {
  const tables = listFileTables(image, all, chosen);
  if (json) {
    writeJson(streams.out, tables);
    return;
  }
  printBlocks(streams, tables, "no file tables", (table) => {
    printHeading(streams, `file table ${table.objref}`, table.tasks);
    printTable(streams, COLUMNS, rows(table));
  });
}

function* rows({ tasks, places, descriptors }: ListedFileTable): Generator<Cell[], void, void> {
  for (const place of places) yield placeRow(place, tasks.length);
  for (const descriptor of descriptors) yield descriptorRow(descriptor);
}

/** Maximum number of tasks that are named if tasks with the same file table differ in directory or program. */
const MAX_NAMED_TASKS = 8;

function placeRow({ what, path, pids }: ListedPlace, tasks: number): Cell[] {
  const whose = pids.length === tasks ? "" : ` (${listed(pids, MAX_NAMED_TASKS)})`;
  return [what, what === "exe" ? "file" : "dir", "", "", "", "", "", path + whose];
}

function descriptorRow({ number, closeOnExec, objref, file, sharers }: ListedDescriptor): Cell[] {
  if (!file) return [number, undefined, "", "", objref, sharers, "", "the image does not have this file"];
  const flags = [
    ...file.flags.filter((flag) => !ACCESS.includes(flag)).map((flag) => shortName(flag, "O_")),
    ...(file.otherFlags === 0n ? [] : [hex(file.otherFlags)]),
    ...(closeOnExec ? ["close-on-exec"] : []),
  ];
  return [
    number,
    typeText(file),
    `${file.reads ? "r" : ""}${file.writes ? "w" : ""}`,
    file.position,
    objref,
    sharers,
    flags.join(","),
    nameText(file),
  ];
}

/** Flags that are not printed, because the column MODE shows them. */
const ACCESS = ["O_WRONLY", "O_RDWR"];

function typeText({ type, isDirectory }: ListedFile): string {
  if (type === undefined) return "?";
  if (type === "CKPT_FILE_GENERIC") return isDirectory ? "dir" : "file";
  return shortName(type, "CKPT_FILE_");
}

function nameText(file: ListedFile): string {
  const { path, pipe, socket, terminal, watches, eventCount } = file;
  const parts = [
    path,
    pipe && pipeText(pipe),
    socket && socketText(socket),
    terminal && terminalText(terminal),
    watches && watchesText(watches),
    eventCount === undefined ? undefined : `count ${eventCount}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function pipeText({ objref, waiting, otherEnds }: ListedPipe): string {
  const ends = otherEnds.slice(0, MAX_NAMED_TASKS).join(", ");
  return [
    `pipe ${objref}`,
    ...(waiting ? [`${waiting} bytes waiting`] : []),
    otherEnds.length === 0
      ? "no other end"
      : `other end file ${ends}${otherEnds.length > MAX_NAMED_TASKS ? " and more" : ""}`,
  ].join(", ");
}

function socketText(socket: Socket): string {
  const { objref, family, type, local, remote, peer } = socket;
  const state = stateText(socket);
  const kind = [family && shortName(family, "AF_"), type && shortName(type, "SOCK_")].filter(Boolean).join(" ");
  return [
    `socket ${objref}`,
    kind === "" ? "unknown kind" : kind,
    ...(state === undefined ? [] : [state]),
    ...(local === undefined ? [] : [local]),
    ...(remote === undefined ? [] : [`to ${remote}`]),
    ...(peer === 0 ? [] : [`peer socket ${peer}`]),
  ].join(", ");
}

function terminalText({ index, side }: Terminal): string {
  return `pts/${index}${side === undefined ? "" : ` ${shortName(side, "PTY_TYPE_")}`}`;
}

function watchesText(items: readonly EpollItem[]): string {
  if (items.length === 0) return "watches nothing";
  const few = items
    .slice(0, MAX_NAMED_TASKS)
    .map(({ descriptor, fileObjref }) => `fd ${descriptor} (file ${fileObjref})`);
  return `watches ${few.join(", ")}${items.length > MAX_NAMED_TASKS ? " and more" : ""}`;
}
