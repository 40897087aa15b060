/** An image in a file, read one window at a time. In a file of its own because it needs Node. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { WindowedSource } from "../image/bytes/windowed-source.js";

export class FileSource extends WindowedSource {
  private readonly descriptor: number;

  /**
   * @param file path, or a descriptor open for reading, which the source then owns
   * @throws the system error when the file cannot be opened
   */
  constructor(file: string | number) {
    const descriptor = typeof file === "number" ? file : openSync(file, "r");
    super(fstatSync(descriptor).size);
    this.descriptor = descriptor;
  }

  protected override readInto(target: Uint8Array, offset: number): number {
    return readSync(this.descriptor, target, 0, target.length, offset);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
