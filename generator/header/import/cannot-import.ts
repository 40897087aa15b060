/** A change of the headers that cannot be written into the schema without a person. */
import { BrokenHeader } from "../broken.js";
import type { Place } from "../model.js";

export class CannotImport extends BrokenHeader {
  override readonly exit = "findings";

  constructor(place: Place, message: string, suggestion: string) {
    super(place, "by-hand", message, suggestion);
  }
}
