/** Images without what is private in them. */
export { CONTENTS, type Contents, type StripOptions, type Stripped } from "./options.js";
export { StripError, type StripReport, stripImage } from "./strip.js";
