/**
 * Synchronous output to a file descriptor: a long listing needs no memory for output that was not read yet, and the first write after the reader
 * closed its end fails.
 */
import { writeSync } from "node:fs";
import type { Output } from "./streams.js";
import { isNoTerminal } from "./terminal.js";

/** Number of bytes that are buffered before they are written. */
const BUFFER_BYTES = 64 * 1024;

type TerminalStream = Pick<Output, "isTTY" | "columns">;

export class DescriptorOutput implements Output {
  private waiting: string[] = [];
  private length = 0;

  private readonly terminal: TerminalStream;

  /** @param stream Node's stream for the same descriptor, which knows the properties of the terminal */
  constructor(
    private readonly descriptor: number,
    stream: () => TerminalStream,
  ) {
    this.terminal = isNoTerminal(descriptor) ? {} : stream();
  }

  get isTTY(): boolean {
    return this.terminal.isTTY === true;
  }

  get columns(): number {
    return this.terminal.columns ?? 80;
  }

  /**
   * Writes text or bytes; text may be held back until the next flush.
   *
   * @throws {NodeJS.ErrnoException} `EPIPE` when the reader closed its end, or another error of the write
   */
  write(data: string | Uint8Array): void {
    if (typeof data !== "string") {
      this.flush();
      this.send(data);
      return;
    }
    this.waiting.push(data);
    this.length += data.length;
    if (this.isTTY || this.length >= BUFFER_BYTES) this.flush();
  }

  /** Writes the buffered bytes. */
  flush(): void {
    const text = this.waiting.join("");
    this.waiting = [];
    this.length = 0;
    if (text !== "") this.send(Buffer.from(text));
  }

  private send(bytes: Uint8Array): void {
    for (let sent = 0; sent < bytes.length; ) {
      try {
        sent += writeSync(this.descriptor, bytes, sent);
      } catch (error) {
        // A non-blocking pipe is full: wait for its reader.
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }
}
