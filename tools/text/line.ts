/** JSON on one line, with spaces after colons and commas. */
import { escapeControls } from "../control-characters.js";
import type { Json, JsonObject } from "./form.js";

export function line(json: JsonObject): string {
  let text = "";
  for (const name in json) text += `${text === "" ? "{ " : ", "}${quoted(name)}: ${value(json[name] as Json)}`;
  return text === "" ? "{}" : `${text} }`;
}

/** The text of any JSON value. */
export function value(json: Json): string {
  if (typeof json === "string") return quoted(json);
  if (typeof json !== "object" || json === null) return String(json);
  if (!Array.isArray(json)) return line(json);
  let text = "";
  for (const element of json) text += `${text === "" ? "[" : ", "}${value(element)}`;
  return text === "" ? "[]" : `${text}]`;
}

/** Characters that need no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : escapeControls(JSON.stringify(text));
}
