/**
 * Masks parts of free text that may name people, machines, programs and places. The subject of a kernel message stays readable: its words, small
 * numbers, pids and error numbers.
 */
import type { Placeholders } from "./placeholders.js";

const WITHHELD = "…";

/** Words that are followed by a name. */
const INTRODUCES =
  /\b(task|tsk|comm|process|program|file|path|dir|directory|host|name|user|device|dev)([ :=]+)(?!is\b|has\b|not\b|of\b|in\b|[\d"(])([^\s\])]+)/gi;

/** The name of a task in the usual prefix of a message, `[pid 12 tsk my program]`. */
const TASK_TAG = /\btsk ([^\]]*)\]/g;

const QUOTED = /"[^"]*"?|'[^']*'|`[^`']*['`]/g;

const BRACKETED = /\(([^()]*)\)?/g;

/** A place in kernel code, which is not a path. */
const SYMBOL = /^[\w.]+\+0x[\da-f]+\/0x[\da-f]+$/i;

/** A word, a number of up to six digits, both together as in `tgid=17`, or a kernel function with a line as in `do_checkpoint:33`. */
const HARMLESS = /^(?:[A-Za-z]+|[-+]?\d{1,6}|[A-Za-z]+[=:][-+]?\d{1,6}|[a-z_]+:\d{1,6}|@)[.:!?%]*$/;

/**
 * Masks a message of a kernel.
 *
 * @param placeholders returns the text unchanged if texts are to be shown
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

/** Whether a text is a placeholder from an earlier step. */
function isStandIn(text: string): boolean {
  return /^(?:…|(?:task|file)-\d+)[.:]*$/.test(text);
}

function maskWord(word: string, stand: (name: string) => string): string {
  if (isStandIn(word) || SYMBOL.test(word)) return word;
  const known = stand(word);
  if (known !== WITHHELD) return known;
  return HARMLESS.test(word) ? word : WITHHELD;
}

/** Masks texts and large numbers in what a check found: they may be bytes of the contents. */
export function maskFound(text: string, { shown }: Placeholders): string {
  if (shown) return text;
  return text.replace(/"(?:[^"\\]|\\.)*"?/g, `"${WITHHELD}"`).replace(/0x[\da-f]{5,}|\b\d{7,}\b/gi, WITHHELD);
}

/** Masks all numbers in what a check found in a field. */
export function maskNumbers(text: string): string {
  return text.replace(/-?\b(?:0[xo])?\d[\da-f]*\b/gi, WITHHELD);
}

/** A build-time text of the kernel, such as its release; undefined if it does not look like one. */
export function plainText(text: string | undefined, { shown }: Placeholders): string | undefined {
  return shown || (text !== undefined && /^[\w .,:;+~#@()/-]{0,80}$/.test(text)) ? text : undefined;
}
