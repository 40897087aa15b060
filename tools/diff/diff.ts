/**
 * Compares two images by meaning: tasks are paired by pid, objects by their role, memory by address. Object numbers, the order of records and the
 * division of contents into records have no meaning.
 */

import type { Progress } from "../image/bytes/progress.js";
import type { Image } from "../image/image.js";
import { compareCredentials, pairedCredentials } from "./credentials.js";
import { compareDescriptors } from "./descriptors.js";
import type { Difference } from "./difference.js";
import { compareDirectories } from "./directories.js";
import { FewDifferences } from "./few-differences.js";
import { compareImageHeaders, type ImageSummary, imageSummary } from "./header.js";
import { compareUndo } from "./ipc.js";
import { compareMappings } from "./mappings.js";
import { type BothTasks, isBoth, type MatchOptions, pairTasks, type TaskPair, taskNameOf } from "./match.js";
import { compareNamespaces } from "./namespaces.js";
import { KnownPages, Pass, type Setting } from "./pass.js";
import { namePlaces } from "./places.js";
import { compareArchitectures, compareRegisters } from "./registers.js";
import { SameRecords } from "./same-records.js";
import { compareSharing } from "./sharing.js";
import { Side } from "./side.js";
import { compareSignals } from "./signals.js";
import { Summary } from "./summary.js";
import { compareExistence, compareTask, remarkUnread } from "./task.js";
import { compareTerminals } from "./terminals.js";
import { UnknownParts, type Unknowns } from "./unknown.js";

export interface DiffOptions extends MatchOptions {
  /** `false` excludes the contents of memory. */
  readonly memory?: boolean | undefined;
  /** Includes values of the image headers. */
  readonly header?: boolean | undefined;
  /** Called with the bytes of pages compared so far, and an estimate of the total. */
  readonly onProgress?: Progress | undefined;
  /** Decodes also what is equal byte by byte. The differences are the same, found more slowly: for tests. */
  readonly decodeAll?: boolean | undefined;
}

export interface ImageDiff {
  readonly a: ImageSummary;
  readonly b: ImageSummary;
  /** Whether there is no difference, as far as both versions save the data, and all tasks were compared. */
  readonly equal: boolean;
  readonly summary: Summary;
  /** Data that one image lacks, so that it is neither equal nor different. */
  readonly unknown: Unknowns;
  /** The tasks among {@link unknown}, such as `task 182`: an image ends before them, or within them. */
  readonly uncompared: Unknowns;
  /** By task, then by kind. If there are many they are computed again on each iteration, so there may be any number of them. */
  readonly differences: Iterable<Difference>;
}

/**
 * Compares two images. Versions and architectures may differ; damaged images are compared up to the damage. Memory use grows with the records of the
 * images, not with their pages.
 *
 * @throws {UsageError} (`unknown-task`) when neither image has a selected task
 */
export function diffImages(imageA: Image, imageB: Image, options: DiffOptions = {}): ImageDiff {
  const [a, b] = [new Side("A", imageA), new Side("B", imageB)];
  const pairs = pairTasks(a, b, options);
  const unknown = new UnknownParts();
  const total = imageA.source.size + imageB.source.size;
  let done = 0;
  const setting: Setting = {
    a,
    b,
    unknown,
    pids: options.pids ?? new Map(),
    taskCredentials: pairedCredentials(
      a,
      b,
      pairs.filter(({ chosen }) => chosen),
    ),
    places: namePlaces(a, b, pairs),
    pages: new KnownPages(),
    same: options.decodeAll ? undefined : SameRecords.between(imageA, imageB),
    memory: options.memory ?? true,
    watcher: {
      onBytes(bytes) {
        done += bytes * 2;
        options.onProgress?.(Math.min(done, total), total);
      },
      onUnknown: (side, why) => unknown.add(side, `memory, because ${why}`),
    },
  };
  const differences = iterating(() => compareAll(new Pass(setting), pairs, options));
  const summary = new Summary();
  const few = new FewDifferences();
  for (const difference of differences) {
    summary.add(difference);
    few.add(difference);
  }
  setting.pages.complete();
  const uncompared = unknown.listTasks();
  return {
    a: imageSummary(imageA, a.tasks.length),
    b: imageSummary(imageB, b.tasks.length),
    equal: summary.total === 0 && uncompared.A.length + uncompared.B.length === 0,
    summary,
    unknown: unknown.list(),
    uncompared,
    differences: iterating(() => few.all ?? differences),
  };
}

/** An iterable, and nothing else: a program cannot come to rely on an array that is there only if the differences are few. */
function iterating<T>(begin: () => Iterable<T>): Iterable<T> {
  return { [Symbol.iterator]: () => begin()[Symbol.iterator]() };
}

function* compareAll(
  pass: Pass,
  pairs: readonly TaskPair[],
  { header }: DiffOptions,
): Generator<Difference, void, void> {
  if (header) yield* compareImageHeaders(pass);
  yield* compareArchitectures(pass);
  for (const pair of pairs) {
    if (!pair.chosen) continue;
    if (isBoth(pair)) yield* compareTasks(pass, pair);
    else yield* compareExistence(pass, pair);
  }
}

/** The comparisons for one task. */
function* compareTasks(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  remarkUnread(pass, tasks);
  yield* compareTask(pass, tasks);
  yield* compareSharing(pass, tasks);
  yield* compareRegisters(pass, tasks);
  yield* compareMappings(pass, tasks, taskNameOf(tasks));
  yield* compareDirectories(pass, tasks);
  yield* compareDescriptors(pass, tasks);
  yield* terminalIn(pass, tasks);
  yield* compareSignals(pass, tasks);
  yield* compareCredentials(pass, tasks);
  yield* compareNamespaces(pass, tasks);
  yield* compareUndo(pass, tasks);
}

function* terminalIn(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  const [one, other] = [pass.a.number(tasks.a, "tty_objref"), pass.b.number(tasks.b, "tty_objref")];
  if (one && other)
    yield* compareTerminals(pass, one, other, { task: taskNameOf(tasks), name: "the controlling terminal" });
}
