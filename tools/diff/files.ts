/** Compares open files of descriptors, mappings and executables. */
import { hex } from "../image/hex.js";
import type { Image } from "../image/image.js";
import { type EpollItem, epollItemsOf } from "../model/epoll.js";
import { type OpenFile, openFileOf } from "../model/files.js";
import type { TaskName } from "../model/sharing.js";
import { shortName } from "../model/short-name.js";
import { socketOf } from "../model/sockets.js";
import { terminalOf } from "../model/terminals.js";
import { otherCredentialFields } from "./credentials.js";
import { changeOf, type FieldChange } from "./difference.js";
import { compareFields } from "./fields.js";
import { structAt } from "./leaves.js";
import type { Pass } from "./pass.js";
import type { Side } from "./side.js";

/** Kind and name of a file. */
export function targetOf(image: Image, file: OpenFile): string {
  if (file.path !== undefined) return file.path;
  const socket = socketOf(image, file.socket);
  if (socket)
    return ["socket", socket.family, socket.type, socket.local].filter((part) => part !== undefined).join(" ");
  const terminal = terminalOf(image, file.terminal);
  if (terminal) return `${terminal.side === "PTY_TYPE_MASTER" ? "/dev/ptmx" : "/dev/pts"}/${terminal.index}`;
  return shortName(file.typeName ?? `type ${file.type}`, "CKPT_FILE_");
}

/** Compares how two files are open, who opened them, and what they watch. */
export function fileFields(pass: Pass, a: OpenFile, b: OpenFile, task: TaskName): FieldChange[] {
  const one = structAt(pass.a.image, a.object.find("FILE"));
  const other = structAt(pass.b.image, b.object.find("FILE"));
  if (!one || !other) return [];
  return [
    // Addresses of sockets are reported with the socket.
    ...(a.socket && b.socket ? [] : changeOf("target", targetOf(pass.a.image, a), targetOf(pass.b.image, b))),
    ...compareFields(one, other, pass.unknown, { of: "file" }),
    ...otherCredentialFields(pass, numberIn(pass.a, a, "f_credref"), numberIn(pass.b, b, "f_credref"), "f_cred ", task),
    ...changeOf("security", labelOf(pass.a, a), labelOf(pass.b, b)),
    ...watches(pass, a, b),
  ];
}

/** Whether nothing about two mapped files is left to report. */
export function areMappedFilesSettled(pass: Pass, a: number, b: number): boolean {
  if (a === 0 && b === 0) return true;
  if (!pass.wasMet("mapped file", a, b) && !isOpenFile(pass, a, b)) return false;
  return changedTarget(pass, "file", a, b).length === 0;
}

/** Compares files behind mappings or executables. Files that a descriptor also refers to are reported with the descriptor. */
export function mappedFileFields(
  pass: Pass,
  name: string,
  a: number | undefined,
  b: number | undefined,
  task: TaskName,
): FieldChange[] {
  if (!a && !b) return [];
  const path = changedTarget(pass, name, a, b);
  if (isOpenFile(pass, a, b) || !pass.isNew("mapped file", a, b, task)) return [...path];
  const [one, other] = [openFileOf(pass.a.image, a), openFileOf(pass.b.image, b)];
  const fields = one && other ? fileFields(pass, one, other, task).filter(({ field }) => field !== "target") : [];
  return [...path, ...fields.map(({ field, ...values }) => ({ field: `${name}.${field}`, ...values }))];
}

/** Whether a descriptor refers to one of two files. */
function isOpenFile({ setting }: Pass, a: number | undefined, b: number | undefined): boolean {
  const [placesA, placesB] = setting.places;
  return placesA.files.of(a) !== undefined || placesB.files.of(b) !== undefined;
}

function changedTarget(pass: Pass, name: string, a: number | undefined, b: number | undefined): readonly FieldChange[] {
  return pass.once(`target ${a} ${b}`, () => {
    const [one, other] = [openFileOf(pass.a.image, a), openFileOf(pass.b.image, b)];
    return changeOf(name, one && targetOf(pass.a.image, one), other && targetOf(pass.b.image, other));
  });
}

function numberIn({ image }: Side, file: OpenFile, path: string): number | undefined {
  const record = file.object.find("FILE");
  return record && image.fields(record).number(path);
}

function labelOf(side: Side, file: OpenFile): string | undefined {
  return side.labels.get(numberIn(side, file, "f_secref") ?? 0);
}

/** Maximum number of epoll items that are compared. */
const MAX_EPOLL_ITEMS = 4096;

function watches(pass: Pass, a: OpenFile, b: OpenFile): FieldChange[] {
  const [one, other] = [watchedBy(pass.a, a), watchedBy(pass.b, b)];
  return [...new Set([...one.keys(), ...other.keys()])]
    .sort((x, y) => x - y)
    .flatMap((fd) => changeOf(`epoll[fd ${fd}]`, one.get(fd), other.get(fd)));
}

/** Watched events by descriptor. */
function watchedBy({ image, epollLists }: Side, { objref }: OpenFile): Map<number, string> {
  const items = epollLists.get(objref);
  const watched = new Map<number, string>();
  if (!items) return watched;
  for (const item of epollItemsOf(image, items)) {
    watched.set(item.descriptor, watchText(image, item));
    if (watched.size >= MAX_EPOLL_ITEMS) break;
  }
  return watched;
}

function watchText(image: Image, { events, data, fileObjref }: EpollItem): string {
  const file = openFileOf(image, fileObjref);
  const what = file ? targetOf(image, file) : "missing file";
  return `${what}, events ${hex(events)}, data ${hex(data)}`;
}
