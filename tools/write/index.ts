/** Writing checkpoint images. */
export { compose } from "./compose.js";
export { copyInto } from "./copy-into.js";
export type { Fields } from "./keyed-codec.js";
export { type ComposedRecord, type Part, SharedObject } from "./part.js";
export { type Elements, type Payload, type Pieces, padded } from "./payload.js";
export { type ImageSink, MemorySink } from "./sink.js";
export { structEncoder } from "./struct-bytes.js";
export { ImageWriter, MAX_RECORD_LENGTH, type RecordParts } from "./writer.js";
