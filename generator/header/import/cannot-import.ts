/** The error for a change of the headers that has to be written into the schema by hand. */
import { BrokenHeader } from "../broken.js";
import type { SourcePlace } from "../model.js";

export class CannotImport extends BrokenHeader {
  override readonly exit = "findings";

  constructor(place: SourcePlace, message: string, suggestion: string) {
    super(place, "by-hand", message, suggestion);
  }
}
