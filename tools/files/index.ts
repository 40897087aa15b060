/** Images in files and pipes: the exports that need Node, which other modules do not. */

export { InputError, STANDARD_INPUT } from "../errors/input-error.js";
export { OutputError } from "../errors/output-error.js";
export { FileSink } from "./file-sink.js";
export { FileSource, type OpenFile } from "./file-source.js";
export { localFile } from "./local-file.js";
export { machineFiles } from "./machine-files.js";
export { MemoryDirectoryReader, MemoryDirectoryWriter } from "./memory-directory.js";
export { makeDirectory, type NewDirectory } from "./new-directory.js";
export { openSource } from "./open-source.js";
export {
  type NewFile,
  type Replaced,
  type ReplaceOptions,
  replaceFile,
} from "./replace.js";
export { type SaveOptions, saveEdited } from "./save-edited.js";
