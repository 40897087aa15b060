/** Characters that steer a terminal, turn the direction of a line, or hide in it. An image may hold any of them; none is printed as it is. */

/** JSON text that says the same and steers nothing. */
export function escapeSteering(json: string): string {
  // Controls beyond those that JSON escapes itself, format characters, separators of lines and paragraphs.
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

/** As JSON and JavaScript write it, `\u001b`; what lies above 0xffff takes two. */
export function escaped(character: string): string {
  let text = "";
  for (let i = 0; i < character.length; i++) text += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return text;
}
