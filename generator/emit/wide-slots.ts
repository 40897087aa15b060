/** The slots of `runtime/wide`, through which generated code moves the 64-bit integers of a struct. */
import { SLOTS } from "../../runtime/wide.js";
import type { Layout } from "../layout.js";
import { CODEC_BUFFER, type CodecBuffer, type Imports, isWide, place, type Wide } from "./access.js";

/** Hands out the slots in which the runtime holds the 64-bit integers of one struct. */
export class Slots {
  private used = 0;

  /** The next slot; undefined if there are no more, and the integer has to be read or written by itself. */
  take(): number | undefined {
    return this.used < SLOTS ? this.used++ : undefined;
  }
}

/** Where values are read from. */
export interface ReadBuffer extends CodecBuffer {
  /** Set where 64-bit integers go through slots. */
  readonly wides?: Wides | undefined;
}

/** The 64-bit integers of a struct that are read through slots. */
export class Wides {
  private readonly slots = new Slots();
  /** Adjacent integers: offset in bytes, first slot and number. */
  private readonly runs: { readonly offset: number; readonly slot: number; count: number }[] = [];

  constructor(private readonly imports: Imports) {}

  /** Expression for the integer at `offset`; undefined if there are no more slots. */
  take(scalar: Wide, buffer: CodecBuffer, offset: number): string | undefined {
    const slot = this.slots.take();
    if (slot === undefined) return undefined;
    const last = this.runs.at(-1);
    if (last && last.offset + 8 * last.count === offset) last.count++;
    else this.runs.push({ offset, slot, count: 1 });
    const take = this.imports.use("wide", `take${scalar.toUpperCase()}`);
    return `${take}(${buffer.view}, ${place(buffer, offset)}, ${slot}, ${buffer.littleEndian})`;
  }

  /** The statements that fill the slots. */
  get loads(): string {
    const load = this.imports.use("wide", "loadWides");
    return this.runs
      .map(({ offset, slot, count }) => `    ${load}(view, ${place(CODEC_BUFFER, offset)}, ${slot}, ${count}, le);\n`)
      .join("");
  }
}

/** Number of 64-bit integers of a struct outside arrays. */
export function countWides({ members }: Layout): number {
  return members.reduce((sum, { type, dims, flexible }) => {
    if (dims.length > 0 || flexible) return sum;
    return sum + (type.kind !== "scalar" ? countWides(type.layout) : isWide(type.scalar) ? 1 : 0);
  }, 0);
}
