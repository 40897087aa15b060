/** Problems found by the walk (framing, grammar, lengths, counts), and the message of a kernel that gave up. */

import { DAMAGE, type ImageErrorCode } from "../../errors/codes.js";
import { decodeText } from "../../image/abi/c-text.js";
import { windowBytes } from "../../image/bytes/source.js";
import { inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";

/** Maximum length in bytes of a message of a kernel. */
const MAX_MESSAGE_BYTES = 1024;

/** Rules for damage that keeps an image from being read; their ids are the codes of the errors. */
const DAMAGE_RULES = Object.fromEntries(
  Object.entries(DAMAGE).map(([code, holds]) => [code, ["unreadable", holds]]),
) as unknown as Record<ImageErrorCode, readonly ["unreadable", string]>;

export class FramingRules extends inspection({
  ...DAMAGE_RULES,
  "checkpoint-failed": [
    "unreadable",
    "The image holds no error message: the kernel brought the checkpoint to its end.",
  ],
}) {
  readonly records: RecordHandlers = {
    STRING: (view) => {
      if (view.label === "message") this.checkpointFailed(view);
    },
  };

  private checkpointFailed(view: RecordView): void {
    const { start, end } = view.record.payload;
    const bytes = windowBytes(this.source, start, Math.min(end - start, MAX_MESSAGE_BYTES));
    // A NUL byte before the text allows it to be found from the end of the file.
    const text = decodeText(bytes[0] === 0 ? bytes.subarray(1) : bytes).trimEnd();
    const found = `the message "${text}"`;
    this.report("checkpoint-failed", view, { expected: "a checkpoint that succeeds", found });
  }
}
