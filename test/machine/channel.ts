/** The stream of bytes from the machine, read by lines and by sizes as they arrive. */
import type { Readable } from "node:stream";

export class Channel {
  private received = Buffer.alloc(0);
  private readonly parts: Buffer[] = [];
  /** Called when more bytes have arrived. */
  private wake = () => {};

  constructor(stream: Readable) {
    stream.on("data", (part: Buffer) => {
      this.parts.push(part);
      this.wake();
    });
  }

  /** Waits for a line, which it returns without its end. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.gathered().indexOf("\n");
      if (end >= 0) return this.take(end + 1).toString("latin1", 0, end);
      await this.more();
    }
  }

  /** Waits for a number of bytes. */
  async bytes(size: number): Promise<Buffer> {
    while (this.received.length + this.parts.reduce((sum, { length }) => sum + length, 0) < size) await this.more();
    this.gathered();
    return this.take(size);
  }

  private gathered(): Buffer {
    if (this.parts.length > 0) this.received = Buffer.concat([this.received, ...this.parts.splice(0)]);
    return this.received;
  }

  private take(size: number): Buffer {
    const taken = this.received.subarray(0, size);
    this.received = this.received.subarray(size);
    return taken;
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
