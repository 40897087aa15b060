/** Mutations of images. Each takes bytes and returns new ones; most know the offsets of records and target data that readers trust. */
import { HEADER_SIZE } from "../../tools/image/index.js";
import type { Random } from "./random.js";
import type { Span, Specimen } from "./specimens.js";

type Mutation = (specimen: Specimen, random: Random, others: readonly Specimen[]) => Uint8Array;

/** Numbers at which counts, lengths and signs may be handled wrong. */
const EDGES = [0, 1, 7, 8, 9, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff];

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  /** Flips up to eight bits anywhere. */
  bits({ bytes }, random) {
    const copy = Uint8Array.from(bytes);
    for (let n = 1 + random.below(8); n > 0; n--) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] as number) ^ (1 << random.below(8));
    }
    return copy;
  },
  /** Truncates the image. */
  cut({ bytes }, random) {
    return bytes.slice(0, random.below(bytes.length));
  },
  /** Changes the length of a record. */
  length: (specimen, random) => withWord(specimen, random.pick(specimen.offsets) + 4, random),
  /** Changes the type of a record to that of another record, or to any. */
  type(specimen, random) {
    const at = random.pick(specimen.offsets);
    const { bytes } = specimen;
    const copy = withWord(specimen, at, random);
    const from = random.pick(specimen.offsets);
    if (random.below(4) > 0) copy.set(bytes.subarray(from, from + Math.min(4, copy.length - at)), at);
    return copy;
  },
  /** Changes a word in a record: counts, object numbers, addresses, flags. */
  word(specimen, random) {
    const record = random.below(specimen.offsets.length);
    const start = specimen.offsets[record] as number;
    const words = Math.max(1, (lengthAt(specimen, start) - HEADER_SIZE) >> 2);
    return withWord(specimen, start + HEADER_SIZE + 4 * random.below(Math.min(words, 64)), random);
  },
  /** Removes a record. */
  drop(specimen, random) {
    const i = random.below(specimen.offsets.length);
    return joined(specimen.bytes, [0, specimen.offsets[i]], [specimen.offsets[i + 1]]);
  },
  /** Repeats a run of records. */
  repeat(specimen, random) {
    const i = random.below(specimen.offsets.length);
    const start = specimen.offsets[i];
    const end = specimen.offsets[i + 1 + random.below(8)];
    return joined(specimen.bytes, [0, end], [start]);
  },
  /** Swaps two records. */
  swap(specimen, random) {
    const { offsets, bytes } = specimen;
    const [one = 0, other = 0] = [random.below(offsets.length), random.below(offsets.length)].sort((a, b) => a - b);
    const [a, b, c, d] = [offsets[one], offsets[one + 1], offsets[other], offsets[other + 1]];
    return one === other ? bytes.slice() : joined(bytes, [0, a], [c, d], [b, c], [a, b], [d]);
  },
  /** Joins the head of one image and the rest of another. */
  splice({ bytes, offsets }, random, others) {
    const other = random.pick(others);
    const head = bytes.subarray(0, random.pick(offsets));
    return Buffer.concat([head, other.bytes.subarray(random.pick(other.offsets))]);
  },
  /** Inserts records of another image. */
  insert({ bytes, offsets }, random, others) {
    const other = random.pick(others);
    const at = random.pick(offsets);
    const from = random.below(other.offsets.length);
    const inserted = other.bytes.subarray(other.offsets[from], other.offsets[from + 1 + random.below(4)]);
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
  },
  /** Joins the head of one image and the rest of another, beginning with a record of the same type; their versions may differ. */
  graft(specimen, random, others) {
    const other = random.pick(others);
    const at = random.pick(specimen.offsets);
    const type = wordAt(specimen, at);
    const same = other.offsets.filter((offset) => wordAt(other, offset) === type);
    const from = random.pick(same.length > 0 ? same : other.offsets);
    return Buffer.concat([specimen.bytes.subarray(0, at), other.bytes.subarray(from)]);
  },
  /** Appends another image. */
  append: ({ bytes }, random, others) => Buffer.concat([bytes, random.pick(others).bytes]),
  /** Repeats a shared object at any place. */
  duplicate(specimen, random) {
    const { start, end } = spanOf(specimen.objects, specimen, random);
    const at = random.pick(specimen.offsets);
    return joined(specimen.bytes, [0, at], [start, end], [at]);
  },
  /** Moves a shared object. */
  move(specimen, random) {
    const { start, end } = spanOf(specimen.objects, specimen, random);
    const at = random.pick(specimen.offsets);
    return at < start
      ? joined(specimen.bytes, [0, at], [start, end], [at, start], [end])
      : joined(specimen.bytes, [0, start], [end, Math.max(at, end)], [start, end], [Math.max(at, end)]);
  },
  /** Makes a field refer to another object, usually one of another type, or to none. */
  reference(specimen, random) {
    const { bytes, littleEndian, references, objects } = specimen;
    const copy = Uint8Array.from(bytes);
    const view = new DataView(copy.buffer);
    for (let n = 1 + random.below(4); n > 0 && references.length > 0; n--) {
      const at = random.pick(references);
      const number =
        objects.length > 0 && random.below(6) > 0 ? objrefAt(specimen, random.pick(objects)) : random.pick(EDGES);
      if (at + 4 <= copy.length) view.setUint32(at, number >>> 0, littleEndian);
    }
    return copy;
  },
  /** Extends or shortens a record at its end, and adjusts its length and any field that was equal to the old length or payload length. */
  resize(specimen, random) {
    const { bytes, littleEndian } = specimen;
    const at = random.pick(specimen.offsets);
    const length = lengthAt(specimen, at);
    const change =
      random.below(3) === 0 ? -random.below(Math.min(length + 1, 4096)) : random.pick([1, 2, 4, 8, 16, 4096, 65_536]);
    const end = Math.min(bytes.length, at + length);
    const resized = Buffer.concat(
      change < 0
        ? [bytes.subarray(0, Math.max(at, end + change)), bytes.subarray(end)]
        : [bytes.subarray(0, end), new Uint8Array(change).fill(random.below(256)), bytes.subarray(end)],
    );
    const view = new DataView(resized.buffer, resized.byteOffset, resized.length);
    for (let word = Math.max(0, at - 256); word + 4 <= Math.min(resized.length, at + 128); word += 4) {
      const value = view.getUint32(word, littleEndian);
      if (word === at + 4 || (value > HEADER_SIZE && (value === length || value === length - HEADER_SIZE)))
        view.setUint32(word, Math.max(0, value + change), littleEndian);
    }
    return resized;
  },
  /** Nests objects in each other, up to 300 levels. */
  nest(specimen, random) {
    const { bytes, littleEndian, offsets } = specimen;
    const { start, end } = spanOf(specimen.objects, specimen, random);
    const inner = offsets.filter((offset) => offset > start && offset <= end);
    const stop = inner.length > 0 ? random.pick(inner) : end;
    const opening = bytes.subarray(start, Math.min(stop, start + MAX_REPEATED_BYTES));
    const copies = Array.from({ length: 1 + random.below(MAX_DEPTH) }, (_, depth) => {
      const copy = Uint8Array.from(opening);
      // Each needs a number of its own.
      if (copy.length >= OBJREF_AT + 4) new DataView(copy.buffer).setUint32(OBJREF_AT, 1_000_000 + depth, littleEndian);
      return copy;
    });
    return Buffer.concat([bytes.subarray(0, start), ...copies, bytes.subarray(start)]);
  },
  /** Replaces a text of the image by one that readers, terminals, shells, Markdown or HTML may misinterpret. */
  text(specimen, random) {
    const { start, end } = spanOf(specimen.texts, specimen, random);
    const copy = Uint8Array.from(specimen.bytes);
    const evil = random.pick(EVIL_TEXTS);
    const room = Math.min(copy.length, end) - start;
    copy.set(evil.subarray(0, Math.max(0, room)), start);
    // Sometimes without a NUL at its end.
    if (evil.length < room && random.below(3) > 0) copy[start + evil.length] = 0;
    return copy;
  },
  /** Swaps the byte order of record headers, or of all words. */
  order({ bytes, offsets }, random) {
    const copy = Uint8Array.from(bytes);
    const heads = random.below(2) === 0 ? offsets.slice(random.below(offsets.length)) : [random.pick(offsets)];
    if (random.below(4) === 0)
      Buffer.from(copy.buffer)
        .subarray(0, copy.length & ~3)
        .swap32();
    else for (const at of heads) if (at + 8 <= copy.length) Buffer.from(copy.buffer, at, 8).swap32();
    return copy;
  },
  /** Inserts random bytes anywhere. */
  noise({ bytes }, random) {
    const copy = Uint8Array.from(bytes);
    const at = random.below(copy.length);
    for (let i = at; i < Math.min(copy.length, at + 1 + random.below(64)); i++) copy[i] = random.below(256);
    return copy;
  },
};

/** Offset of the object number in an OBJREF record. */
const OBJREF_AT = HEADER_SIZE + 4;

const MAX_DEPTH = 300;
/** Maximum number of bytes that are repeated. */
const MAX_REPEATED_BYTES = 4096;

const EVIL_TEXTS = [
  "\x1b[31mred\x1b]0;title\x07",
  "\x9b2J\u202eevil\u2066",
  "-ex=!id",
  "--help",
  "../../../../etc/passwd",
  "/dev/stdout",
  "$(id)`id`;id|id&",
  "'\"\\",
  "<script>alert(1)</script>",
  "](javascript:alert(1)) ![x](y) `code` | cell | @everyone #1",
  "*/ // <!-- -->",
  "%s%n%x",
  "__proto__",
  "a\0b\0c",
  "line\nline\r\ntab\t",
  "x".repeat(5000),
]
  .map((text) => Uint8Array.from(Buffer.from(text)))
  .concat(Uint8Array.of(0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80), new Uint8Array(300).fill(0xff));

/** A random span that is still within the image; a random record if there is none. */
function spanOf(spans: readonly Span[], specimen: Specimen, random: Random): Span {
  const within = spans.filter(({ end }) => end <= specimen.bytes.length);
  if (within.length > 0) return random.pick(within);
  const start = random.pick(specimen.offsets);
  return { start, end: Math.min(specimen.bytes.length, start + lengthAt(specimen, start)) };
}

function objrefAt(specimen: Specimen, { start }: Span): number {
  return wordAt(specimen, start + OBJREF_AT);
}

/** 0 after the end. */
function wordAt({ bytes, littleEndian }: Specimen, at: number): number {
  if (at + 4 > bytes.length) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, littleEndian);
}

function joined(
  bytes: Uint8Array,
  ...ranges: readonly (readonly [start: number | undefined, end?: number | undefined])[]
): Uint8Array {
  return Buffer.concat(ranges.map(([start, end]) => bytes.subarray(start ?? bytes.length, end)));
}

/** Length in the header of a record; 0 if the image ends within the header. */
function lengthAt(specimen: Specimen, offset: number): number {
  return offset + HEADER_SIZE > specimen.bytes.length ? 0 : wordAt(specimen, offset + 4);
}

/** A copy in which the word at `at` is an edge value, or differs a little from the original. */
function withWord({ bytes, littleEndian }: Specimen, at: number, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (at + 4 > copy.length) return copy;
  const view = new DataView(copy.buffer);
  const value = random.below(2) === 0 ? random.pick(EDGES) : view.getUint32(at, littleEndian) + random.below(17) - 8;
  view.setUint32(at, value >>> 0, littleEndian);
  return copy;
}
