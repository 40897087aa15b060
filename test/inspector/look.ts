/** Looks at the views of an image that may be anything: they have an end, and nothing in them controls a terminal or the direction of text. */
import { expect } from "vitest";
import type { OpenedPage } from "./page.js";

const VIEWS = [
  "about",
  "overview",
  "verify",
  "tree",
  "maps",
  "memory",
  "fds",
  "regs",
  "signals",
  "creds",
  "ns",
  "ipc",
  "sockets",
  "records",
  "hex",
  "edit",
  "save",
  "compare",
];

/** More elements than any view needs for what a person can look at. */
const MAX_ELEMENTS = 50_000;

/** Number of elements, and the characters that could control a terminal or the direction of text. */
const LOOK = `[document.querySelectorAll("*").length, document.body.innerText.match(/[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/g)]`;

export function lookAtAll(opened: OpenedPage): Promise<void> {
  return lookAt(opened, VIEWS);
}

export async function lookAt({ page, show }: OpenedPage, views: readonly string[]): Promise<void> {
  for (const view of views) {
    await show(view);
    const [elements, characters] = (await page.evaluate(LOOK)) as [number, string[] | null];
    expect([view, elements < MAX_ELEMENTS, characters]).toEqual([view, true, null]);
  }
}
