/** Fields of an image by readable paths: reading, listing, changing. */
export { BrokenImageError, type NewFindings, newFindings } from "./check.js";
export { type ByteChange, EditedSource } from "./edited-source.js";
export { Field, type FieldKind, type FieldValue } from "./field.js";
export { type FieldReport, fieldReport, fieldsAt } from "./get.js";
export { type ListedField, type ListOptions, listFields } from "./list.js";
export type { LiteralAssignment, NewValue } from "./literal.js";
export { type Assignment, type Path, parseAssignment, parsePath } from "./path.js";
export { type Edit, type Plan, type PlanOptions, planEdits } from "./plan.js";
export { Resolver } from "./resolve.js";
export { editImage, type SetOptions, writeEdited } from "./set.js";
export { type EncodedValue, encodeValue, fieldText } from "./value.js";
