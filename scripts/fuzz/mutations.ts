/** Ways to damage an image. Each takes the bytes and gives new ones; most know where records begin and aim at what readers trust. */
import { HEADER_SIZE } from "../../tools/image/index.js";
import type { Random } from "./random.js";

/** An image to start from. */
export interface Specimen {
  /** Where it comes from, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** Where its records begin. */
  readonly offsets: readonly number[];
}

export type Mutation = (specimen: Specimen, random: Random, others: readonly Specimen[]) => Uint8Array;

/** Numbers at which counts, lengths and signs go wrong. */
const EDGES = [0, 1, 7, 8, 9, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff];

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  /** Up to eight bits anywhere. */
  bits({ bytes }, random) {
    const copy = Uint8Array.from(bytes);
    for (let n = 1 + random.below(8); n > 0; n--) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] as number) ^ (1 << random.below(8));
    }
    return copy;
  },
  /** The image ends early. */
  cut({ bytes }, random) {
    return bytes.slice(0, random.below(bytes.length));
  },
  /** The length of a record. */
  length: (specimen, random) => withWord(specimen, random.pick(specimen.offsets) + 4, random),
  /** The type of a record: one of another record, or any. */
  type(specimen, random) {
    const at = random.pick(specimen.offsets);
    const { bytes } = specimen;
    const copy = withWord(specimen, at, random);
    const from = random.pick(specimen.offsets);
    if (random.below(4) > 0) copy.set(bytes.subarray(from, from + Math.min(4, copy.length - at)), at);
    return copy;
  },
  /** A word in a record: counts, numbers of objects, addresses, flags. */
  word(specimen, random) {
    const record = random.below(specimen.offsets.length);
    const start = specimen.offsets[record] as number;
    const words = Math.max(1, (lengthAt(specimen, start) - HEADER_SIZE) >> 2);
    return withWord(specimen, start + HEADER_SIZE + 4 * random.below(Math.min(words, 64)), random);
  },
  /** A record is missing. */
  drop(specimen, random) {
    const i = random.below(specimen.offsets.length);
    return joined(specimen.bytes, [0, specimen.offsets[i]], [specimen.offsets[i + 1]]);
  },
  /** A run of records comes twice. */
  repeat(specimen, random) {
    const i = random.below(specimen.offsets.length);
    const start = specimen.offsets[i];
    const end = specimen.offsets[i + 1 + random.below(8)];
    return joined(specimen.bytes, [0, end], [start]);
  },
  /** Two records change places. */
  swap(specimen, random) {
    const { offsets, bytes } = specimen;
    const [one = 0, other = 0] = [random.below(offsets.length), random.below(offsets.length)].sort((a, b) => a - b);
    const [a, b, c, d] = [offsets[one], offsets[one + 1], offsets[other], offsets[other + 1]];
    return one === other ? bytes.slice() : joined(bytes, [0, a], [c, d], [b, c], [a, b], [d]);
  },
  /** The head of one image and the rest of another. */
  splice({ bytes, offsets }, random, others) {
    const other = random.pick(others);
    const head = bytes.subarray(0, random.pick(offsets));
    return Buffer.concat([head, other.bytes.subarray(random.pick(other.offsets))]);
  },
  /** Records of another image in the middle. */
  insert({ bytes, offsets }, random, others) {
    const other = random.pick(others);
    const at = random.pick(offsets);
    const from = random.below(other.offsets.length);
    const inserted = other.bytes.subarray(other.offsets[from], other.offsets[from + 1 + random.below(4)]);
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
  },
  /** Bytes that are no records, anywhere. */
  noise({ bytes }, random) {
    const copy = Uint8Array.from(bytes);
    const at = random.below(copy.length);
    for (let i = at; i < Math.min(copy.length, at + 1 + random.below(64)); i++) copy[i] = random.below(256);
    return copy;
  },
};

function joined(
  bytes: Uint8Array,
  ...ranges: readonly (readonly [start: number | undefined, end?: number | undefined])[]
): Uint8Array {
  return Buffer.concat(ranges.map(([start, end]) => bytes.subarray(start ?? bytes.length, end)));
}

/** What a record says of its length; 0 where the image ends within its header. */
function lengthAt({ bytes, littleEndian }: Specimen, offset: number): number {
  if (offset + HEADER_SIZE > bytes.length) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(offset + 4, littleEndian);
}

/** A copy in which the word at `at` is an edge, or a little more or less than it was. */
function withWord({ bytes, littleEndian }: Specimen, at: number, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (at + 4 > copy.length) return copy;
  const view = new DataView(copy.buffer);
  const value = random.below(2) === 0 ? random.pick(EDGES) : view.getUint32(at, littleEndian) + random.below(17) - 8;
  view.setUint32(at, value >>> 0, littleEndian);
  return copy;
}
