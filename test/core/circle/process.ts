/** A process as a debugger found it: what an image of it has to hold. */

/** A word of the machine; a bigint where it has 64 bits. */
export type Word = number | bigint;

export interface Thread {
  readonly tid: number;
  /** As the kernel names them; those of the floating point unit and of vectors aside. */
  readonly registers: ReadonlyMap<string, Word>;
  /** The note with floating point registers. On x86 it begins with what FXSAVE stores. */
  readonly floating: Uint8Array | undefined;
  /** What XSAVE stores on x86, as far as the machine that the process ran on has it. */
  readonly extended: Uint8Array | undefined;
  /** Base of thread-local storage, where it is a segment of 32-bit x86. */
  readonly tls: number | undefined;
  /** Vector registers of PowerPC, most significant byte first. */
  readonly vectors: readonly bigint[];
}

export interface Mapping {
  readonly start: bigint;
  readonly end: bigint;
  /** As in `/proc/PID/maps`: `rw-p`. */
  readonly permissions: string;
  /** In the file, in bytes. */
  readonly offset: bigint;
  /** Of the file, or in brackets what else it is; empty for anonymous memory. */
  readonly path: string;
}

export interface Process {
  readonly arch: string;
  readonly pageSize: number;
  readonly name: string;
  /** Where its files lie here; in front of their paths. */
  readonly sysroot: string;
  /** Executable. */
  readonly program: string;
  /** With its arguments. */
  readonly command: string;
  /** The one that got the signal comes first. */
  readonly threads: readonly Thread[];
  readonly mappings: readonly Mapping[];
  /** Types and values. */
  readonly auxv: readonly Word[];
  /** Where program, heap, stack, arguments and environment lie, by the names of the record; what is not known is left out. */
  readonly places: Readonly<Record<string, bigint>>;
  readonly signal: { readonly number: number; readonly address: bigint };
  /** Bytes of a page that a debugger could read; undefined where it could not. */
  page(address: bigint): Uint8Array | undefined;
}
