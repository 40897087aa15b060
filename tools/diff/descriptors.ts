/** Compares descriptors by their numbers: the open file, its mode, and the descriptors that share it. */

import type { TreeNode } from "../image/tree.js";
import { type Descriptor, type OpenFile, openFileOf } from "../model/files.js";
import type { TaskName } from "../model/sharing.js";
import { Contents, compareContents } from "./contents.js";
import { changeOf, type Difference, type FieldChange, loneFields } from "./difference.js";
import { descriptorsOf, pairsOf } from "./file-tables.js";
import { fileFields, targetOf } from "./files.js";
import { type BothTasks, taskNameOf } from "./match.js";
import type { Pass } from "./pass.js";
import type { ComparedPlace, Roles } from "./places.js";
import type { Side } from "./side.js";
import { compareSockets } from "./sockets.js";
import { compareTerminals } from "./terminals.js";

export function* compareDescriptors(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  const task = taskNameOf(tasks);
  const [objrefA, objrefB] = [pass.a.objref(tasks.a, "files_objref"), pass.b.objref(tasks.b, "files_objref")];
  const [one, other] = [pass.a.image.object(objrefA, "FILE_TABLE"), pass.b.image.object(objrefB, "FILE_TABLE")];
  if (!one || !other || !pass.isNew("files", objrefA, objrefB, task)) return;
  const [isCutA, isCutB] = [pass.a.isCut(one), pass.b.isCut(other)];
  for (const [old, current] of pairsOf(descriptorsOf(pass.a, objrefA), descriptorsOf(pass.b, objrefB))) {
    if (old && current) {
      if (!isSettled(pass, old, current)) yield* compareDescriptor(pass, tasks, task, old, current);
    } else if (old && !isCutB) yield alone("removed", pass.a, task, old);
    else if (current && !isCutA) yield alone("added", pass.b, task, current);
  }
}

/** Whether nothing about two descriptors is left to report. */
function isSettled({ settledFiles }: Pass, a: Descriptor, b: Descriptor): boolean {
  return a.closeOnExec === b.closeOnExec && settledFiles.has(a.fileObjref, b.fileObjref);
}

function alone(change: "added" | "removed", { image }: Side, task: TaskName, descriptor: Descriptor): Difference {
  const file = openFileOf(image, descriptor.fileObjref);
  const fields = loneFields(change, [
    ["f_pos", file?.position?.toString()],
    ["fd_close_on_exec", descriptor.closeOnExec ? "1" : undefined],
  ]);
  return { kind: "descriptor", change, task, what: whatIs(descriptor, image, file), fields };
}

/** Description of a descriptor, e.g. `fd 3 /srv/data`. */
function whatIs({ number }: Descriptor, image: Side["image"], file: OpenFile | undefined): string {
  return `fd ${number} ${file ? targetOf(image, file) : "missing file"}`;
}

function* compareDescriptor(
  pass: Pass,
  tasks: BothTasks,
  task: TaskName,
  a: Descriptor,
  b: Descriptor,
): Generator<Difference, void, void> {
  const [one, other] = [openFileOf(pass.a.image, a.fileObjref), openFileOf(pass.b.image, b.fileObjref)];
  const role: ComparedPlace = { task, name: `fd ${a.number}` };
  const isNew = pass.isNew("file", a.fileObjref, b.fileObjref, task);
  const shared = sharing(pass, tasks, a, b);
  if (shared.length === 0 && !pass.settledFiles.has(a.fileObjref, b.fileObjref))
    pass.settledFiles.add(a.fileObjref, b.fileObjref);
  const fields = [
    ...changeOf("fd_close_on_exec", a.closeOnExec ? "1" : "0", b.closeOnExec ? "1" : "0"),
    ...shared,
    ...(isNew && one && other ? fileFields(pass, one, other, task) : []),
  ];
  if (fields.length > 0)
    yield { kind: "descriptor", change: "changed", task, what: whatIs(a, pass.a.image, one), fields };
  if (!isNew || !one || !other) return;
  yield* comparePipes(pass, one, other, role);
  yield* compareSockets(pass, one.socket, other.socket, role);
  yield* compareTerminals(pass, one.terminal, other.terminal, role);
}

/** Changes in which descriptors share the open file, pipe or socket. */
function sharing(pass: Pass, { a: task }: BothTasks, a: Descriptor, b: Descriptor): FieldChange[] {
  const [placesA, placesB] = pass.setting.places;
  const [one, other] = [openFileOf(pass.a.image, a.fileObjref), openFileOf(pass.b.image, b.fileObjref)];
  const own = `fd ${a.number} of ${task.pid}`;
  const compare = (
    field: string,
    rolesA: Roles,
    rolesB: Roles,
    objrefA: number | undefined,
    objrefB: number | undefined,
  ) => {
    const [old, current] = [rolesA.of(objrefA), rolesB.of(objrefB)];
    if (old === current || (old === undefined) !== (current === undefined)) return [];
    const text = (first: string | undefined) => (first === own ? "its own" : `that of ${first}`);
    return changeOf(field, text(old), text(current));
  };
  const file = compare("open file", placesA.files, placesB.files, a.fileObjref, b.fileObjref);
  // Descriptors that share the open file also share its pipe or socket.
  if (file.length > 0) return file;
  return [
    ...compare("pipe", placesA.pipes, placesB.pipes, one?.pipe, other?.pipe),
    ...compare("socket", placesA.sockets, placesB.sockets, one?.socket, other?.socket),
    ...compare("terminal", placesA.terminals, placesB.terminals, one?.terminal, other?.terminal),
  ];
}

/** Compares unread bytes. Both ends of a pipe have the same ones. */
function* comparePipes(
  pass: Pass,
  a: OpenFile,
  b: OpenFile,
  { task, name }: ComparedPlace,
): Generator<Difference, void, void> {
  if (a.pipe === undefined || b.pipe === undefined || !pass.isNew("pipe", a.pipe, b.pipe, task)) return;
  const [one, other] = [pass.a.pipeContents.get(a.pipe), pass.b.pipeContents.get(b.pipe)];
  if ((!one && pass.a.isCut(one)) || (!other && pass.b.isCut(other))) return;
  const bytes = compareContents(waitingIn(pass.a, one), waitingIn(pass.b, other));
  if (bytes) yield { kind: "pipe", change: "changed", task, what: `contents of ${name}`, fields: [], bytes };
}

/** They are in a separate record, or in older images after the record of the pipe. */
function waitingIn({ image }: Side, node: TreeNode | undefined): Contents {
  const record = node?.record;
  if (!record) return new Contents(image, []);
  const { start, end } = record.name === "PIPE_BUF" ? record.payload : record.raw;
  return new Contents(image, [{ offset: start, length: end - start }]);
}
