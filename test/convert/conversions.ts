/** Converts images in memory, and extracts what tests compare. */

import { registry } from "../../generated/codecs/index.js";
import { type ConversionReport, type ConvertOptions, planConversion } from "../../tools/convert/index.js";
import { editImage, parseAssignment } from "../../tools/edit/index.js";
import { formatOf } from "../../tools/image/detect.js";
import { decodePayload, type Image, MemorySource, type TreeNode, windowBytes } from "../../tools/image/index.js";
import { messageOf, verify } from "../../tools/verify/index.js";
import { MemorySink } from "../../tools/write/index.js";
import { makeBytes } from "../make-image/make.js";
import type { MakeOptions } from "../make-image/options.js";
import { opened } from "../opened.js";

export interface Outcome {
  readonly report: ConversionReport;
  /** The converted image; undefined when the image cannot be converted. */
  readonly bytes: Uint8Array | undefined;
}

/** Converts an image, whatever is lost. */
export async function convert(
  bytes: Uint8Array,
  abi: string,
  to: string,
  options: Omit<ConvertOptions, "to"> = {},
): Promise<Outcome> {
  const conversion = planConversion(opened(bytes, abi), { ...options, to });
  const { report } = conversion;
  if (!conversion.isPossible) return { report, bytes: undefined };
  const sink = new MemorySink();
  await conversion.write(sink, { allowLoss: true });
  return { report, bytes: sink.bytes };
}

/** A small image with all kinds of records. */
export function made(abi: string, options: Omit<MakeOptions, "abi"> = {}): Uint8Array {
  return makeBytes({ tasks: 7, pages: 4, vmas: 3, ...options, abi });
}

/** Findings about an image of an ABI, without notes; at most a few. */
export function faults(bytes: Uint8Array, abi: string): string[] {
  const [version = "", arch = ""] = abi.split("/");
  const { findings, summary } = verify(formatOf(registry.abi(version, arch)), new MemorySource(bytes), { max: 100 });
  const messages = findings.filter(({ severity }) => severity !== "note").map(messageOf);
  return summary.end === "damaged" ? ["damaged", ...messages] : messages;
}

/** An image with other values in some fields, in the syntax of `ckpt set`. */
export function edited(bytes: Uint8Array, abi: string, ...assignments: string[]): Uint8Array {
  const { result } = editImage(opened(bytes, abi), assignments.map(parseAssignment), { force: true });
  return windowBytes(result, 0, result.size).slice();
}

export interface Converted {
  readonly image: Image;
  readonly report: ConversionReport;
  readonly bytes: Uint8Array;
}

/** Converts an image, which must succeed, and opens the result as its ABI. */
export async function converted(bytes: Uint8Array, abi: string, to: string): Promise<Converted> {
  const { report, bytes: result } = await convert(bytes, abi, to);
  if (!result) throw new Error(`refused: ${report.obstacles.map(({ record, why }) => `${record}: ${why}`).join("; ")}`);
  return { report, bytes: result, image: opened(result, `${to}/${abi.split("/")[1]}`) };
}

/** All records with a name or label, in the order of the image. */
export function records(image: Image, name: string): TreeNode[] {
  return [...image.root].filter(
    ({ rule, record, label }) => rule === undefined && (record?.name === name || label === name),
  );
}

/** Values of fields of the nth record with a name. */
export function fields(image: Image, name: string, paths: readonly string[], nth = 0): (number | undefined)[] {
  const node = records(image, name)[nth];
  return paths.map((path) => (node ? image.fields(node).number(path) : undefined));
}

/** The payload of the nth record with a name or label, as text up to its first NUL. */
export function textOf(image: Image, name: string, nth = 0): string {
  return (
    Buffer.from(payloadOf(image, name, nth))
      .toString()
      .split("\0")[0] ?? ""
  );
}

/** The payload of the nth record with a name or label. */
export function payloadOf(image: Image, name: string, nth = 0): Uint8Array {
  const payload = records(image, name)[nth]?.record?.payload;
  if (!payload) throw new Error(`no ${name}`);
  return windowBytes(image.source, payload.start, payload.end - payload.start).slice();
}

/** Decoded elements of an array payload. */
export function elementsOf(image: Image, label: string): readonly Record<string, number>[] {
  const node = records(image, label)[0];
  if (!node?.record) throw new Error(`no ${label}`);
  const payload = decodePayload(image.format, image.source, node.record, node.contains);
  if (payload.kind !== "elements") throw new Error(`${label} is no array`);
  return payload.elements as Record<string, number>[];
}

/** Names of the records in a rule or object; objects are shown by type in brackets. */
export function order(node: TreeNode | undefined): string[] {
  return [...(node?.each() ?? [])].map(({ object, rule, label, record }) =>
    object ? `(${object.type})` : (rule ?? label ?? record?.name ?? ""),
  );
}

/** Losses as `RECORD.field: value`; only the first of each kind. */
export function losses({ report }: { readonly report: ConversionReport }): string[] {
  return report.losses.map(({ record, field, examples }) => {
    const [first] = examples;
    return `${record}${field === undefined ? "" : `.${field}`}: ${first?.value}`;
  });
}

/** Reasons for a refused conversion. */
export function obstacles({ report }: { readonly report: ConversionReport }): string[] {
  return report.obstacles.map(({ record, field }) => `${record}${field === undefined ? "" : `.${field}`}`);
}
