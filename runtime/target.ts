/** One version of the ABI on one architecture: name, byte order and word size. */
import { NotImplementedError } from "./errors.js";

/** One version of the ABI on one architecture, without its structs. */
export class Target {
  /** `version/arch`, e.g. `v19/x86_32`. */
  readonly name: string;

  constructor(
    /** Version id, e.g. `v19`. */
    readonly version: string,
    /** Architecture id, e.g. `x86_32`. */
    readonly arch: string,
    /** Directory of the architecture in the kernel, e.g. `x86`. */
    readonly family: string,
    /** Width of a `long` of the kernel that writes the image, in bits. */
    readonly bits: 32 | 64,
    /** Byte order of the image. */
    readonly littleEndian: boolean,
    private readonly id: number | undefined,
    /** Why images of this version and architecture cannot exist although the headers compile; undefined when they can. */
    readonly unsupported?: string,
  ) {
    this.name = `${version}/${arch}`;
  }

  /**
   * The value of `ckpt_hdr_header.arch_id`.
   *
   * @throws {NotImplementedError} when the version gives the architecture no number
   */
  get archId(): number {
    if (this.id === undefined)
      throw new NotImplementedError(
        "arch_id",
        this.version,
        this.arch,
        this.unsupported ?? "the header has no number for it",
      );
    return this.id;
  }
}
