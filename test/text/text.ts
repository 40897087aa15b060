/** Converts images to text and back, in memory. */

import type { ErrorPlace } from "../../runtime/errors.js";
import { InputError } from "../../tools/errors/input-error.js";
import { openImage } from "../../tools/image/image.js";
import { MemorySource } from "../../tools/image/index.js";
import type { ByteFiles, BytesKeeper } from "../../tools/text/index.js";
import { encodeText, writeText } from "../../tools/text/index.js";

export interface ToText {
  readonly abi?: string;
  readonly pageSize?: number;
  readonly keeper?: BytesKeeper;
}

export function textOf(bytes: Uint8Array, { keeper, ...options }: ToText = {}): string {
  const image = openImage(new MemorySource(bytes), options);
  return [...writeText(image, keeper && { keeper })].join("");
}

export function imageOf(text: string, files?: ByteFiles): Uint8Array {
  const chunks = Array.from(encodeText(new MemorySource(Buffer.from(text)), files && { files }), (chunk) =>
    chunk.slice(),
  );
  return Buffer.concat(chunks);
}

/** Offset of the first difference; undefined if the images are equal. Avoids printing two images. */
export function firstDifference(one: Uint8Array, other: Uint8Array): number | undefined {
  if (Buffer.compare(one, other) === 0) return undefined;
  const at = one.findIndex((byte, i) => byte !== other[i]);
  return at < 0 ? one.length : at;
}

/** Offset at which the image from the text differs from the original; undefined if nowhere. */
export function roundTrip(bytes: Uint8Array, options?: ToText): number | undefined {
  return firstDifference(imageOf(textOf(bytes, options)), bytes);
}

// biome-ignore lint/suspicious/noExplicitAny: JSON as its reader sees it
export type Parsed = any;

/** All nodes of a text, in order. */
export function nodesOf(text: string): Parsed[] {
  const all: Parsed[] = [];
  const visit = (node: Parsed) => {
    all.push(node);
    node.records?.forEach(visit);
  };
  visit(JSON.parse(text));
  return all;
}

/** The text after a change of the first node that has these members. */
export function edited(text: string, like: object, change: (node: Parsed) => void): string {
  const document = JSON.parse(text);
  const find = (node: Parsed): Parsed => {
    if (Object.entries(like).every(([name, value]) => node[name] === value)) return node;
    for (const inner of node.records ?? []) {
      const found = find(inner);
      if (found) return found;
    }
    return undefined;
  };
  const node = find(document);
  if (!node) throw new Error(`no node like ${JSON.stringify(like)}`);
  change(node);
  return JSON.stringify(document);
}

interface Mistake extends ErrorPlace, Pick<InputError, "message" | "reason"> {
  readonly line: number;
  readonly path: string;
}

/** The error in a text. */
export function mistake(text: string, files?: ByteFiles): Mistake {
  try {
    imageOf(text, files);
  } catch (error) {
    if (error instanceof InputError && error.code === "bad-text")
      return { ...error.place, reason: error.reason, message: error.message } as Mistake;
    throw error;
  }
  throw new Error("the text was taken");
}
