/** Finds a name that occurs twice in a JSON object, of which the engine silently uses the last one. */
import type { Json } from "./form.js";

/** Number of members of all objects in a value. Not recursive, so any depth is possible. */
export function countMembers(json: Json): number {
  let count = 0;
  const left: Json[] = [json];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== "object" || next === null) continue;
    const values = Object.values(next);
    if (!Array.isArray(next)) count += values.length;
    for (const value of values) if (typeof value === "object") left.push(value);
  }
  return count;
}

/**
 * The first repeated name, and its position in characters.
 *
 * @param text valid JSON
 */
export function repeatedName(text: string): { readonly name: string; readonly at: number } | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") open.push(new Set());
    else if (text[at] === "}") open.pop();
    if (text[at] !== '"') continue;
    const start = at++;
    for (; text[at] !== '"'; at++) if (text[at] === "\\") at++;
    if (!/^\s*:/.test(text.slice(at + 1, at + 1 + MAX_SPACE))) continue;
    const name = JSON.parse(text.slice(start, at + 1)) as string;
    const names = open.at(-1);
    if (names?.has(name)) return { name, at: start };
    names?.add(name);
  }
  return undefined;
}

/** Maximum number of characters between a name and its colon. */
const MAX_SPACE = 100;
