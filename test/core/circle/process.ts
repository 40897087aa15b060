/** A process as a debugger found it: the state that an image of it must hold. */

/** A word of the machine; a bigint where it has 64 bits. */
export type Word = number | bigint;

export interface Thread {
  readonly tid: number;
  /** Registers by the kernel's names, without those of the floating-point unit and of vectors. */
  readonly registers: ReadonlyMap<string, Word>;
  /** The note with floating-point registers. On x86 it begins with the FXSAVE area. */
  readonly floating: Uint8Array | undefined;
  /** The XSAVE area on x86, if the machine of the process supports it. */
  readonly extended: Uint8Array | undefined;
  /** Base of thread-local storage, if it is a segment of 32-bit x86. */
  readonly tls: number | undefined;
  /** Vector registers of PowerPC, most significant byte first. */
  readonly vectors: readonly bigint[];
}

export interface Mapping {
  readonly start: bigint;
  readonly end: bigint;
  /** Permissions as in `/proc/PID/maps`: `rw-p`. */
  readonly permissions: string;
  /** Offset in the file, in bytes. */
  readonly offset: bigint;
  /** Path of the file, or a description in brackets; empty for anonymous memory. */
  readonly path: string;
}

export interface Process {
  readonly arch: string;
  readonly pageSize: number;
  readonly name: string;
  /** Directory of its files on this machine, a prefix of their paths. */
  readonly sysroot: string;
  /** Path of the executable. */
  readonly program: string;
  /** Command line with arguments. */
  readonly command: string;
  /** Threads; the one that received the signal comes first. */
  readonly threads: readonly Thread[];
  readonly mappings: readonly Mapping[];
  /** The auxiliary vector: types and values. */
  readonly auxv: readonly Word[];
  /** Addresses of program, heap, stack, arguments and environment, by the names of the record; unknown ones are left out. */
  readonly places: Readonly<Record<string, bigint>>;
  readonly signal: { readonly number: number; readonly address: bigint };
  /** Contents of a page; undefined if a debugger could not read it. */
  page(address: bigint): Uint8Array | undefined;
}
