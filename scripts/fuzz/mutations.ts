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
  /** Shared objects, each with its body. */
  readonly objects: readonly Span[];
  /** Where fields of four bytes are that name an object. */
  readonly references: readonly number[];
  /** Payloads that are text. */
  readonly texts: readonly Span[];
}

/** Bytes from `start` up to but not including `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
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
  /** The head of one image and the rest of another, from a record of the same type: both may be of another version. */
  graft(specimen, random, others) {
    const other = random.pick(others);
    const at = random.pick(specimen.offsets);
    const type = wordAt(specimen, at);
    const same = other.offsets.filter((offset) => wordAt(other, offset) === type);
    const from = random.pick(same.length > 0 ? same : other.offsets);
    return Buffer.concat([specimen.bytes.subarray(0, at), other.bytes.subarray(from)]);
  },
  /** Another image behind this one. */
  append: ({ bytes }, random, others) => Buffer.concat([bytes, random.pick(others).bytes]),
  /** A shared object comes twice, the second time anywhere. */
  duplicate(specimen, random) {
    const { start, end } = spanOf(specimen.objects, specimen, random);
    const at = random.pick(specimen.offsets);
    return joined(specimen.bytes, [0, at], [start, end], [at]);
  },
  /** A shared object stands somewhere else. */
  move(specimen, random) {
    const { start, end } = spanOf(specimen.objects, specimen, random);
    const at = random.pick(specimen.offsets);
    return at < start
      ? joined(specimen.bytes, [0, at], [start, end], [at, start], [end])
      : joined(specimen.bytes, [0, start], [end, Math.max(at, end)], [start, end], [Math.max(at, end)]);
  },
  /** A field names another object, mostly one of another type, or none. */
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
  /** A record grows or shrinks at its end. Its length says so, and so does what was equal to the old length or to that of its payload. */
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
  /** Objects begin within each other, up to 300 deep. */
  nest(specimen, random) {
    const { bytes, littleEndian, offsets } = specimen;
    const { start, end } = spanOf(specimen.objects, specimen, random);
    const inner = offsets.filter((offset) => offset > start && offset <= end);
    const stop = inner.length > 0 ? random.pick(inner) : end;
    const opening = bytes.subarray(start, Math.min(stop, start + MOST_OPENING));
    const copies = Array.from({ length: 1 + random.below(DEEPEST) }, (_, depth) => {
      const copy = Uint8Array.from(opening);
      // Each is an object of its own.
      if (copy.length >= OBJREF_AT + 4) new DataView(copy.buffer).setUint32(OBJREF_AT, 1_000_000 + depth, littleEndian);
      return copy;
    });
    return Buffer.concat([bytes.subarray(0, start), ...copies, bytes.subarray(start)]);
  },
  /** A text of the image becomes one that readers, terminals, shells, Markdown or HTML may take for something else. */
  text(specimen, random) {
    const { start, end } = spanOf(specimen.texts, specimen, random);
    const copy = Uint8Array.from(specimen.bytes);
    const evil = random.pick(EVIL_TEXTS);
    const room = Math.min(copy.length, end) - start;
    copy.set(evil.subarray(0, Math.max(0, room)), start);
    // Sometimes nothing ends it.
    if (evil.length < room && random.below(3) > 0) copy[start + evil.length] = 0;
    return copy;
  },
  /** Heads of records, or all words, in the other byte order. */
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
  /** Bytes that are no records, anywhere. */
  noise({ bytes }, random) {
    const copy = Uint8Array.from(bytes);
    const at = random.below(copy.length);
    for (let i = at; i < Math.min(copy.length, at + 1 + random.below(64)); i++) copy[i] = random.below(256);
    return copy;
  },
};

/** Where an OBJREF record has the number of its object. */
const OBJREF_AT = HEADER_SIZE + 4;

const DEEPEST = 300;
/** Bytes that are repeated at most. */
const MOST_OPENING = 4096;

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

/** One of the spans that are still within the image; any record where there is none. */
function spanOf(spans: readonly Span[], specimen: Specimen, random: Random): Span {
  const within = spans.filter(({ end }) => end <= specimen.bytes.length);
  if (within.length > 0) return random.pick(within);
  const start = random.pick(specimen.offsets);
  return { start, end: Math.min(specimen.bytes.length, start + lengthAt(specimen, start)) };
}

function objrefAt(specimen: Specimen, { start }: Span): number {
  return wordAt(specimen, start + OBJREF_AT);
}

/** 0 behind the end. */
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

/** What a record says of its length; 0 where the image ends within its header. */
function lengthAt(specimen: Specimen, offset: number): number {
  return offset + HEADER_SIZE > specimen.bytes.length ? 0 : wordAt(specimen, offset + 4);
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
