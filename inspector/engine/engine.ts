/** What runs in the worker: it opens an image and answers questions about it. */
import { whyNone } from "../../tools/image/file-kind.js";
import { BlobSource } from "./blob-source.js";
import { Opened } from "./opened.js";
import { type Answer, type Argument, QUESTIONS, type QuestionName } from "./questions/index.js";

/** Called with the bytes that were read and the bytes in total. */
export type OnProgress = (done: number, total: number) => void;

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 50;

export class Engine {
  private opened: Opened | undefined;

  /**
   * Reads the records of an image, but not its pages.
   *
   * @returns why the file is not an image; undefined for an image, even a damaged one
   */
  open(file: Blob, onProgress: OnProgress): string | undefined {
    let last = performance.now();
    const opened = new Opened(new BlobSource(file), (done, total) => {
      if (performance.now() - last < REPORT_EVERY) return;
      last = performance.now();
      onProgress(done, total);
    });
    const { image } = opened;
    if (image.problems[0]?.offset === 0) {
      const reason = whyNone(image.source, image);
      if (reason !== undefined) return reason;
    }
    this.opened = opened;
    return undefined;
  }

  /** @throws {Error} when no image is open */
  ask<Name extends QuestionName>(name: Name, argument: Argument<Name>): Answer<Name> {
    if (!this.opened) throw new Error("no image is open");
    const answer = QUESTIONS[name] as (opened: Opened, argument: Argument<Name>) => unknown;
    return answer(this.opened, argument) as Answer<Name>;
  }
}
