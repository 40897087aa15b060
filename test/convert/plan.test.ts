/** Cost of a plan: it encodes everything that it writes anew, and does not read what is copied. */
import { expect, it } from "vitest";
import { planConversion } from "../../tools/convert/index.js";
import { type ImageSource, MemorySource, openImage } from "../../tools/image/index.js";
import { made } from "./conversions.js";

/** Counts the bytes that are read. */
class CountingSource extends MemorySource implements ImageSource {
  asked = 0;

  override window(offset: number, length: number): number {
    this.asked += length;
    return super.window(offset, length);
  }
}

it.each([
  ["v16", "v23-rc2"],
  ["v21", "v23-rc2"],
  ["v23-rc2", "v18"],
])("from %s to %s pages are not read", (from, to) => {
  const asked = [16, 4096].map((pages) => {
    const source = new CountingSource(made(`${from}/x86_32`, { plain: true, tasks: 2, pages }));
    const image = openImage(source, { abi: `${from}/x86_32` });
    source.asked = 0;
    expect(planConversion(image, { to }).isPossible).toBe(true);
    return { bytes: source.asked, pages: source.size };
  });
  const [few, many] = asked as [(typeof asked)[0], (typeof asked)[0]];
  expect(many.pages - few.pages).toBeGreaterThan(4080 * 4096);
  // A batch of pages costs as much as a few records, whatever its size.
  expect(many.bytes - few.bytes).toBeLessThan((many.pages - few.pages) / 20);
});
