/** Security labels. Records name them by a number that is not that of the object with the text. */
import type { Image } from "../image/image.js";
import { payloadText } from "./payload-text.js";

/** Texts by `ptrref`. A number that is missing here counts as no label. */
export type Labels = ReadonlyMap<number, string>;

/** Longest label that a kernel writes, in bytes. */
const LABEL_ROOM = 1024;

export function labelsOf(image: Image): Labels {
  const labels = new Map<number, string>();
  for (const object of image.objects.values()) {
    if (object.rule !== "SECURITY") continue;
    const record = object.find("SECURITY");
    const pointer = record && image.fields(record).number("ptrref");
    const text = payloadText(image, object.find("STRING", "lsm_context"), LABEL_ROOM);
    if (pointer !== undefined && text !== undefined && !labels.has(pointer)) labels.set(pointer, text);
  }
  return labels;
}
