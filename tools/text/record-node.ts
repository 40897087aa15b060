/**
 * A record in the text. A node is a JSON object; a grammar rule, or a shared object with its body, is a node with the nodes of its records under
 * `records`.
 */
import type { JsonObject } from "./form.js";

export {
  DOCUMENT_MEMBERS,
  FORMAT,
  MAX_VALUES_BYTES,
  PAYLOAD_MEMBERS,
  RECORD_MEMBERS,
  REMARKS,
} from "../../runtime/image-text.js";

export type RecordJson = JsonObject;
