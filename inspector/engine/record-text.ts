/** A record as one line of text. */
import type { Image } from "../../tools/image/image.js";
import { type ListedRecord, payloadSummary, structFields } from "../../tools/records/listing.js";
import { valueText } from "../../tools/records/value-text.js";
import { shown } from "./shown.js";

/** The fields of the struct, and the payload. */
export function recordText(image: Image, listed: ListedRecord): string {
  const { record } = listed;
  const { abi } = image.format;
  const fields = structFields(image, record)
    .filter(({ path, meaning }) => path !== "" && meaning?.reserved !== true)
    .map((field) => `${field.path}=${valueText(abi, field)}`);
  const payload = record.payloadLength > 0 ? [payloadSummary(image, listed)] : [];
  const raw = record.rawLength > 0 ? [`${record.rawLength} bytes after the record`] : [];
  return shown([...fields, ...payload, ...raw].join(" "));
}
