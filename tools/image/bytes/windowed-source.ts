/** An image that is read one window at a time. How its bytes are read is left to a subclass: from a file of Node, or from a file of a browser. */
import { ImageError } from "../../errors/image-error.js";
import { type ImageSource, outside } from "./source.js";

/** Bytes to read after a jump: the records between two runs of pages. */
const FIRST_BYTES = 2 * 1024;

/** Most bytes to read at once in a sequential scan. Only a caller who asks for a longer window gets more. */
const MAX_READ_BYTES = 512 * 1024;

/** Gaps up to this many bytes are read through rather than seeked over. */
const MAX_GAP_BYTES = 16 * 1024;

/** Number of windows that are kept, so that a reader can go back and forth between so many places. */
const WINDOWS = 6;

/** Consecutive bytes of the file. */
class Window {
  /** Offset of the first byte in the file. */
  start = 0;
  /** Offset in the file at which the bytes that were read end. */
  end = 0;
  /** Bytes that were requested from the file. Grows with each window that continues another. */
  ahead = 0;
  /** Turn in which the window was used last. */
  turn = 0;

  /** @param place offset in the buffer that all windows share */
  constructor(readonly place: number) {}

  holds(offset: number, length: number): boolean {
    return offset >= this.start && offset + length <= this.end;
  }

  /** Whether a scan that read this window comes to an offset next. */
  leadsTo(offset: number): boolean {
    return offset >= this.start && offset < this.end + MAX_GAP_BYTES;
  }
}

/** Bytes of the windows without the long one. */
const SHORT_WINDOWS_BYTES = WINDOWS * MAX_READ_BYTES;

export abstract class WindowedSource implements ImageSource {
  /** Number of reads so far. */
  reads = 0;
  /** One view of all windows: callers may keep it while they move within records. A request of more than {@link MAX_READ_BYTES} bytes may replace it. */
  view = new DataView(new ArrayBuffer(SHORT_WINDOWS_BYTES));
  /** The bytes of the view. Kept because Node 24 sometimes rejects a `DataView` as a buffer to read into. */
  private bytes = new Uint8Array(this.view.buffer);
  private readonly windows = Array.from({ length: WINDOWS }, (_, i) => new Window(i * MAX_READ_BYTES));
  /** The window for requests of more than {@link MAX_READ_BYTES} bytes. It is the last one in the buffer, which grows with it. */
  private readonly long = new Window(SHORT_WINDOWS_BYTES);
  private readonly all = [...this.windows, this.long];
  private current = this.windows[0] as Window;
  private turn = 0;

  /**
   * @param size bytes of the image
   * @param firstBytes bytes to read after a jump
   */
  constructor(
    readonly size: number,
    private readonly firstBytes = FIRST_BYTES,
  ) {}

  /**
   * Reads bytes at an offset of the image into `target`.
   *
   * @returns the number of bytes that were read; 0 at the end of the file
   */
  protected abstract readInto(target: Uint8Array, offset: number): number;

  /** Forgets what was read, so that every window is read again. */
  protected forget(): void {
    for (const window of this.all) window.start = window.end = window.ahead = 0;
  }

  window(offset: number, length: number): number {
    if (!this.current.holds(offset, length)) this.turnTo(offset, length);
    return this.current.place + offset - this.current.start;
  }

  /** Makes a window with these bytes the current one. */
  private turnTo(offset: number, length: number): void {
    const known = this.all.find((window) => window.holds(offset, length));
    if (!known && !(offset >= 0 && offset + length <= this.size)) throw outside(offset, length, this.size);
    const window = known ?? this.fill(offset, length);
    this.current.turn = window.turn = ++this.turn;
    this.current = window;
  }

  /** Reads bytes into the window that was not used for the longest time. */
  private fill(offset: number, length: number): Window {
    const before = Math.max(...this.all.map((window) => (window.leadsTo(offset) ? window.ahead : 0)));
    const ahead = before === 0 ? this.firstBytes : Math.min(before * 4, MAX_READ_BYTES);
    const window =
      length > MAX_READ_BYTES
        ? this.long
        : this.windows.reduce((oldest, window) => (window.turn < oldest.turn ? window : oldest));
    if (window === this.long) this.makeRoom(length);
    window.ahead = ahead;
    this.read(window, offset, length, Math.min(Math.max(length, ahead), this.size - offset));
    return window;
  }

  /** Makes room for a long window. */
  private makeRoom(length: number): void {
    if (SHORT_WINDOWS_BYTES + length <= this.bytes.length) return;
    const short = this.bytes.subarray(0, SHORT_WINDOWS_BYTES);
    this.bytes = new Uint8Array(SHORT_WINDOWS_BYTES + length);
    this.bytes.set(short);
    this.view = new DataView(this.bytes.buffer);
  }

  private read(window: Window, offset: number, least: number, most: number): void {
    window.start = window.end = offset;
    while (window.end < offset + most) {
      this.reads++;
      const done = window.end - offset;
      const read = this.readInto(this.bytes.subarray(window.place + done, window.place + most), window.end);
      if (read === 0) break;
      window.end += read;
    }
    if (window.end < offset + least)
      throw new ImageError("unexpected-end", {
        offset: window.end,
        expected: `the ${this.size} bytes that the file had when it was opened`,
        found: "that it has become shorter",
      });
  }
}
