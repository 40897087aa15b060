/** Images in files and pipes: the exports that need Node, which other modules do not. */

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
