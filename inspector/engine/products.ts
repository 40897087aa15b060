/** Files that are made of an image, each with the bytes that the command writes. */
import { coreOf } from "../../tools/core/core.js";
import { processOfTask } from "../../tools/core/process.js";
import type { Progress } from "../../tools/image/bytes/progress.js";
import { reportMarkdown } from "../../tools/report/markdown.js";
import { reportOf } from "../../tools/report/report.js";
import { stripImage } from "../../tools/strip/strip.js";
import { inlineNeed, MAX_INLINE_BYTES, textBytes } from "../../tools/text/write-text.js";
import { BlobSink, blobOf } from "./blob-sink.js";
import type { Opened } from "./opened.js";

/** Name and version of the command, e.g. `ckpt 1.2.3`. */
declare const PROGRAM: string;

export type Product =
  | { readonly kind: "image" }
  /** The core of the process of a task, as `ckpt core --task PID -o -` writes it. */
  | { readonly kind: "core"; readonly pid: number }
  | { readonly kind: "stripped"; readonly registers: boolean; readonly paths: boolean }
  | { readonly kind: "report"; readonly paths: boolean }
  | { readonly kind: "text" };

/** @throws {CkptError} when the image has no such product */
export async function make({ image, file }: Opened, product: Product, onProgress?: Progress): Promise<Blob> {
  switch (product.kind) {
    case "image":
      return blobOf(image.source, file);
    case "core": {
      const sink = new BlobSink();
      await coreOf(processOfTask(image, String(product.pid))).write(sink, onProgress);
      return sink.blob("application/octet-stream");
    }
    case "stripped": {
      const sink = new BlobSink();
      await stripImage(image, sink, { registers: product.registers, paths: product.paths }, onProgress);
      return sink.blob("application/octet-stream");
    }
    case "report":
      return new Blob([reportMarkdown(reportOf(image, { paths: product.paths }), PROGRAM)], { type: "text/markdown" });
    case "text":
      return textOf(image);
  }
}

function textOf(image: Opened["image"]): Blob {
  if (inlineNeed(image).total > MAX_INLINE_BYTES)
    throw new Error(
      "The image has too much memory for one text. The command ckpt decode --memory DIR puts memory into files of a directory.",
    );
  const sink = new BlobSink();
  for (const piece of textBytes(image)) sink.write(piece);
  return sink.blob("application/json");
}
