/** Output of many lines that are written as bytes, and passed on in blocks. */
import { TextBuffer } from "../../text-buffer.js";
import type { Output } from "./streams.js";

/** Minimum size of a block in bytes. */
const BLOCK = 64 * 1024;
/** Initial size: most outputs are short. */
const SMALL = 2 * 1024;
const NEWLINE = 0x0a;

export class LineOutput {
  /** Text that was not passed on yet. */
  readonly text = new TextBuffer(SMALL);

  constructor(private readonly out: Output) {}

  /** Ends a line, which may be passed on. */
  endLine(): void {
    this.text.reserve(1);
    this.text.byte(NEWLINE);
    if (this.out.isTTY || this.text.used >= BLOCK) this.flush();
  }

  /** Passes on all text. */
  flush(): void {
    if (this.text.used > 0) this.out.write(this.text.bytes.subarray(0, this.text.used));
    this.text.clear();
  }
}
