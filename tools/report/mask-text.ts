/**
 * Takes out of free text what may name people, machines, programs and places. What a message of the kernel is about stays readable: its words,
 * small numbers, pids and error numbers.
 */
import type { Placeholders } from "./placeholders.js";

const WITHHELD = "…";

/** Behind these words a name follows. */
const INTRODUCES =
  /\b(task|tsk|comm|process|program|file|path|dir|directory|host|name|user|device|dev)([ :=]+)(?!is\b|has\b|not\b|of\b|in\b|[\d"(])([^\s\])]+)/gi;

/** The name of a task in the usual head of a message, `[pid 12 tsk my program]`. */
const TASK_TAG = /\btsk ([^\]]*)\]/g;

const QUOTED = /"[^"]*"?|'[^']*'|`[^`']*['`]/g;

const BRACKETED = /\(([^()]*)\)?/g;

/** A place in the code of the kernel, which is no path. */
const SYMBOL = /^[\w.]+\+0x[\da-f]+\/0x[\da-f]+$/i;

/** A word, a number of up to six digits, both together as in `tgid=17`, or a function of the kernel with a line as in `do_checkpoint:33`. */
const HARMLESS = /^(?:[A-Za-z]+|[-+]?\d{1,6}|[A-Za-z]+[=:][-+]?\d{1,6}|[a-z_]+:\d{1,6}|@)[.:!?%]*$/;

/**
 * @param text of a kernel
 * @param placeholders which show it as it is, where texts are to be shown
 */
export function maskMessage(text: string, placeholders: Placeholders): string {
  if (placeholders.shown) return text;
  const stand = (name: string) => placeholders.find(name) ?? WITHHELD;
  return text
    .replace(TASK_TAG, (_, name: string) => `tsk ${stand(name)}]`)
    .replace(QUOTED, (quoted) => `"${stand(quoted.slice(1, -1))}"`)
    .replace(BRACKETED, (all, inside: string) => (/^-?\d{1,6}$/.test(inside) ? all : `(${stand(inside)})`))
    .replace(
      INTRODUCES,
      (_, word: string, gap: string, name: string) => `${word}${gap}${isStandIn(name) ? name : stand(name)}`,
    )
    .replace(/\s+/g, " ")
    .split(/([\s[\](){}<>,;"]+)/)
    .map((part, i) => (i % 2 === 1 || part === "" ? part : maskWord(part, stand)))
    .join("")
    .trim();
}

/** Whether it was put there by an earlier step. */
function isStandIn(text: string): boolean {
  return /^(?:…|(?:task|file)-\d+)[.:]*$/.test(text);
}

function maskWord(word: string, stand: (name: string) => string): string {
  if (isStandIn(word) || SYMBOL.test(word)) return word;
  const known = stand(word);
  if (known !== WITHHELD) return known;
  return HARMLESS.test(word) ? word : WITHHELD;
}

/** Takes texts and large numbers out of what a check found: they may be bytes of the contents. */
export function maskFound(text: string, { shown }: Placeholders): string {
  if (shown) return text;
  return text.replace(/"(?:[^"\\]|\\.)*"?/g, `"${WITHHELD}"`).replace(/0x[\da-f]{5,}|\b\d{7,}\b/gi, WITHHELD);
}

/** Takes all numbers out of what a check found in a field. */
export function maskNumbers(text: string): string {
  return text.replace(/-?\b(?:0[xo])?\d[\da-f]*\b/gi, WITHHELD);
}

/** A text that the kernel was built with, such as its release; undefined when it does not look like one. */
export function plainText(text: string | undefined, { shown }: Placeholders): string | undefined {
  return shown || (text !== undefined && /^[\w .,:;+~#@()/-]{0,80}$/.test(text)) ? text : undefined;
}
