/** Opens what a person drops or chooses: one image, or two to compare. */
import { signal } from "@preact/signals";
import { show } from "./route.js";
import {
  compare,
  compareAgain,
  compareWithFile,
  edition,
  mayClose,
  messageOf,
  open,
  session,
  swap,
} from "./session.js";

export async function openFiles([first, second, ...more]: readonly File[]): Promise<void> {
  if (!first || !mayClose()) return;
  await open(first, first.name);
  if (second && session.peek().status === "open") await compareWith([second, ...more]);
}

/** What was not opened, because two images are compared at most; undefined if nothing was left out. */
export const leftOut = signal<string | undefined>();

/** Why the last comparison was impossible; undefined if it was not. */
export const comparisonFailure = signal<string | undefined>();

/** Compares the open image with a file, and shows how they differ. */
export async function compareWith([file, ...more]: readonly File[]): Promise<void> {
  if (!file) return;
  show("compare");
  leftOut.value =
    more.length === 0
      ? undefined
      : `Two images are compared at most; left out: ${more.map(({ name }) => name).join(", ")}`;
  await comparing(compare(file, file.name));
}

/** Compares the changed image with its file. */
export function compareChanges(): Promise<void> {
  return comparing(compareWithFile());
}

/** Compares again, with tasks that are the same although their pids differ. */
export function compareInPairs(pairs: string): Promise<void> {
  return comparing(compareAgain(pairs));
}

/** Opens the other image in place of the open one. */
export function swapImages(): Promise<void> {
  return comparing(swap());
}

async function comparing(work: Promise<void>): Promise<void> {
  comparisonFailure.value = undefined;
  try {
    await work;
  } catch (error) {
    comparisonFailure.value = messageOf(error);
  }
}

// Another image has not been compared yet.
edition.subscribe(() => {
  leftOut.value = undefined;
  comparisonFailure.value = undefined;
});

/** What `ckpt view` says of the image that it serves with the page; undefined if the page is not served by it. */
export const SERVED = document.querySelector<HTMLMetaElement>("meta[name=image]")?.dataset;

/** Opens the image that is served with the page, if there is one. */
export function openServed(): void {
  if (!SERVED) return;
  const { address = "", name = "", size, abi, pageSize } = SERVED;
  const image = { address: new URL(address, location.href).href, size: Number(size), abi };
  void open({ ...image, pageSize: pageSize === undefined ? undefined : Number(pageSize) }, name);
}
