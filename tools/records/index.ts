/** Records one by one, with their fields and meanings. */
export { elementFields, fieldsOfStruct, type RecordField, tailFields } from "./fields.js";
export {
  type ListedRecord,
  listRecords,
  placeOfNode,
  recordAt,
  recordFields,
  structFields,
  summaryOf,
} from "./listing.js";
export { valueText } from "./value-text.js";
