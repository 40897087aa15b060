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

/** The image that `ckpt view` serves with the page; undefined if the page is not served by it. */
export function openServed(): void {
  const { address, name, size } = document.querySelector<HTMLMetaElement>("meta[name=image]")?.dataset ?? {};
  if (address === undefined || name === undefined) return;
  void open({ address: new URL(address, location.href).href, size: Number(size) }, name);
}
