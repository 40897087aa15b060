/** Limits for hostile images: bounded memory and time, and only findings as a result. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ImageSource, MemorySource } from "../../tools/image/index.js";
import { messageOf, verify } from "../../tools/verify/index.js";
import { makeBytes } from "../make-image/make.js";
import { Altered } from "./altered.js";

const bytes = new Uint8Array(readFileSync(new URL("../fixtures/images/v20h-tree-sub.img", import.meta.url)));
const ABI = "v19/x86_32";

describe("findings", () => {
  /** An image of many mappings, each with wrong flags, a wrong reference and padding. */
  function broken(): Altered {
    const image = new Altered(bytes, ABI);
    for (let nth = 0; nth < 20; nth++) {
      const vma = image.record("VMA", { nth });
      image.set(vma, "_padding", 1);
      image.set(vma, "vm_flags", BigInt(image.value(vma, "vm_flags")) | (1n << 40n));
    }
    image.set(image.record("TAIL"), "magic", 1);
    return image;
  }

  it("are listed up to a number, the most severe first, and counted beyond it", () => {
    const image = broken();
    const { findings, summary } = verify(image.format, new MemorySource(image.bytes), { max: 10 });
    expect(findings.length).toBe(10);
    expect(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule)).toEqual(["fixed-value"]);
    expect(findings.filter(({ severity }) => severity === "note")).toEqual([]);
    expect(findings.map(({ offset }) => offset)).toEqual(findings.map(({ offset }) => offset).sort((a, b) => a - b));
    expect(summary).toMatchObject({ errors: 1, warnings: 20, notes: 20, leftOut: 31 });
    expect(summary.rules).toEqual({ padding: 20, "doubtful-flag": 20, "fixed-value": 1 });
  });

  it("can be heard one by one, without a list", () => {
    const image = broken();
    const heard: string[] = [];
    const { findings } = verify(image.format, new MemorySource(image.bytes), {
      max: 0,
      onFinding: ({ rule }) => heard.push(rule),
    });
    expect(findings).toEqual([]);
    expect(heard.length).toBe(41);
  });

  it("say where, what, and what should be there, in one line", () => {
    const image = new Altered(bytes, ABI);
    const vma = image.record("VMA", { nth: 1 });
    image.set(vma, "vm_end", image.value(vma, "vm_start"));
    const { findings } = verify(image.format, new MemorySource(image.bytes));
    const first = findings.find(({ rule }) => rule === "vma-range");
    expect(first && messageOf(first)).toBe(
      `VMA at offset ${vma.offset} (in MM ${vma.parent?.parent?.object?.objref}): vm_end: expected more than 0x804d000, found 0x804d000`,
    );
  });
});

/** An image that ends in zeros, which take no memory. */
class ZeroTailed implements ImageSource {
  private readonly zeroView = new DataView(new ArrayBuffer(4096));
  private readonly headView: DataView;
  view: DataView;

  constructor(
    private readonly head: Uint8Array,
    private readonly zeros: number,
  ) {
    this.headView = new DataView(head.buffer, head.byteOffset, head.byteLength);
    this.view = this.headView;
  }

  get size(): number {
    return this.head.length + this.zeros;
  }

  window(offset: number, length: number): number {
    const isHead = offset + length <= this.head.length;
    if (!isHead && offset < this.head.length) throw new Error("no window of this test lies across the border");
    this.view = isHead ? this.headView : this.zeroView;
    return isHead ? offset : 0;
  }
}

it("an array of more tasks than there can be is told, and not kept", () => {
  const image = new Altered(bytes, ABI);
  const array = image.record("BUFFER", { label: "pids" });
  const tasks = (1 << 22) + 1;
  image.set(image.record("TREE"), "nr_tasks", tasks);
  image.write(array.offset + 4, "u32", 8 + tasks * 24);
  const head = image.bytes.subarray(0, array.record?.payload.start);
  const { findings } = verify(image.format, new ZeroTailed(head, tasks * 24));
  expect(findings.map(({ rule }) => rule)).toContain("too-many-tasks");
});

it("an image cut off anywhere is checked as far as it goes", () => {
  const made = makeBytes({ abi: "v23-rc2/s390x", pages: 2 });
  const { format } = new Altered(made, "v23-rc2/s390x");
  for (let end = 8; end < made.length; end += Math.ceil(made.length / 40)) {
    const source = new MemorySource(made.subarray(0, end));
    try {
      const { summary } = verify(format, source);
      expect(summary.end).toBe("damaged");
      expect(summary.errors).toBeGreaterThan(0);
    } catch (error) {
      // Not even the first record is complete.
      expect(end).toBeLessThan(80);
      expect(error).toMatchObject({ name: "ImageError" });
    }
  }
});

it.each(["v23-rc2/x86_64", "v18/powerpc", "v20-b/s390x"])("%s: any word may be anything", (abi) => {
  const made = makeBytes({ abi, pages: 2, tasks: 8 });
  const { format } = new Altered(made, abi);
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  for (let round = 0; round < 30; round++) {
    const damaged = Uint8Array.from(made);
    for (let i = 0; i < 5; i++) {
      const at = random(made.length - 4);
      damaged.set([random(256), random(256), random(256), random(4) * 85], at);
    }
    expect(verify(format, new MemorySource(damaged)).summary.records).toBeGreaterThanOrEqual(0);
  }
});

it("damage of the first record is a finding, whatever the bytes are", () => {
  const { format } = new Altered(bytes, ABI);
  for (const text of ["", "short", "This is a text and no image, however long it is.".repeat(100)]) {
    const { findings, summary } = verify(format, new MemorySource(Buffer.from(text)));
    expect(summary).toMatchObject({ end: "damaged", errors: 1, records: 0 });
    expect(findings).toMatchObject([{ severity: "error", at: 0 }]);
  }
});
