/** The result of a comparison as lines, so that a test can state it completely. */

import { type ByteRun, type Difference, type DiffOptions, diffImages } from "../../tools/diff/index.js";
import type { Image } from "../../tools/image/index.js";
import { makeBytes } from "../make-image/make.js";
import type { MakeOptions } from "../make-image/options.js";
import { opened } from "../opened.js";
import { Altered } from "../verify/altered.js";

/** A difference as text: `1000 mapping changed 08048000-08049000 r-xp: vm_flags 1 -> 2; 1 page changed, 3 bytes: 8048010+3` */
export function told(a: Image, b: Image, options: DiffOptions = {}): string[] {
  return [...diffImages(a, b, options).differences].map(lineOf);
}

export function lineOf({ kind, change, task, what, fields, bytes }: Difference): string {
  const facts = fields.map(({ field, old, new: current }) => `${field} ${old ?? "()"} -> ${current ?? "()"}`);
  if (bytes?.pages) {
    const { added, removed, changed } = bytes.pages;
    facts.push(`pages +${added} -${removed} ~${changed}`);
  }
  if (bytes) facts.push(`${bytes.changed} bytes: ${[...bytes.runs].map(runText).join(" ")}`);
  const head = [task?.pid ?? "all", kind, change, what].filter((part) => part !== "").join(" ");
  return facts.length === 0 ? head : `${head}: ${facts.join("; ")}`;
}

function runText(run: ByteRun): string {
  const hex = (bytes: Uint8Array | undefined) => (bytes ? Buffer.from(bytes).toString("hex") : "()");
  const length = Number(run.length);
  const shown = Math.min(length, 4);
  const change = run.change === "changed" ? "" : ` ${run.change}, ${run.instead}`;
  return `[${run.start.toString(16)}+${length}${change} ${hex(run.before(shown))}>${hex(run.after(shown))}]`;
}

/** A made image, and a copy of it to change. */
export class Edited {
  readonly before: Image;
  readonly altered: Altered;

  constructor(readonly options: MakeOptions) {
    const bytes = makeBytes(options);
    this.before = opened(bytes, options.abi);
    this.altered = new Altered(bytes, options.abi);
  }

  get after(): Image {
    return opened(this.altered.bytes, this.options.abi);
  }

  told(options?: DiffOptions): string[] {
    const { after } = this;
    if (after.end !== "complete") throw new Error(`the edit broke the image: ${after.problems.at(-1)?.message}`);
    return told(this.before, after, options);
  }
}
