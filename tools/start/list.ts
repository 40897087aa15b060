/** Environments and auxiliary vectors, once per address space with the tasks that share it. */

import { registry } from "../../generated/elf/codecs/index.js";
import { decodeText } from "../image/abi/c-text.js";
import type { Image } from "../image/image.js";
import { ImageMemory, type ProcessMemory } from "../memory/memory.js";
import { readText } from "../memory/read.js";
import { type Program, programOf } from "../model/program.js";
import { sharedObjects, type TaskName, taskName } from "../model/sharing.js";
import { type Task, tasksOf } from "../model/tasks.js";
import { type AuxiliaryVector, findAuxiliaryVector } from "./auxiliary-vector.js";
import { environmentOf, type Missing } from "./strings.js";

interface OfAddressSpace {
  /** Number of the MM object. */
  readonly objref: number;
  /** The tasks with this address space; empty if the image ends before a task that refers to it. */
  readonly tasks: readonly TaskName[];
}

export interface ListedEnvironment extends OfAddressSpace {
  /** Variables as `NAME=value`; bytes that are not UTF-8 are lone surrogates. */
  readonly environment: readonly string[];
  /** Why some or all of it is missing; undefined if it is complete. */
  readonly missing: Missing | undefined;
}

export interface ListedVector extends OfAddressSpace {
  /** Where it was found; undefined if the image does not have it. */
  readonly from: AuxiliaryVector["from"] | undefined;
  /** Entries without the final pair. */
  readonly entries: readonly VectorEntry[];
}

export interface VectorEntry {
  readonly type: bigint;
  /** C name of the type, e.g. `AT_PAGESZ`; undefined for an unknown number. */
  readonly name: string | undefined;
  readonly value: bigint;
  /** The text that the value points to, if the type is that of a text and the image has that page. */
  readonly text?: string;
}

/**
 * Environments in the order of the tasks, generated on demand.
 *
 * @param all tasks of the image
 * @param chosen tasks whose environments are listed
 */
export function* listEnvironments(
  image: Image,
  all: readonly Task[] = tasksOf(image),
  chosen: readonly Task[] = all,
): Generator<ListedEnvironment, void, void> {
  for (const { objref, tasks, memory } of spaces(image, all, chosen)) {
    const { texts, missing } = environmentOf(memory);
    yield { objref, tasks: tasks.map(taskName), environment: texts, missing };
  }
}

/** Auxiliary vectors by address space, in the order of the tasks. */
export function* listVectors(
  image: Image,
  all: readonly Task[] = tasksOf(image),
  chosen: readonly Task[] = all,
): Generator<ListedVector, void, void> {
  for (const { objref, tasks, memory } of spaces(image, all, chosen)) {
    const running = tasks.filter((task) => !task.isZombie);
    const program = programOf(image, running, memory.stretches.end);
    const vector = findAuxiliaryVector(memory, program);
    yield {
      objref,
      tasks: tasks.map(taskName),
      from: vector?.from,
      entries: vector ? entriesOf(memory, program, vector.words) : [],
    };
  }
}

function* spaces(
  image: Image,
  all: readonly Task[],
  chosen: readonly Task[],
): Generator<{ objref: number; tasks: readonly Task[]; memory: ProcessMemory }, void, void> {
  for (const { objref, tasks } of sharedObjects(image, all, chosen, "mm_objref", "MM")) {
    // Each is read once, so nothing is cached.
    const memory = new ImageMemory(image).of(objref);
    if (memory) yield { objref, tasks, memory };
  }
}

/** Types whose values point to a text. */
const TEXTS: ReadonlySet<string | undefined> = new Set(["AT_PLATFORM", "AT_BASE_PLATFORM", "AT_EXECFN"]);

/** Maximum length of such a text in bytes; longer ones in a hostile image are cut off. */
const MAX_TEXT_BYTES = 4096;

function entriesOf(memory: ProcessMemory, { arch }: Program, words: readonly bigint[]): VectorEntry[] {
  const names = typeNames(arch);
  const entries: VectorEntry[] = [];
  for (let i = 0; i + 2 < words.length; i += 2) {
    const [type, value] = [words[i] as bigint, words[i + 1] as bigint];
    const name = names.get(type);
    const found = TEXTS.has(name) ? readText(memory, value, MAX_TEXT_BYTES) : undefined;
    entries.push({ type, name, value, ...(found?.ends && { text: decodeText(found.bytes) }) });
  }
  return entries;
}

function typeNames(arch: string): ReadonlyMap<bigint, string> {
  const abi = registry.abi(registry.versions.at(-1) as string, arch);
  const types = registry.tables.enums.find(({ name }) => name === "at_type")?.values ?? [];
  return new Map(types.map(({ name, value }) => [BigInt(abi.valueOf(value) ?? -1), name]));
}
