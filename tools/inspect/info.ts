/** Summary of an image: its kernel, its ABI, and the amounts of its contents. Contents of memory, pipes and messages are not read. */
import type { Detection } from "../image/detect.js";
import type { Image } from "../image/image.js";
import { type Header, headerOf } from "../model/header.js";
import { recordText } from "../model/record-text.js";
import { type Task, tasksOf } from "../model/tasks.js";
import { type Census, takeCensus } from "./census.js";

export interface ImageInfo {
  /** Size of the image in bytes. */
  readonly size: number;
  readonly end: Image["end"];
  readonly detection: Detection;
  readonly arch: string;
  readonly littleEndian: boolean;
  /** Width of the kernel's `long` in bits. */
  readonly bits: number;
  /** Bytes of a page. */
  readonly pageSize: number;
  readonly header: Header;
  readonly tasks: TaskCounts;
  readonly memory: MemoryTotals;
  readonly census: Census;
  readonly errors: readonly RecordedError[];
  /** Problems of the image, in its order. */
  readonly problems: Image["problems"];
}

export interface TaskCounts {
  /** Number of live processes, each counted once with all its threads. */
  readonly processes: number;
  /** Number of threads besides the first one of each process. */
  readonly threads: number;
  readonly zombies: number;
  /** Number of tasks in the pid array whose sections the image lacks. */
  readonly missing: number;
}

export interface MemoryTotals {
  readonly addressSpaces: number;
  readonly mappings: number;
  /** Bytes of all address spaces; a shared address space counts once. */
  readonly virtualSize: bigint;
  /** Bytes of memory in the image, including System V segments; `pages` is the number of these pages. */
  readonly present: number;
  readonly pages: number;
  /** Number of segments that mappings share. */
  readonly segments: number;
  readonly segmentBytes: bigint;
}

/** An error message of the kernel that wrote the image. */
export interface RecordedError {
  /** Offset of its record, in bytes from the start of the image. */
  readonly offset: number;
  readonly text: string;
}

/**
 * Summarises an image.
 *
 * @param tasks tasks of the image, if the caller already has them
 */
export function infoOf(image: Image, tasks: readonly Task[] = tasksOf(image)): ImageInfo {
  const census = takeCensus(image);
  const { target } = image.format.abi;
  return {
    size: image.source.size,
    end: image.end,
    detection: image.detection,
    arch: target.arch,
    littleEndian: target.littleEndian,
    bits: target.bits,
    pageSize: image.format.pageSize,
    header: headerOf(image),
    tasks: countTasks(tasks),
    memory: memoryTotals(image, census),
    census,
    errors: census.errors.map((row) => recordedError(image, row)),
    problems: image.problems,
  };
}

function countTasks(tasks: readonly Task[]): TaskCounts {
  const counts = { processes: 0, threads: 0, zombies: 0, missing: 0 };
  for (const task of tasks) {
    if (!task.section) counts.missing++;
    else if (task.isZombie) counts.zombies++;
    else if (task.isThread) counts.threads++;
    else counts.processes++;
  }
  return counts;
}

function memoryTotals({ format }: Image, { mappings, objects, segments, ipcMemory }: Census): MemoryTotals {
  const counts = [...mappings.values()];
  const present = counts.reduce((sum, mapping) => sum + mapping.present, ipcMemory);
  return {
    addressSpaces: objects.get("MM") ?? 0,
    mappings: counts.reduce((sum, { count }) => sum + count, 0),
    virtualSize: counts.reduce((sum, { size }) => sum + size, 0n),
    present,
    pages: present / format.pageSize,
    segments: segments.count,
    segmentBytes: segments.size,
  };
}

/** The text is between NUL bytes; the last one may be missing. */
function recordedError(image: Image, row: number): RecordedError {
  const node = image.node(row);
  return { offset: node.offset, text: recordText(image, node, { skipsNul: true })?.trim() ?? "" };
}
