/** What the walk itself finds (framing, grammar, lengths, counts), and the message of a kernel that gave up. */

import type { ImageErrorCode } from "../../errors/image-error.js";
import { decodeText } from "../../image/abi/c-text.js";
import { windowBytes } from "../../image/bytes/source.js";
import { inspector } from "../inspector.js";
import type { RecordView } from "../record-view.js";

/** Kernels write at most a kilobyte. */
const MESSAGE_ROOM = 1024;

export const framing = inspector<ImageErrorCode | "checkpoint-failed">(
  {
    "short-header": ["unreadable", "Every record begins with a type and a length of four bytes each."],
    "bad-length": ["unreadable", "The length of a record counts its own header."],
    "short-record": ["unreadable", "A record ends before the image does."],
    "short-raw": ["unreadable", "Bytes that a record announces behind itself are there."],
    "record-size": ["unreadable", "A record is as long as what it consists of."],
    "unexpected-record": ["unreadable", "Records come in the order of the version."],
    "unknown-record": ["unreadable", "Every record has a type that the version knows."],
    "unexpected-end": ["unreadable", "The image ends with its tail."],
    "trailing-record": ["unreadable", "Nothing follows the tail."],
    "object-type": ["unreadable", "An OBJREF introduces an object of a type that the version knows."],
    "object-number": ["unreadable", "The number of an object is positive and no other object has it."],
    "bad-count": ["unreadable", "Counts are not negative."],
    nesting: ["unreadable", "Objects lie within each other no deeper than kernels write them."],
    "checkpoint-failed": [
      "unreadable",
      "The image holds no error message: the kernel brought the checkpoint to its end.",
    ],
  },
  ({ source }, report) => ({
    records: {
      STRING(view: RecordView) {
        if (view.label !== "message") return;
        const { start, end } = view.record.payload;
        const bytes = windowBytes(source, start, Math.min(end - start, MESSAGE_ROOM));
        // A NUL byte in front lets the text be found from the end of the file.
        const text = decodeText(bytes[0] === 0 ? bytes.subarray(1) : bytes).trimEnd();
        report("checkpoint-failed", view, { expected: "a checkpoint that succeeds", found: `the message "${text}"` });
      },
    },
  }),
);
