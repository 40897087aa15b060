/** Addresses in the memory of a process. */
import type { ImageFormat } from "../../tools/image/index.js";

/** Addresses in a program. All fit below the 2 GiB of the narrowest architecture. */
export interface Places {
  readonly text: number;
  readonly data: number;
  /** Start of the heap and of further private memory. */
  readonly heap: number;
  /** End of private memory, and start of shared memory. */
  readonly shared: number;
  readonly vdso: number;
  /** First address after the stack. */
  readonly stack: number;
}

const PLACES_32: Places = {
  text: 0x0804_8000,
  data: 0x0810_0000,
  heap: 0x0900_0000,
  shared: 0x7000_0000,
  vdso: 0x7800_0000,
  stack: 0x7f00_0000,
};
const PLACES_64: Places = {
  text: 0x40_0000,
  data: 0x60_0000,
  heap: 0x1000_0000,
  shared: 0x200_0000_0000,
  vdso: 0x210_0000_0000,
  stack: 0x3ff_0000_0000,
};

export function placesIn({ wordSize, pageSize }: ImageFormat): Places {
  const named = Object.entries(wordSize === 8 ? PLACES_64 : PLACES_32);
  // Page sizes of 64 KiB require a coarser alignment.
  return Object.fromEntries(
    named.map(([name, address]) => [name, address - (address % pageSize)]),
  ) as unknown as Places;
}
