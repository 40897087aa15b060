/**
 * Information in the header of an image: kernel, time, flags of the caller. Two checkpoints of one unchanged program differ in it, so it is context,
 * and compared only on request.
 */
import type { Image } from "../image/image.js";
import { headerOf, isoTime } from "../model/header.js";
import { recordText } from "../model/record-text.js";
import { changeOf, type Difference } from "./difference.js";
import { compareFields } from "./fields.js";
import { structAt } from "./leaves.js";
import type { Pass } from "./pass.js";

/** What is shown of an image before the differences. */
export interface ImageSummary {
  /** `version/arch` */
  readonly abi: string;
  readonly kernel: string | undefined;
  readonly release: string | undefined;
  /** Time of the checkpoint in seconds since 1970. `taken` is its text. */
  readonly time: bigint | undefined;
  readonly taken: string | undefined;
  readonly flags: readonly string[];
  readonly tasks: number;
  /** Size of the image in bytes. */
  readonly size: number;
  /** How it ends. */
  readonly end: Image["end"];
  /** Place and kind of the damage. */
  readonly damage: string | undefined;
}

export function imageSummary(image: Image, tasks: number): ImageSummary {
  const { kernel, release, time, flags } = headerOf(image);
  return {
    abi: image.format.abi.name,
    kernel,
    release,
    time,
    taken: time === undefined ? undefined : (isoTime(time) ?? `${time}`),
    flags: flags?.names ?? [],
    tasks,
    size: image.source.size,
    end: image.end,
    damage: image.end === "damaged" ? image.problems.at(-1)?.message : undefined,
  };
}

/** Texts of the header by the labels of their records. */
const TEXTS = ["release", "version", "machine", "lsm_name"];

export function* compareImageHeaders(pass: Pass): Generator<Difference, void, void> {
  const [a, b] = [pass.a.image, pass.b.image];
  const fields = (record: string, of: string) => {
    const [one, other] = [structAt(a, a.root.find(record)), structAt(b, b.root.find(record))];
    return one && other ? compareFields(one, other, pass.unknown, { of }) : [];
  };
  const text = (image: Image, label: string) => {
    const node = image.root.find("BUFFER", label) ?? image.root.first("container")?.find("BUFFER", label);
    return recordText(image, node);
  };
  const all = [
    ...fields("HEADER", "header"),
    ...TEXTS.flatMap((label) => changeOf(label, text(a, label), text(b, label))),
    ...fields("HEADER_ARCH", "header_arch"),
  ];
  if (all.length > 0) yield { kind: "header", change: "changed", task: undefined, what: "", fields: all };
}
