/** Why there is no core. */

export type CoreErrorCode =
  /** Behind the damage nobody knows what is what. */
  | "damaged-image"
  /** The image lacks a record without which there is no core, e.g. the registers of a thread. */
  | "missing-record"
  /** An architecture whose cores are not described. */
  | "unsupported-architecture"
  /** An address space that no kernel has. */
  | "bad-mapping"
  /** More bytes than the format of the core can address, or than the image can stand for. */
  | "too-large";

/** The process cannot be written as a core. The message is one line. */
export class CoreError extends Error {
  override readonly name = "CoreError";
  constructor(
    readonly code: CoreErrorCode,
    message: string,
  ) {
    super(message);
  }
}
