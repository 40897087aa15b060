/** The exports of the runtime: what the codecs are made of, and what describes them at run time. */
export { Abi, type AnyCodec, type BoundStruct, Registry, type StructEntry } from "./abi.js";
export { ArrayView } from "./arrays.js";
export type { Bytes } from "./bytes.js";
export { type CodecContext, NotImplementedCodec, StructCodec, type StructView } from "./codec.js";
export type { Column, Columns, NumberColumn, NumberPath, WideColumn } from "./columns.js";
export type * from "./descriptor.js";
export { type Enumeration, type NamedBits, nameOf, namesOfBits, valueOfBits } from "./enumeration.js";
export * from "./errors.js";
export type * from "./expression.js";
export { ALLOWED, type ScalarType } from "./integers.js";
export { fromJson, type JsonObject, type JsonValue, toJson } from "./json.js";
export type { BoundLayout, BoundMember } from "./members.js";
export type { BareRecord, TypedAbi } from "./record-types.js";
export { type Arm, type Member, Members, type MemberValue, membersOf, readMember } from "./reflect.js";
export type * from "./tables.js";
export { Target } from "./target.js";
export { decodeEscaped, encodeEscaped } from "./text.js";
export { type History, isHistory, type Varying, type VersionOrder, valueAt } from "./varying.js";
