/** The header of the result: which version, which architecture, which kernel. */

import { encodeEscaped } from "../../runtime/index.js";
import type { KernelVersion } from "../abi/kernel-version.js";
import { decodeText } from "../image/c-text.js";
import type { ImageFormat } from "../image/format.js";
import { lengthOf, shortBytes } from "./content.js";
import type { RecordNode } from "./nodes.js";
import { architectureNumber, type KernelIdentity, kernelNumbers, revision, TargetError } from "./target.js";

export class Identity {
  private readonly kernel: KernelVersion | undefined;
  private readonly numbers: { readonly arch_id: number | undefined; readonly rev: number };
  /** The numbers of the kernel that wrote the image. */
  private old: string | undefined;

  /** @throws {TargetError} when the kernel version is none */
  constructor(
    target: ImageFormat,
    private readonly wanted: KernelIdentity,
    /** When the version stays the same, so do revision and architecture number, whatever they are. */
    isSameVersion: boolean,
  ) {
    this.kernel = wanted.kernel === undefined ? undefined : kernelNumbers(wanted.kernel);
    this.numbers = isSameVersion
      ? { arch_id: undefined, rev: -1 }
      : { arch_id: architectureNumber(target) ?? 0, rev: revision(target) };
  }

  /** Whether it has something to say about a record of that name. */
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
    const { arch_id, rev } = this.numbers;
    if (arch_id !== undefined) {
      fields.arch_id = arch_id;
      fields.rev = rev;
    }
    if (this.kernel) [fields.major, fields.minor, fields.patch] = this.kernel;
  }

  /** The text begins with the numbers, which a new kernel changes. */
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
      throw new TargetError(`${record.label}: ${JSON.stringify(text)} does not fit into ${room} bytes with a NUL`);
    const padded = new Uint8Array(room);
    padded.set(bytes);
    record.parts.payload = padded;
  }
}
