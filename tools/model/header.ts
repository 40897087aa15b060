/** Information about the kernel at the start of an image. */

import type { NamedBits } from "../../runtime/index.js";
import type { Image } from "../image/image.js";
import { bitNames } from "./enum-names.js";
import { recordText } from "./record-text.js";

/** The start of an image. Fields are undefined if the image ends before them. */
export interface Header {
  /** Texts of the kernel, e.g. `2.6.33`, `#1 SMP`, `i686`. */
  readonly release: string | undefined;
  readonly version: string | undefined;
  readonly machine: string | undefined;
  /** Kernel version as three numbers, e.g. `2.6.33`. */
  readonly kernel: string | undefined;
  /** Revision of the format. */
  readonly rev: number | undefined;
  /** Time of the checkpoint, in seconds since 1970. */
  readonly time: bigint | undefined;
  /** Flags that the caller of the checkpoint gave. */
  readonly flags: NamedBits | undefined;
}

export function headerOf(image: Image): Header {
  const { root, format } = image;
  const record = root.find("HEADER");
  const fields = record && image.fields(record);
  const text = (label: string) => recordText(image, root.find("BUFFER", label));
  const parts = ["major", "minor", "patch"].map((part) => fields?.number(part));
  const flags = fields?.big("uflags");
  return {
    release: text("release"),
    version: text("version"),
    machine: text("machine"),
    kernel: parts.includes(undefined) ? undefined : parts.join("."),
    rev: fields?.number("rev"),
    time: fields?.big("time"),
    flags: flags === undefined ? undefined : bitNames(format.abi, "checkpoint_flags", flags),
  };
}

/** Last second that a JavaScript `Date` can represent. */
const MAX_DATE_SECONDS = 8_640_000_000_000n;

/** A time as `2010-03-09T12:00:00Z`; undefined after the year 275760, the last one that a `Date` can represent. */
export function isoTime(seconds: bigint): string | undefined {
  if (seconds > MAX_DATE_SECONDS) return undefined;
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
}
