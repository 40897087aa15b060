/** Security labels. Records refer to them by a number that is not the number of the object with the text. */
import type { Image } from "../image/image.js";
import { recordText } from "./record-text.js";

/** Label texts by `ptrref`. A number without an entry means no label. */
export type Labels = ReadonlyMap<number, string>;

export function labelsOf(image: Image): Labels {
  const labels = new Map<number, string>();
  for (const object of image.objects.values()) {
    if (object.rule !== "SECURITY") continue;
    const record = object.find("SECURITY");
    const pointer = record && image.fields(record).number("ptrref");
    const text = recordText(image, object.find("STRING", "lsm_context"));
    if (pointer !== undefined && text !== undefined && !labels.has(pointer)) labels.set(pointer, text);
  }
  return labels;
}
