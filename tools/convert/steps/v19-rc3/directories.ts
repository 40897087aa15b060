/** v19-rc3: working and root directory of tasks. With older images, tasks get those of the restarting process. */
import { padded } from "../../../write/payload.js";
import { type GroupNode, isObject, isRecord, type Node, type RecordNode } from "../../nodes.js";
import type { NewObject } from "../../numbering.js";
import type { ConversionStep, Crossing } from "../../step.js";

const ROOT = "/";
const PATHS = ["cwd", "root"];

export const directories: ConversionStep = {
  id: "file-systems",
  title: "working and root directories",
  since: "v19-rc3",
  forward: (way) => {
    /** By process, because its threads share their directories. */
    const known = new Map<unknown, NewObject>();
    return {
      rules: { shared_objects: (group) => group.with(() => withDirectories(way, group, known)) },
    };
  },
  backward: (way) => {
    const byProcess = new Map<unknown, unknown>();
    const owners = new Map<unknown, unknown>();
    return {
      objects: { FS: (group) => dropDirectories(way, group) },
      records: {
        TASK_OBJS(record) {
          const { fs_objref: fs, signal_objref: process } = record.fields;
          if (!byProcess.has(process)) byProcess.set(process, fs);
          if (!owners.has(fs)) owners.set(fs, process);
          if (byProcess.get(process) !== fs || owners.get(fs) !== process)
            way.lose(record, "fs_objref", fs, "older images do not save which tasks share their directories");
          delete record.fields.fs_objref;
          return undefined;
        },
      },
    };
  },
};

/** The nodes of a group, with the directories of its process if the process has none yet. */
function* withDirectories(
  way: Crossing,
  group: GroupNode,
  known: Map<unknown, NewObject>,
): Generator<Node, void, void> {
  const parts = [...group.each()];
  const record = parts.find((node): node is RecordNode => isRecord(node, "TASK_OBJS"));
  if (!record) {
    yield* parts;
    return;
  }
  // Before the signal handlers, or before the record if they are already known.
  const place = parts.findIndex((node) => node === record || isObject(node, "SIGHAND"));
  yield* parts.slice(0, place);
  const process = record.fields.signal_objref;
  let fs = known.get(process);
  if (!fs) {
    fs = way.newObject();
    known.set(process, fs);
    yield newDirectories(way, fs, record);
  }
  record.fields.fs_objref = fs;
  yield* parts.slice(place);
}

function newDirectories(way: Crossing, fs: NewObject, record: RecordNode): GroupNode {
  way.worked();
  way.invent(record, "fs_objref", ROOT, "the image says nothing of directories");
  return way.object("FS", fs, [
    way.record("FS"),
    ...PATHS.map((label) => way.record("FILE_NAME", { fields: {}, payload: padded(ROOT) }, label)),
  ]);
}

function dropDirectories(way: Crossing, group: GroupNode): undefined {
  way.worked();
  for (const node of group.each()) {
    if (node.kind === "group" || !PATHS.some((label) => label === node.label)) continue;
    way.leaveText(node, padded(ROOT), "older images have no directories of tasks");
  }
  return way.drop(group);
}
