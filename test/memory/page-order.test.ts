import { describe, expect, it } from "vitest";
import type { ByteRange } from "../../tools/image/index.js";
import { readBytes } from "../../tools/memory/read.js";
import { made, nodesOf, type Subject, subjectOf } from "./subjects.js";

const ABIS = ["v21/x86_64", "v19/s390x", "v16/x86_32", "v19/powerpc"];
const PAGES = 30;

/** The positions of the largest batch of an image. */
class Positions {
  readonly subject: Subject;
  readonly count: number;
  private readonly view: DataView;
  private readonly start: number;

  constructor(readonly abi: string) {
    this.subject = made(abi, { tasks: 1, pages: PAGES });
    const { format } = this.subject.image;
    const ranges = nodesOf(this.subject.image, "page_batch").map((node) => node.record?.payload as ByteRange);
    const largest = ranges.reduce((best, range) => (range.end - range.start > best.end - best.start ? range : best));
    this.count = (largest.end - largest.start) / (format.wordSize + format.pageSize);
    this.start = largest.start;
    this.view = new DataView(this.subject.bytes.buffer, this.subject.bytes.byteOffset);
  }

  get(i: number): bigint {
    const { wordSize, littleEndian } = this.subject.image.format;
    const at = this.start + i * wordSize;
    return wordSize === 8 ? this.view.getBigUint64(at, littleEndian) : BigInt(this.view.getUint32(at, littleEndian));
  }

  set(i: number, value: bigint): void {
    const { wordSize, littleEndian } = this.subject.image.format;
    const at = this.start + i * wordSize;
    if (wordSize === 8) this.view.setBigUint64(at, BigInt.asUintN(64, value), littleEndian);
    else this.view.setUint32(at, Number(BigInt.asUintN(32, value)), littleEndian);
  }

  /** The page at an index of the batch. */
  page(i: number): Uint8Array {
    const { wordSize, pageSize } = this.subject.image.format;
    const at = this.start + this.count * wordSize + i * pageSize;
    return this.subject.bytes.subarray(at, at + pageSize);
  }

  /** The task's memory at an address, read again. */
  read(address: bigint): Uint8Array {
    const { chosen, image } = subjectOf(this.subject.bytes, this.abi);
    return readBytes((chosen[0] as (typeof chosen)[0]).memory, address, image.format.pageSize);
  }
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

describe.each(ABIS)("positions in %s that no kernel writes", (abi) => {
  it("are found when they are not in order", () => {
    const positions = new Positions(abi);
    const [first, last] = [0, positions.count - 1];
    const [a, b] = [positions.get(first), positions.get(last)];
    positions.set(first, b);
    positions.set(last, a);
    expect(same(positions.read(a), positions.page(last))).toBe(true);
    expect(same(positions.read(b), positions.page(first))).toBe(true);
    for (let i = 1; i < last; i++) expect(same(positions.read(positions.get(i)), positions.page(i))).toBe(true);
  });

  it("count last when they are there twice", () => {
    const positions = new Positions(abi);
    const [freed, twice] = [positions.get(5), positions.get(3)];
    positions.set(5, twice);
    expect(same(positions.read(twice), positions.page(5))).toBe(true);
    expect(positions.read(freed).every((byte) => byte === 0)).toBe(true);
  });

  it("are passed over when no page can be there", () => {
    const positions = new Positions(abi);
    const [inside, outside, odd] = [positions.get(2), positions.get(3), positions.get(4)];
    positions.set(3, -1n);
    positions.set(4, odd + 1n);
    positions.set(0, 0n);
    expect(same(positions.read(inside), positions.page(2))).toBe(true);
    for (const address of [outside, odd]) expect(positions.read(address).every((byte) => byte === 0)).toBe(true);
  });
});
