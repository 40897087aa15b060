/** Single fields of one record, read when they are asked for. */

import { decodeText } from "../abi/c-text.js";
import { FieldValues } from "../abi/field-values.js";
import { memberAt } from "../abi/fields.js";
import type { ImageFormat } from "../abi/format.js";
import { type ImageSource, windowBytes } from "../bytes/source.js";
import type { ImageRecord } from "./records.js";

/** Paths are those of the schema, e.g. `cap_s.securebits`, and hold in every version although C names and offsets changed. */
export class Fields extends FieldValues {
  constructor(
    private readonly format: ImageFormat,
    private readonly source: ImageSource,
    readonly record: ImageRecord,
  ) {
    super();
  }

  override value(path: string): number | bigint | undefined {
    const { kind, offset, length } = this.record;
    if (!kind) return undefined;
    const at = this.source.window(offset, Math.min(length, kind.longest));
    const struct = kind.structOf(this.source.view, at, length);
    const place = kind.place(struct, path);
    if (!place || place.offset + place.size > length) return undefined;
    return place.read(this.source.view, at, this.format.littleEndian);
  }

  /** A `char` array up to its first NUL; bytes that are not UTF-8 are lone surrogates. */
  text(path: string): string | undefined {
    const { offset, length } = this.record;
    const layout = this.record.structIn(this.source)?.layout;
    const found = layout && memberAt(this.format.abi, layout, path);
    if (!found || found.offset + found.member.size > length) return undefined;
    return decodeText(windowBytes(this.source, offset + found.offset, found.member.size));
  }
}
