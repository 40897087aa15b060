/** The file of an image cannot be read any more. */
export class ChangedFileError extends Error {
  override readonly name = "ChangedFileError";

  constructor(offset: number, reason: string, cause: unknown = undefined) {
    super(`The bytes at offset ${offset} cannot be read: ${reason}. Open it again.`, { cause });
  }
}
