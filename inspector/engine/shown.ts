/** Text of an image as it may be shown. */
import { oneLine } from "../../tools/control-characters.js";

/** Maximum number of characters of one text. */
const MAX_LENGTH = 1000;

/** A text on one line, in which characters that control a terminal, change the direction of a line or are invisible are escaped. */
export function shown(text: string): string {
  return oneLine(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
}
