/** Texts: NUL-terminated, paths absolute and not too long. */
import type { BoundStruct, Member } from "../../../runtime/index.js";
import type { RecordKind } from "../../image/abi/format.js";
import { windowBytes } from "../../image/bytes/source.js";
import { type FindingDetails, inspection, type RecordHandler, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { structBytes } from "../struct-bytes.js";

/** Texts are read in pieces of this size; the longest of kernels fit into one. */
const PIECE_BYTES = 4096;

/** Texts of a UTS namespace that programs cannot change. */
const SYSTEM_NAMES: readonly string[] = ["sysname", "release", "version", "machine"];

const SLASH = 0x2f;

export class TextRules extends inspection({
  "text-end": ["doubtful", "Texts end with a NUL byte."],
  "text-behind-end": ["doubtful", "Nothing follows the NUL byte of a path."],
  "system-name": ["doubtful", "The names of the system in a UTS namespace, such as its release, are not empty."],
  "path-length": ["refused", "A path takes at most as many bytes as the kernel reads (PATH_MAX), its NUL included."],
  "path-not-absolute": ["doubtful", "Paths of files and directories begin with a slash."],
}) {
  private readonly longestPath = this.format.constant("PATH_MAX");
  private readonly fieldsOf = new Map<BoundStruct, readonly Member[]>();

  readonly every = (kind: RecordKind | undefined): RecordHandler | undefined => {
    const hasFields = kind?.fixedLength === undefined || (kind.struct && this.textFields(kind.struct).length > 0);
    if (!hasFields) return undefined;
    return (view) => {
      this.checkFields(view);
      this.checkPayload(view);
    };
  };
  readonly records: RecordHandlers = {
    FILE_NAME: (view) => {
      this.textBehindEnd(view);
      this.pathLength(view);
      this.pathNotAbsolute(view);
    },
    UTS_NS: (view) => this.systemName(view),
  };

  /** Only the host name and domain name can be set, and be empty. */
  private systemName(view: RecordView): void {
    const { struct, record } = view;
    if (!struct || struct.layout.size > record.length) return;
    for (const { path, offset } of this.textFields(struct)) {
      const at = record.offset + offset;
      if (!SYSTEM_NAMES.includes(path) || windowBytes(this.source, at, 1)[0] !== 0) continue;
      const expected = "a text, which the kernel has built in";
      this.report("system-name", view, { field: path, at, expected, found: '""' });
    }
  }

  private checkFields(view: RecordView): void {
    const { struct, record } = view;
    if (!struct || struct.layout.size > record.length) return;
    for (const { path, offset, size } of this.textFields(struct)) {
      const at = record.offset + offset;
      this.textEnd(view, at, at + size, { field: path, at });
    }
  }

  private textFields(struct: BoundStruct): readonly Member[] {
    let fields = this.fieldsOf.get(struct);
    if (!fields) {
      // Socket addresses, which the C library defines, may fill their array completely.
      fields = structBytes(struct).fields.filter(({ type, dims, isForeign }) => type === "char" && dims && !isForeign);
      this.fieldsOf.set(struct, fields);
    }
    return fields;
  }

  private checkPayload(view: RecordView): void {
    const { record, step } = view;
    if ((step?.entry.contains ?? record.kind?.payload)?.kind !== "text" || !step) return;
    const { start, end } = record.payload;
    this.textEnd(view, start, end, { at: end });
  }

  private textEnd(view: RecordView, start: number, end: number, place: Pick<FindingDetails, "field" | "at">): void {
    const expected = `a NUL among its ${end - start} bytes`;
    if (this.firstNul(start, end) < 0) this.report("text-end", view, { ...place, expected, found: "none" });
  }

  private textBehindEnd(view: RecordView): void {
    const { start, end } = view.record.payload;
    const nul = this.firstNul(start, end);
    if (nul < 0 || nul === end - 1) return;
    const found = `${end - 1 - nul} bytes after its NUL`;
    this.report("text-behind-end", view, { at: nul + 1, expected: "the path to end with the record", found });
  }

  private pathLength(view: RecordView): void {
    const { start, end } = view.record.payload;
    const expected = `at most ${this.longestPath} bytes of a path`;
    if (end - start > this.longestPath)
      this.report("path-length", view, { at: start, expected, found: `${end - start}` });
  }

  private pathNotAbsolute(view: RecordView): void {
    const { start, end } = view.record.payload;
    const first = end > start ? windowBytes(this.source, start, 1)[0] : undefined;
    if (first === SLASH) return;
    const found = first ? JSON.stringify(String.fromCharCode(first)) : "no path";
    this.report("path-not-absolute", view, { at: start, expected: "a slash", found });
  }

  /** Offset of the first NUL byte in the image, or -1. */
  private firstNul(start: number, end: number): number {
    for (let from = start; from < end; from += PIECE_BYTES) {
      const at = windowBytes(this.source, from, Math.min(PIECE_BYTES, end - from)).indexOf(0);
      if (at >= 0) return from + at;
    }
    return -1;
  }
}
