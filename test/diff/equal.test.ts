/** Images with the same meaning are equal: other object numbers, another order, other batches. */
import { describe, expect, it } from "vitest";
import { diffImages } from "../../tools/diff/index.js";
import { IMAGES } from "../images/fixtures.js";
import { ABIS, SOME_ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";
import { opened } from "../opened.js";
import { Altered } from "../verify/altered.js";
import { renumbered } from "./renumbered.js";
import { told } from "./told.js";

describe("an image equals itself", () => {
  it.each(ABIS)("made %s", (abi) => {
    const bytes = makeBytes({ abi, pages: 2 });
    const { equal, unknown } = diffImages(opened(bytes, abi), opened(bytes.slice(), abi));
    expect([equal, unknown]).toEqual([true, { A: [], B: [] }]);
  });

  it.each(IMAGES.map((image) => [image.name, image] as const))("%s", (_, { bytes, notes }) => {
    expect(told(opened(bytes, notes.abi), opened(bytes.slice(), notes.abi))).toEqual([]);
  });

  it("as one object", () => {
    const image = opened(makeBytes({ abi: "v21/x86_64" }), "v21/x86_64");
    expect(told(image, image)).toEqual([]);
  });
});

describe("without meaning", () => {
  it.each(SOME_ABIS)("numbers of objects, %s", (abi) => {
    const [before, after] = [makeBytes({ abi, pages: 4 }), renumbered({ abi, pages: 4 })];
    expect(Buffer.compare(before, after)).not.toBe(0);
    expect(told(opened(before, abi), opened(after, abi))).toEqual([]);
  });

  it.each(SOME_ABIS)("into how many batches pages are cut, %s", (abi) => {
    const bytes = makeBytes({ abi, pages: 9 });
    const { bytes: after, batches } = cutBatches(bytes, abi);
    expect(batches).toBeGreaterThan(2);
    expect(told(opened(bytes, abi), opened(after, abi))).toEqual([]);
  });

  it("the order of tasks", () => {
    const abi = "v21/x86_64";
    const options = { abi, tasks: 10, pages: 2 };
    const image = new Altered(makeBytes(options), abi);
    // Two processes that share nothing that is first found in them.
    const [one, other] = [7, 8].map((nth) => image.record("TASK", { nth }).parent);
    if (!one || !other) throw new Error("no tasks");
    const [first, second] = [image.bytesOf(one), image.bytesOf(other)];
    image.splice(one.offset, other.offset + second.length, second, first);
    const pids = image.record("BUFFER", { label: "pids" }).record?.payload.start ?? 0;
    const entries = [7, 8].map((nth) => image.bytes.slice(pids + nth * 24, pids + (nth + 1) * 24));
    image.splice(pids + 7 * 24, pids + 9 * 24, ...entries.reverse());
    const after = opened(image.bytes, abi);
    expect(after.end).toBe("complete");
    expect(told(opened(makeBytes(options), abi), after)).toEqual([]);
  });

  it("the order of IPC objects", () => {
    const abi = "v23-rc2/x86_64";
    const bytes = makeBytes({ abi });
    const image = new Altered(bytes, abi);
    const [one, other] = [0, 1].map((nth) => image.record("IPC_SHM", { nth }));
    const end = image.record("IPC", { label: "msg" }).parent?.offset ?? 0;
    const start = one?.offset ?? 0;
    const middle = other?.offset ?? 0;
    image.splice(start, end, image.bytes.slice(middle, end), image.bytes.slice(start, middle));
    expect(told(opened(bytes, abi), opened(image.bytes, abi))).toEqual([]);
  });

  it("a page of zeros where memory is zero without it", () => {
    const abi = "v21/s390x";
    const image = new Altered(makeBytes({ abi, tasks: 1, pages: 9, plain: true }), abi);
    const { format } = image;
    const heap = image.record("BUFFER", { label: "page_batch", nth: 1 });
    const payload = heap.record?.payload ?? { start: 0, end: 0 };
    image.bytes.fill(0, payload.end - format.pageSize, payload.end);
    const before = image.bytes.slice();
    const count = image.value(image.record("PGARR", { nth: 3 }), "nr_pages");
    dropLastPage(image, heap.offset, count);
    expect(told(opened(before, abi), opened(image.bytes, abi))).toEqual([]);
    expect(image.bytes.length).toBe(before.length - format.pageSize - format.wordSize);
  });
});

/** Removes the last page from the batch at an offset. */
function dropLastPage(image: Altered, offset: number, count: number): void {
  const { pageSize, wordSize } = image.format;
  const node = image.recordBehind(offset - 1, "BUFFER");
  const { start, end } = node.record?.payload ?? { start: 0, end: 0 };
  const announced = image.bytes.slice(offset - 16, offset);
  new DataView(announced.buffer).setBigUint64(8, BigInt(count - 1), image.format.littleEndian);
  const head = image.bytes.slice(offset, start);
  new DataView(head.buffer).setUint32(4, end - offset - pageSize - wordSize, image.format.littleEndian);
  const positions = image.bytes.slice(start, start + (count - 1) * wordSize);
  const pages = image.bytes.slice(start + count * wordSize, end - pageSize);
  image.splice(offset - 16, end, announced, head, positions, pages);
}

/** Splits every batch of more than one page in two. */
function cutBatches(bytes: Uint8Array, abi: string): { bytes: Uint8Array; batches: number } {
  const image = new Altered(bytes, abi);
  const { pageSize, wordSize, littleEndian } = image.format;
  const nodes = [...opened(bytes, abi).root].filter(({ label }) => label === "page_batch");
  let batches = 0;
  for (const node of nodes.reverse()) {
    const { start, end } = node.record?.payload ?? { start: 0, end: 0 };
    const count = (end - start) / (pageSize + wordSize);
    if (count < 2) continue;
    batches++;
    const pgarr = image.bytes.slice(node.offset - 16, node.offset);
    const part = (from: number, to: number) => {
      const announced = pgarr.slice();
      new DataView(announced.buffer).setBigUint64(8, BigInt(to - from), littleEndian);
      const head = image.bytes.slice(node.offset, start);
      new DataView(head.buffer).setUint32(4, 8 + (to - from) * (pageSize + wordSize), littleEndian);
      const pages = start + count * wordSize;
      return [
        announced,
        head,
        image.bytes.slice(start + from * wordSize, start + to * wordSize),
        image.bytes.slice(pages + from * pageSize, pages + to * pageSize),
      ];
    };
    image.splice(node.offset - 16, end, ...part(0, 1), ...part(1, count));
  }
  return { bytes: image.bytes, batches };
}
