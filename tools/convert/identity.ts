/** The header of the result: version, architecture and kernel. */

import { encodeEscaped } from "../../runtime/index.js";
import { UsageError } from "../errors/usage-error.js";
import { decodeText } from "../image/abi/c-text.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { KernelVersion } from "../image/abi/kernel-sizes.js";
import { lengthOf, shortBytes } from "./content.js";
import type { RecordNode } from "./nodes.js";
import type { ConversionLog } from "./report.js";
import { architectureNumber, type KernelIdentity, kernelNumbers, revision, wayBetween } from "./target.js";

const STEP = "identity";

export class Identity {
  private readonly kernel: KernelVersion | undefined;
  /** Header fields that follow from the version: their values on both sides. */
  private readonly numbers: Readonly<Record<string, { readonly before: number; readonly after: number }>>;
  private readonly boundary: string;
  /** Version of the kernel that wrote the image, e.g. `2.6.33`. */
  private old: string | undefined;

  /** @throws {UsageError} (`conversion-target`) when the kernel version is invalid */
  constructor(
    source: ImageFormat,
    target: ImageFormat,
    private readonly wanted: KernelIdentity,
    private readonly log: ConversionLog,
  ) {
    this.kernel = wanted.kernel === undefined ? undefined : kernelNumbers(wanted.kernel);
    this.boundary = wayBetween(source, target);
    // Without a change of version, format revision and architecture number stay as they are, whatever their values.
    this.numbers =
      source.abi === target.abi
        ? {}
        : {
            arch_id: { before: architectureNumber(source) ?? 0, after: architectureNumber(target) ?? 0 },
            rev: { before: revision(source), after: revision(target) },
          };
  }

  /** Reports values of the header that differ from those of all images of the version. */
  survey(record: RecordNode): void {
    if (record.name !== "HEADER") return;
    for (const [field, { before, after }] of Object.entries(this.numbers)) {
      const value = record.number(field);
      if (value === before) continue;
      const why = `in images of the version it is ${before}, and the result has ${after}`;
      const { name, origin } = record;
      this.log.add("repairs", { boundary: this.boundary, step: STEP, record: name, field, value, why, origin });
    }
  }

  /** Whether a record of that name may change. */
  concerns({ name, label }: RecordNode): boolean {
    return name === "HEADER" || label === "release" || label === "version" || label === "machine";
  }

  apply(record: RecordNode): void {
    if (record.name === "HEADER") this.header(record);
    else if (record.label === "release") this.text(record, this.releaseFor(record));
    else if (record.label === "version") this.text(record, this.wanted.version);
    else this.text(record, this.wanted.machine);
  }

  private header(record: RecordNode): void {
    const { fields } = record;
    this.old = ["major", "minor", "patch"].map((name) => record.number(name)).join(".");
    for (const [field, { after }] of Object.entries(this.numbers)) fields[field] = after;
    if (this.kernel) [fields.major, fields.minor, fields.patch] = this.kernel;
  }

  /** The release text for the result: a new kernel changes the version number at its start. */
  private releaseFor(record: RecordNode): string | undefined {
    const { release, kernel } = this.wanted;
    if (release !== undefined || kernel === undefined || !this.kernel) return release;
    const now = this.kernel.join(".");
    const before = decodeText(shortBytes(record.parts.payload));
    return this.old !== undefined && before.startsWith(this.old) ? now + before.slice(this.old.length) : now;
  }

  private text(record: RecordNode, text: string | undefined): void {
    if (text === undefined) return;
    const room = lengthOf(record.parts.payload);
    const bytes = encodeEscaped(text);
    if (typeof bytes === "string" || bytes.length >= room)
      throw new UsageError(
        "conversion-target",
        `${record.label}: ${JSON.stringify(text)} does not fit into ${room} bytes with a NUL`,
      );
    const padded = new Uint8Array(room);
    padded.set(bytes);
    record.parts.payload = padded;
  }
}
