/** JSON on one line, with spaces where people put them. */
import type { Json, JsonObject } from "./form.js";

export function line(json: JsonObject): string {
  let text = "";
  for (const name in json) text += `${text === "" ? "{ " : ", "}${quoted(name)}: ${value(json[name] as Json)}`;
  return text === "" ? "{}" : `${text} }`;
}

function value(json: Json): string {
  if (typeof json === "string") return quoted(json);
  if (typeof json !== "object" || json === null) return String(json);
  if (!Array.isArray(json)) return line(json);
  let text = "";
  for (const element of json) text += `${text === "" ? "[" : ", "}${value(element)}`;
  return text === "" ? "[]" : `${text}]`;
}

/** Signs that stand for themselves. */
const PLAIN = /^[ !#-[\]-~]*$/;
/** Characters that steer a terminal or hide in a text, as far as JSON leaves them as they are. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text).replace(STEERING, escaped);
}

function escaped(character: string): string {
  let text = "";
  for (let i = 0; i < character.length; i++) text += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return text;
}
