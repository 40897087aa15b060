/** Removes private data from images. */
export { CONTENTS, type ContentKind, type StripOptions, type Stripped } from "./options.js";
export { type StripReport, stripImage } from "./strip.js";
