/** The pid array of an image, with numbers of the root task's pid namespace. From v23-rc1-c on it refers to a table of pid objects. */
import { membersOf } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import { type FieldPlace, fieldPlaceOf } from "../image/abi/fields.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";

export interface PidEntry {
  /** Pid of the task. All pids are those in the root task's pid namespace; 0 if they are not visible there. */
  readonly pid: number;
  /** Pid of the parent's process. */
  readonly ppid: number;
  /** Pid of the process, i.e. of its first thread. */
  readonly tgid: number;
  readonly pgid: number;
  readonly sid: number;
  /** Session id in the pid namespace of the process that took the checkpoint; undefined in versions that do not save it. */
  readonly rootSid: number | undefined;
  /** Number of pid namespaces between that of the root task and that of this one. */
  readonly depth: number;
  /** Pids in those namespaces, outermost first. */
  readonly nested: readonly number[];
}

/**
 * The entries of the pid array.
 *
 * @param most maximum number of entries to read, whatever the image announces
 */
export function readPidEntries(image: Image, most: number): PidEntry[] {
  const raw = readArray(image, most);
  const objects = readPidObjects(image, raw[0]?.pid);
  if (objects)
    return raw.map(({ pid, ppid, tgid, pgid, sid, rootSid, depth }) => {
      const number = (objref: number) => objects.get(objref)?.[0] ?? 0;
      const nested = objects.get(pid)?.slice(1) ?? [];
      return {
        ...{ pid: number(pid), ppid: number(ppid), tgid: number(tgid), pgid: number(pgid), sid: number(sid) },
        ...{ rootSid, depth, nested },
      };
    });
  const nested = readNested(image);
  return raw.map((entry) => ({ ...entry, nested: nested(entry.depth) }));
}

type RawEntry = Omit<PidEntry, "nested">;

function readArray({ format, root, source }: Image, most: number): RawEntry[] {
  const range = root.find("BUFFER", "pids")?.record?.payload;
  const struct = format.struct("ckpt_task_pids");
  if (!range || !struct) return [];
  const { size } = struct.layout;
  const place = (path: string) => fieldPlaceOf(struct, path);
  const [pid, ppid, tgid] = [place("vpid"), place("vppid"), place("vtgid")];
  const [pgid, sid, rootSid, depth] = [place("vpgid"), place("vsid"), place("rsid"), place("depth")];
  const entries: RawEntry[] = [];
  for (let offset = range.start; offset + size <= range.end && entries.length < most; offset += size) {
    const at = source.window(offset, size);
    const read = (field: FieldPlace | undefined) => field?.readNumber(source.view, at, format.littleEndian);
    entries.push({
      pid: read(pid) ?? 0,
      ppid: read(ppid) ?? 0,
      tgid: read(tgid) ?? 0,
      pgid: read(pgid) ?? 0,
      sid: read(sid) ?? 0,
      rootSid: read(rootSid),
      depth: read(depth) ?? 0,
    });
  }
  return entries;
}

/** Numbers of the pid objects by objref; undefined in versions without them. */
function readPidObjects(image: Image, rootObjref: number | undefined): Map<number, number[]> | undefined {
  const { format, source, root } = image;
  const container = root.first("pids");
  const announcement = container?.find("PIDS");
  const range = container?.find("BUFFER", "pid_table")?.record?.payload;
  const struct = format.struct("ckpt_pids");
  const depthPlace = struct && fieldPlaceOf(struct, "depth");
  const numbers = struct && membersOf(struct).at("numbers");
  const width = numbers?.width;
  if (!announcement || !range || !depthPlace || !numbers || !width) return undefined;
  const objects = new Map<number, number[]>();
  let objref = firstObjref(image.fields(announcement).number("offset") ?? 0, rootObjref);
  for (let offset = range.start; offset + numbers.offset <= range.end; objref++) {
    const depth = Number(depthPlace.read(source.view, source.window(offset, numbers.offset), format.littleEndian));
    const size = numbers.offset + (depth + 1) * width.size;
    if (offset + size > range.end) break;
    const at = source.window(offset, size) + numbers.offset;
    const read = (i: number) => Number(width.read(source.view, at + i * width.size, format.littleEndian));
    objects.set(
      objref,
      Array.from({ length: depth + 1 }, (_, i) => read(i)),
    );
    offset += size;
  }
  return objects;
}

/** Number of the first pid object: that of the root task, with which the table begins. For a time kernels stated an offset that is one too small. */
function firstObjref(offset: number, rootObjref: number | undefined): number {
  return rootObjref === offset + 1 ? rootObjref : offset;
}

/** Returns a function that reads the pids of the nested namespaces, task by task; they are in a separate buffer. */
function readNested({ format, root, source }: Image): (depth: number) => number[] {
  const buffer: TreeNode | undefined = root.find("BUFFER", "vpids");
  const range = buffer?.record?.payload;
  const width = scalar(buffer?.contains?.of ?? "");
  if (!range || !width) return () => [];
  let offset = range.start;
  return (depth) => {
    const numbers: number[] = [];
    for (; numbers.length < depth && offset + width.size <= range.end; offset += width.size)
      numbers.push(Number(width.read(source.view, source.window(offset, width.size), format.littleEndian)));
    return numbers;
  };
}
