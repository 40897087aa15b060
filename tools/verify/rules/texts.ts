/** Texts: NUL-terminated, paths absolute and not too long. */
import type { BoundStruct, Member } from "../../../runtime/index.js";
import { windowBytes } from "../../image/bytes/source.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { structFacts } from "../struct-facts.js";

/** Texts are read in pieces of this size; the longest of kernels fit into one. */
const PIECE = 4096;

/** Texts of a UTS namespace that programs cannot change. */
const SYSTEM_NAMES: readonly string[] = ["sysname", "release", "version", "machine"];

const SLASH = 0x2f;

export const texts = inspector(
  {
    "text-end": ["doubtful", "Texts end with a NUL byte."],
    "text-behind-end": ["doubtful", "Nothing follows the NUL byte of a path."],
    "system-name": ["doubtful", "The names of the system in a UTS namespace, such as its release, are not empty."],
    "path-length": ["refused", "A path takes at most as many bytes as the kernel reads (PATH_MAX), its NUL included."],
    "path-not-absolute": ["doubtful", "Paths of files and directories begin with a slash."],
  },
  ({ format, source }, { report }) => {
    const longestPath = format.constant("PATH_MAX");
    const fieldsOf = new Map<BoundStruct, readonly Member[]>();

    return {
      every(view) {
        checkFields(view);
        checkPayload(view);
      },
      records: { FILE_NAME: checkPath, UTS_NS: checkSystem },
    };

    /** Only the host name and domain name can be set, and be empty. */
    function checkSystem(view: RecordView): void {
      const { struct, record } = view;
      if (!struct || struct.layout.size > record.length) return;
      for (const { path, offset } of textFields(struct)) {
        const at = record.offset + offset;
        if (!SYSTEM_NAMES.includes(path) || windowBytes(source, at, 1)[0] !== 0) continue;
        const expected = "a text, which the kernel has built in";
        report("system-name", view, { field: path, at, expected, found: '""' });
      }
    }

    function checkFields(view: RecordView): void {
      const { struct, record } = view;
      if (!struct || struct.layout.size > record.length) return;
      for (const { path, offset, size } of textFields(struct)) {
        const at = record.offset + offset;
        const expected = `a NUL among its ${size} bytes`;
        if (firstNul(at, at + size) < 0) report("text-end", view, { field: path, at, expected, found: "none" });
      }
    }

    function textFields(struct: BoundStruct): readonly Member[] {
      let fields = fieldsOf.get(struct);
      if (!fields) {
        // Socket addresses, which the C library defines, may fill their array completely.
        fields = structFacts(struct).fields.filter(
          ({ type, dims, isForeign }) => type === "char" && dims && !isForeign,
        );
        fieldsOf.set(struct, fields);
      }
      return fields;
    }

    function checkPayload(view: RecordView): void {
      const { record, step } = view;
      if ((step?.entry.contains ?? record.kind?.payload)?.kind !== "text" || !step) return;
      const { start, end } = record.payload;
      if (firstNul(start, end) < 0)
        report("text-end", view, { at: end, expected: `a NUL among its ${end - start} bytes`, found: "none" });
    }

    function checkPath(view: RecordView): void {
      const { start, end } = view.record.payload;
      const nul = firstNul(start, end);
      if (nul >= 0 && nul !== end - 1) {
        const found = `${end - 1 - nul} bytes after its NUL`;
        report("text-behind-end", view, { at: nul + 1, expected: "the path to end with the record", found });
      }
      if (end - start > longestPath) {
        const expected = `at most ${longestPath} bytes of a path`;
        report("path-length", view, { at: start, expected, found: `${end - start}` });
      }
      const first = end > start ? windowBytes(source, start, 1)[0] : undefined;
      if (first === SLASH) return;
      const found = first ? JSON.stringify(String.fromCharCode(first)) : "no path";
      report("path-not-absolute", view, { at: start, expected: "a slash", found });
    }

    /** Offset of the first NUL byte in the image, or -1. */
    function firstNul(start: number, end: number): number {
      for (let from = start; from < end; from += PIECE) {
        const at = windowBytes(source, from, Math.min(PIECE, end - from)).indexOf(0);
        if (at >= 0) return from + at;
      }
      return -1;
    }
  },
);
