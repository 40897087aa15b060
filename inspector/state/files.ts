/** Opens what a person drops or chooses: one image, or two to compare. */
import { show } from "./route.js";
import { compare, messageOf, open, session } from "./session.js";

export async function openFiles([first, second]: readonly File[]): Promise<void> {
  if (!first) return;
  await open(first, first.name);
  if (!second || session.peek().status !== "open") return;
  show("compare");
  try {
    await compare(second, second.name);
  } catch (error) {
    session.value = { status: "failed", name: second.name, reason: messageOf(error) };
  }
}

/** What `ckpt view` says of the image that it serves with the page; undefined if the page is not served by it. */
export const SERVED = document.querySelector<HTMLMetaElement>("meta[name=image]")?.dataset;

/** Opens the image that is served with the page, if there is one. */
export function openServed(): void {
  if (!SERVED) return;
  const { address = "", name = "", size, abi, pageSize } = SERVED;
  const image = { address: new URL(address, location.href).href, size: Number(size), abi };
  void open({ ...image, pageSize: pageSize === undefined ? undefined : Number(pageSize) }, name);
}
