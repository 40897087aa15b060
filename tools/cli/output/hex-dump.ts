/** Bytes in rows, as in `hexdump -C`: address, sixteen bytes in hexadecimal, and the bytes as text. */
import { uint8ArrayToHex } from "uint8array-extras";
import { latin1Text } from "../../latin1.js";

/** Number of bytes in a row. */
const ROW = 16;

/** Bytes as ASCII text, with dots for characters that cannot be printed. */
export function printable(bytes: Uint8Array): string {
  return latin1Text(bytes).replace(/[^\x20-\x7e]/g, ".");
}

/** Bytes in hexadecimal with a wider gap in the middle, padded to the width of a full row. */
export function hexColumns(bytes: Uint8Array): string {
  const pairs = uint8ArrayToHex(bytes).match(/../g) ?? [];
  return `${pairs
    .slice(0, ROW / 2)
    .join(" ")
    .padEnd(ROW * 1.5 - 1)}  ${pairs
    .slice(ROW / 2)
    .join(" ")
    .padEnd(ROW * 1.5 - 1)}`;
}

/** Prints bytes as a hex dump, piece by piece. Repeated rows are replaced by one star. */
export class HexDump {
  private readonly row = new Uint8Array(ROW);
  private filled = 0;
  private start = 0n;
  private previous = "";
  private starred = false;

  /** @param print called with an address and the rest of a row; without an address for a star */
  constructor(private readonly print: (address: bigint | undefined, rest: string) => void) {}

  /** Adds bytes that follow the previous ones; after {@link end} they can start at any address. */
  add(address: bigint, bytes: Uint8Array): void {
    if (this.filled === 0) this.start = address;
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(ROW - this.filled, bytes.length - at);
      this.row.set(bytes.subarray(at, at + count), this.filled);
      this.filled += count;
      at += count;
      if (this.filled === ROW) this.flush();
    }
  }

  /** Prints the remaining bytes, and the address after them. */
  end(): void {
    if (this.filled > 0) this.flush();
    this.print(this.start, "");
    this.previous = "";
    this.starred = false;
  }

  private flush(): void {
    const bytes = this.row.subarray(0, this.filled);
    const text = `${hexColumns(bytes)}  |${printable(bytes)}|`;
    if (text !== this.previous) this.print(this.start, text);
    else if (!this.starred) this.print(undefined, "*");
    this.starred = text === this.previous;
    this.previous = text;
    this.start += BigInt(this.filled);
    this.filled = 0;
  }
}
