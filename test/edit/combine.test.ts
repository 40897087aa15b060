/** Two rounds of changes in one, against the two rounds made one after the other. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { combine } from "../../tools/edit/combine.js";
import { type ByteChange, EditedSource } from "../../tools/edit/edited-source.js";
import { copyBytes, type ImageSource, MemorySource } from "../../tools/image/bytes/source.js";

const bytesOf = (source: ImageSource) => copyBytes(source, 0, source.size);

/** Changes of an image of that size: in order, without overlaps, some of them insertions and removals. */
function changesOf(size: number): fc.Arbitrary<ByteChange[]> {
  const change = fc.tuple(fc.nat(5), fc.nat(4), fc.uint8Array({ maxLength: 4 }));
  return fc.array(change, { maxLength: 6 }).map((gaps) => {
    const changes: ByteChange[] = [];
    let at = 0;
    for (const [gap, length, bytes] of gaps) {
      const offset = at + gap + 1;
      if (offset + length > size) break;
      changes.push({ offset, length, bytes });
      at = offset + length;
    }
    return changes;
  });
}

const ROUNDS = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .chain((bytes) => fc.tuple(fc.constant(bytes), changesOf(bytes.length)))
  .chain(([bytes, first]) => {
    const { size } = new EditedSource(new MemorySource(bytes), first);
    return fc.tuple(fc.constant(bytes), fc.constant(first), changesOf(size));
  });

it("has the bytes of both rounds, as changes of the original", () => {
  fc.assert(
    fc.property(ROUNDS, ([bytes, first, second]) => {
      const original = new MemorySource(bytes);
      const once = new EditedSource(original, first);
      const twice = new EditedSource(new MemorySource(bytesOf(once)), second);
      const combined = combine(once, second);
      expect(combined.original).toBe(original);
      expect(bytesOf(combined)).toEqual(bytesOf(twice));
    }),
    { numRuns: 2000 },
  );
});

it("keeps a change of one length one that keeps offsets", () => {
  const once = new EditedSource(new MemorySource(new Uint8Array(100)), [
    { offset: 10, length: 2, bytes: Uint8Array.of(1, 2) },
  ]);
  const combined = combine(once, [
    { offset: 11, length: 1, bytes: Uint8Array.of(3) },
    { offset: 50, length: 1, bytes: Uint8Array.of(4) },
  ]);
  expect(combined.changes).toEqual([
    { offset: 10, length: 2, bytes: Uint8Array.of(1, 3) },
    { offset: 50, length: 1, bytes: Uint8Array.of(4) },
  ]);
  expect(combined.keepsOffsets).toBe(true);
});
