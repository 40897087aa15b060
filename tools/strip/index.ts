/** Images without what is private in them. */
export { CONTENTS, type Contents, type StripOptions, type Stripped } from "./options.js";
export { type StripReport, stripImage } from "./strip.js";
