import { describe, expect, it } from "vitest";
import { openImage } from "../../tools/image/image.js";
import { type ImageFormat, MemorySource, type TreeNode } from "../../tools/image/index.js";
import { makeBytes, makeImage } from "./make.js";
import { type Pattern, wordAt } from "./pages.js";

/** Pid of the only task of each image, which is the root of a subtree. */
const PID = 1000;

function open(options: Parameters<typeof makeBytes>[0]) {
  const bytes = makeBytes(options);
  return { bytes, image: openImage(new MemorySource(bytes), options) };
}

/** Positions and words of the pages of a mapping or segment. */
function pagesOf(bytes: Uint8Array, format: ImageFormat, node: TreeNode) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const { wordSize, pageSize, littleEndian } = format;
  const batches = [...node].filter(({ label }) => label === "page_batch");
  return batches.map(({ record }) => {
    const { start = 0, end = 0 } = record?.payload ?? {};
    const count = (end - start) / (wordSize + pageSize);
    return Array.from({ length: count }, (_, i) => {
      const at = start + i * wordSize;
      const position = wordSize === 8 ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
      const page = start + count * wordSize + i * pageSize;
      return { position, word: (offset: number) => view.getUint32(page + offset, littleEndian) };
    });
  });
}

/** Checks the first word, the last and one in between. */
function expectPattern(pattern: Pattern, address: number, pageSize: number, word: (offset: number) => number): void {
  for (const offset of [0, 1028, pageSize - 4]) expect(word(offset)).toBe(wordAt(pattern, address + offset));
}

describe.each(["v16/x86_32", "v21/x86_64", "v19/s390x", "v18/powerpc", "v23-rc2-arm/arm"])("pages of %s", (abi) => {
  const { bytes, image } = open({ abi, tasks: 1, pages: 40, seed: 7 });
  const { format } = image;
  const mappings = [...image.root].filter(({ rule }) => rule === "mapping");

  it("are what pid and address say, and lie in their mappings in ascending order", () => {
    let pages = 0;
    for (const mapping of mappings) {
      const vma = mapping.find("VMA") as TreeNode;
      const fields = image.fields(vma);
      const [start, end] = [fields.number("vm_start") ?? 0, fields.number("vm_end") ?? 0];
      if (fields.number("ino_objref") !== 0) continue;
      const found = pagesOf(bytes, format, mapping).flat();
      const positions = found.map(({ position }) => position);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      for (const { position, word } of found) {
        expect(position).toBeGreaterThanOrEqual(start);
        expect(position).toBeLessThan(end);
        expect(position % format.pageSize).toBe(0);
        expectPattern({ seed: 7, owner: PID }, position, format.pageSize, word);
      }
      pages += found.length;
    }
    expect(pages).toBe(40);
  });

  it("of shared segments are what the segment and the index say", () => {
    const anonymous = mappings.find((mapping) => {
      const vma = mapping.find("VMA") as TreeNode;
      return image.fields(vma).number("vma_type") === format.constant("CKPT_VMA_SHM_ANON");
    });
    const segment = [...image.root].find(({ rule }) => rule === "shm_segments");
    for (const [node, owner] of [
      [anonymous, -1],
      [segment, -2],
    ] as const) {
      const found = pagesOf(bytes, format, node as TreeNode).flat();
      expect(found.map(({ position }) => position)).toEqual([0, 2]);
      for (const { position, word } of found)
        expectPattern({ seed: 7, owner }, position * format.pageSize, format.pageSize, word);
    }
  });
});

describe("an image", () => {
  it("is the same for the same options", () => {
    const make = () => makeBytes({ abi: "v21/x86_64", seed: 3, container: true });
    expect(Buffer.compare(make(), make())).toBe(0);
  });

  it("differs with another seed in the contents of pages alone", () => {
    const { bytes, image } = open({ abi: "v21/x86_64", seed: 3 });
    const other = makeBytes({ abi: "v21/x86_64", seed: 4 });
    expect(other.length).toBe(bytes.length);
    const contents = new Uint8Array(bytes.length);
    for (const { record, label } of image.root) {
      if (label === "page_batch") contents.fill(1, record?.payload.start, record?.payload.end);
      if (record) contents.fill(1, record.raw.start, record.raw.end);
    }
    const outside = bytes.findIndex((byte, i) => contents[i] === 0 && byte !== other[i]);
    expect(outside).toBe(-1);
    expect(Buffer.compare(bytes, other)).not.toBe(0);
  });

  it("has batches as long as those of kernels", () => {
    const pages = 8300;
    const { image } = open({ abi: "v21/x86_64", plain: true, tasks: 1, pages, vmas: 1 });
    const counts = [...image.root].flatMap((node) =>
      node.record?.name === "PGARR" ? [image.fields(node).number("nr_pages") ?? 0] : [],
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(pages);
    expect(Math.max(...counts)).toBe((16 * 4096) / 8);
  });

  it("never has more than a chunk at a time", () => {
    let largest = 0;
    const size = makeImage(
      { abi: "v21/x86_64", plain: true, tasks: 1, pages: 20000 },
      {
        write(bytes) {
          largest = Math.max(largest, bytes.length);
        },
      },
    );
    expect(size).toBeGreaterThan(20000 * 4096);
    expect(largest).toBeLessThanOrEqual(1024 * 1024);
  });

  it("has as many tasks and mappings as it is asked for", () => {
    const { image } = open({ abi: "v20-a/s390x", tasks: 50, vmas: 40, pages: 3 });
    const tasks = image.root.rules("task");
    expect(tasks.length).toBe(50);
    for (const node of image.root)
      if (node.record?.name === "MM") expect(image.fields(node).number("map_count")).toBe(40);
  });

  it("numbers objects as the kind of checkpoint does", () => {
    const numbers = (container: boolean) => [...open({ abi: "v23-rc2/x86_64", container }).image.objects.keys()];
    const subtree = numbers(false);
    expect(subtree).toEqual([...subtree].sort((a, b) => a - b));
    const container = numbers(true);
    expect(container).not.toEqual([...container].sort((a, b) => a - b));
    expect(new Set(container).size).toBe(subtree.length);
  });

  it("says in its flags what was saved", () => {
    const flags = (options: object) => {
      const { image } = open({ abi: "v21/x86_64", ...options });
      return image.fields(image.root.find("HEADER") as TreeNode).number("uflags");
    };
    expect(flags({})).toBe(3);
    expect(flags({ container: true })).toBe(2);
    expect(flags({ plain: true })).toBe(1);
  });

  it("names the kernel that writes it", () => {
    const { image } = open({ abi: "v21/x86_64", kernel: "3.0.7" });
    const header = image.fields(image.root.find("HEADER") as TreeNode);
    expect([header.number("major"), header.number("minor"), header.number("patch")]).toEqual([3, 0, 7]);
  });
});
