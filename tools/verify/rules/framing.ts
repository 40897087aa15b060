/** Problems found by the walk (framing, grammar, lengths, counts), and the message of a kernel that gave up. */

import { DAMAGE, type ImageErrorCode } from "../../errors/codes.js";
import { decodeText } from "../../image/abi/c-text.js";
import { windowBytes } from "../../image/bytes/source.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** Maximum length in bytes of a message of a kernel. */
const MESSAGE_ROOM = 1024;

/** Rules for damage that keeps an image from being read; their ids are the codes of the errors. */
const DAMAGE_RULES = Object.fromEntries(
  Object.entries(DAMAGE).map(([code, holds]) => [code, ["unreadable", holds]]),
) as unknown as Record<ImageErrorCode, readonly ["unreadable", string]>;

export const framing = inspector<ImageErrorCode | "checkpoint-failed">(
  {
    ...DAMAGE_RULES,
    "checkpoint-failed": [
      "unreadable",
      "The image holds no error message: the kernel brought the checkpoint to its end.",
    ],
  },
  ({ source }, { report }) => ({
    records: {
      STRING(view: RecordView) {
        if (view.label !== "message") return;
        const { start, end } = view.record.payload;
        const bytes = windowBytes(source, start, Math.min(end - start, MESSAGE_ROOM));
        // A NUL byte before the text allows it to be found from the end of the file.
        const text = decodeText(bytes[0] === 0 ? bytes.subarray(1) : bytes).trimEnd();
        report("checkpoint-failed", view, { expected: "a checkpoint that succeeds", found: `the message "${text}"` });
      },
    },
  }),
);
