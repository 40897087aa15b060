/** Pieces of text between the values of a node, as the writer gives them and the reader of lines expects them. */
import { utf8 } from "../../utf8.js";
export const OPEN = utf8("{ ");
export const CLOSE = utf8(" }");
export const COMMA = utf8(", ");
export const RECORDS = utf8(', "records": [');
export const FIELDS = utf8(', "fields": ');
export const SIZE = utf8(', "size": ');
export const UNTERMINATED = utf8(', "unterminated": true');
export const ELEMENTS = utf8(', "elements": ');
