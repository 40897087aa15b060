/** Pieces of text between the values of a node, as the writer gives them and the reader of lines expects them. */
export const OPEN = Buffer.from("{ ");
export const CLOSE = Buffer.from(" }");
export const COMMA = Buffer.from(", ");
export const RECORDS = Buffer.from(', "records": [');
export const FIELDS = Buffer.from(', "fields": ');
export const SIZE = Buffer.from(', "size": ');
export const UNTERMINATED = Buffer.from(', "unterminated": true');
export const ELEMENTS = Buffer.from(', "elements": ');
