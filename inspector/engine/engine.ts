/** What runs in a worker: it opens an image, answers questions about it, changes it, makes files of it, and checks it. */
import { parsePairs } from "../../tools/diff/pairs.js";
import { whyNone } from "../../tools/image/file-kind.js";
import { type ChangeRequest, changed } from "./change.js";
import { CHECKS, type CheckName, type CheckResult } from "./checks.js";
import { ChosenSource } from "./chosen-source.js";
import { Comparison } from "./comparison.js";
import type { ImageFile } from "./image-file.js";
import { Opened } from "./opened.js";
import { make, type Product } from "./products.js";
import { type Answer, type Argument, QUESTIONS, type QuestionName } from "./questions/index.js";
import type { Reading } from "./reading.js";
import { ServedSource } from "./served-source.js";

/** Called with the bytes that were read and the bytes in total. */
export type OnProgress = (done: number, total: number) => void;

/** An image that `ckpt view` serves. */
export interface ServedImage {
  readonly address: string;
  readonly size: number;
  /** What it is read as, where a person said so. */
  readonly abi?: string | undefined;
  readonly pageSize?: number | undefined;
}

/** Questions that are answered a part at a time, which what asks them shows. */
const STEPPED: ReadonlySet<QuestionName> = new Set(["search", "findInMemory"]);

/** Milliseconds after which a question takes long. */
const LONG = 400;

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 50;

export class Engine {
  private opened: Opened | undefined;
  private onQuestion: OnProgress | undefined;

  /**
   * Reads the records of an image, but not its pages.
   *
   * @returns why the file is not an image; undefined for an image, even a damaged one
   */
  open(file: Blob | ServedImage, onProgress: OnProgress): string | undefined {
    const { opened, refusal } = openFile(file, onProgress);
    if (refusal === undefined) this.opened = opened;
    return refusal;
  }

  /** Reports how far the reading is that a question needs, if it takes long. */
  watch(onProgress: OnProgress): void {
    this.onQuestion = onProgress;
  }

  /** @throws {Error} when no image is open */
  ask<Name extends QuestionName>(name: Name, argument: Argument<Name>): Answer<Name> {
    const { file } = this.current;
    const report = STEPPED.has(name) ? undefined : this.onQuestion && after(LONG, seldom(this.onQuestion));
    file.onRead = report && ((offset) => report(offset, file.size));
    const answer = QUESTIONS[name] as (opened: Opened, argument: Argument<Name>) => unknown;
    return answer(this.current, argument) as Answer<Name>;
  }

  /**
   * Compares the open image with another, including their pages.
   *
   * @param pairs pids of tasks that are the same although their pids differ, as `ckpt diff --pair` takes them
   * @returns why the other file is not an image; undefined if they were compared
   * @throws {UsageError} when the pairs are wrong
   */
  compare(file: Blob | ServedImage, pairs: string, onProgress: OnProgress): string | undefined {
    const pids = parsePairs(pairs);
    const { opened, refusal } = openFile(file, onProgress);
    if (refusal === undefined)
      this.current.comparison = new Comparison(this.current.image, opened.image, pids, seldom(onProgress));
    return refusal;
  }

  /** Compares the changed image with the file. */
  compareWithFile(onProgress: OnProgress): void {
    let first = this.current;
    while (first.origin) first = first.origin.before;
    this.current.comparison = new Comparison(first.image, this.current.image, new Map(), seldom(onProgress));
  }

  /** @throws {CkptError} when the change is impossible; the image is then as before */
  change(request: ChangeRequest): void {
    this.opened = changed(this.current, request);
  }

  /** Takes the last change back. */
  undo(): void {
    this.opened = this.current.origin?.before ?? this.current;
  }

  /** @throws {CkptError} when the image has no such product */
  make(product: Product, onProgress: OnProgress): Promise<Blob> {
    return make(this.current, product, seldom(onProgress));
  }

  /** Checks an image, which needs not be open here. */
  check<Name extends CheckName>(
    name: Name,
    file: Blob | ServedImage,
    reading: Reading,
    onProgress: OnProgress,
  ): CheckResult<Name> {
    return CHECKS[name](fileOf(file), reading, seldom(onProgress)) as CheckResult<Name>;
  }

  private get current(): Opened {
    if (!this.opened) throw new Error("no image is open");
    return this.opened;
  }
}

function fileOf(file: Blob | ServedImage): ImageFile {
  return file instanceof Blob ? new ChosenSource(file) : new ServedSource(file.address, file.size);
}

function openFile(file: Blob | ServedImage, onProgress: OnProgress): { opened: Opened; refusal: string | undefined } {
  const { abi, pageSize } = file instanceof Blob ? ({} as Partial<ServedImage>) : file;
  const opened = new Opened(fileOf(file), { abi, pageSize, onProgress: seldom(onProgress) });
  const { image } = opened;
  return { opened, refusal: whyNone(image) };
}

/** Reports nothing of what takes less time. */
function after(time: number, onProgress: OnProgress): OnProgress {
  const start = performance.now();
  return (done, total) => {
    if (performance.now() - start > time) onProgress(done, total);
  };
}

/** Reports not every progress, because each report is a message to the page. */
function seldom(onProgress: OnProgress): OnProgress {
  let last = performance.now();
  return (done, total) => {
    if (performance.now() - last < REPORT_EVERY) return;
    last = performance.now();
    onProgress(done, total);
  };
}
