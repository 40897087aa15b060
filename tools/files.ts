/** Images in files and pipes: what needs Node, and what the other modules do without. */
export { FileSource } from "./image/bytes/file.js";
export { InputError, type OpenSource, openSource, STANDARD_INPUT } from "./image/bytes/open-source.js";
export { FileSink } from "./write/file-sink.js";
export {
  copyInto,
  type NewFile,
  OutputError,
  type Replaced,
  type ReplaceOptions,
  replaceFile,
} from "./write/replace.js";
