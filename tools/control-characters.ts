/**
 * Characters that control a terminal, change the direction of a line, or are invisible. An image may contain them; they are always printed escaped.
 */

/** JSON text in which characters that control a terminal, change the direction of a line, or are invisible are escaped; its value is unchanged. */
export function escapeControls(json: string): string {
  // Control characters that JSON itself does not escape, format characters, separators of lines and paragraphs.
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escapedCharacter);
}

/** The escape of a character in JSON and JavaScript, e.g. `\u001b`; two escapes above 0xffff. */
export function escapedCharacter(character: string): string {
  let text = "";
  for (let i = 0; i < character.length; i++) text += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return text;
}

/**
 * A message as one line without terminal control characters, because what it quotes may come from anywhere. They are escaped as in JavaScript
 * strings.
 */
export function oneLine(text: string): string {
  // A shortcut: most texts are plain, and compiling the other expression takes a noticeable part of a short run.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escapedCharacter);
}
