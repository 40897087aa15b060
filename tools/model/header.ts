/** What the head of an image says about the kernel that wrote it. */
import type { Image } from "../image/image.js";
import { bitNames, type NamedBits } from "./enum-names.js";
import { payloadText } from "./payload-text.js";

/** Everything is undefined where the image ends before it. */
export interface Header {
  /** Texts of the kernel, e.g. `2.6.33`, `#1 SMP`, `i686`. */
  readonly release: string | undefined;
  readonly version: string | undefined;
  readonly machine: string | undefined;
  /** Version of the kernel as three numbers, e.g. `2.6.33`. */
  readonly kernel: string | undefined;
  /** Revision of the format. */
  readonly rev: number | undefined;
  /** When the checkpoint was taken, in seconds since 1970. */
  readonly time: bigint | undefined;
  /** What the caller of the checkpoint asked for. */
  readonly flags: NamedBits | undefined;
}

/** No kernel has longer texts. */
const TEXT_ROOM = 256;

export function headerOf(image: Image): Header {
  const { root, format } = image;
  const record = root.find("HEADER");
  const fields = record && image.fields(record);
  const text = (label: string) => payloadText(image, root.find("BUFFER", label), TEXT_ROOM);
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

/** The last second that a date can name. */
const LAST_SECOND = 8_640_000_000_000n;

/** A time as `2010-03-09T12:00:00Z`; undefined beyond the year 275760, up to which there are dates. */
export function isoTime(seconds: bigint): string | undefined {
  if (seconds > LAST_SECOND) return undefined;
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
}
