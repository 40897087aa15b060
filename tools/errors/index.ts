/** The errors of this package: their codes, places and remedies. */
export { AbiError, type AbiErrorCode, CkptError, type ErrorPlace, type ExitClass } from "../../runtime/errors.js";
export { type CodeFacts, ERROR_CODES, type ErrorCode } from "./codes.js";
export { EXIT } from "./exit.js";
export { ImageError, type ImageErrorCode, type ImageErrorFacts } from "./image-error.js";
export { InputError } from "./input-error.js";
export { OutputError } from "./output-error.js";
export { RefusalError } from "./refusal-error.js";
export { UsageError } from "./usage-error.js";
