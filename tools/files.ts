/** Images in files and pipes: what needs Node, and what the other modules do without. */

export { InputError, STANDARD_INPUT } from "./errors/input-error.js";
export { OutputError } from "./errors/output-error.js";
export { FileSource } from "./image/bytes/file.js";
export { type OpenSource, openSource } from "./image/bytes/open-source.js";
export { FileSink } from "./write/file-sink.js";
export {
  copyInto,
  type NewFile,
  type Replaced,
  type ReplaceOptions,
  replaceFile,
} from "./write/replace.js";
