/** One ABI as readers of images use it: record types by number, with their structs, variants and payloads. */
import { registry } from "../../../generated/codecs/index.js";
import type { Abi, AnyCodec, BoundStruct, Expression, PayloadEntry, RecordEntry } from "../../../runtime/index.js";
import { scalar } from "../../../runtime/scalars.js";
import { type FieldPlace, fieldPlaceOf } from "./fields.js";
import { findTail, type Tail } from "./tail.js";

/** Bytes of the record header: two 32-bit words, type and length. */
export const HEADER_SIZE = 8;

/** Record types with numbers below are looked up in an array: all of them but the two that end an image. */
const DENSE_NUMBERS = 1024;

/** Keys of the structs that depend on the kernel configuration. */
const VARIANTS = registry.structs.flatMap(({ key, variant }) => (variant === undefined ? [] : key));

export interface FormatOptions {
  /** Bytes of a page of the machine that wrote the image. No record states it; the default is the usual size of the architecture. */
  readonly pageSize?: number | undefined;
}

export class ImageFormat {
  readonly littleEndian: boolean;
  /** Bytes of a page. */
  readonly pageSize: number;
  /** Bytes of the kernel's `long`. */
  readonly wordSize: number;
  readonly kinds: RecordKinds;
  /** Structs that other kernel configurations use in place of the usual ones. */
  readonly configurations: readonly BoundStruct[];
  private readonly constants = new Map<string, number>();
  private readonly tails = new Map<BoundStruct, Tail | undefined>();

  constructor(
    readonly abi: Abi,
    { pageSize }: FormatOptions = {},
  ) {
    this.configurations = VARIANTS.flatMap((key) => abi.structOfKey(key) ?? []);
    this.littleEndian = abi.target.littleEndian;
    this.wordSize = abi.target.bits / 8;
    this.pageSize = pageSize ?? usualPageSize(abi);
    this.kinds = new RecordKinds(this);
  }

  /** The record type of that name (without `CKPT_HDR_`), or undefined if this version has none. */
  kind(name: string): RecordKind | undefined {
    return this.kinds.named(name);
  }

  /** The struct with that schema key, or undefined if this version has none. */
  struct(key: string): BoundStruct | undefined {
    return this.abi.structOfKey(key);
  }

  /** The codec of a struct of this version. */
  codec(struct: BoundStruct): AnyCodec {
    return this.abi.struct(struct.name);
  }

  /** The flexible array at the end of a struct, if it has one. */
  tail(struct: BoundStruct): Tail | undefined {
    if (!this.tails.has(struct)) this.tails.set(struct, findTail(this, struct));
    return this.tails.get(struct);
  }

  /** Value of a constant or enumerator; NaN if this version does not have it. */
  constant(name: string): number {
    const known = this.constants.get(name);
    if (known !== undefined) return known;
    const value = Number(this.abi.constant(name) ?? Number.NaN);
    this.constants.set(name, value);
    return value;
  }

  /** Bytes of a payload element, given as a width or the key of a struct; undefined if this version has no such struct. */
  elementSize(type: string): number | undefined {
    return scalar(type)?.size ?? this.struct(type)?.unbound.size;
  }
}

/**
 * Record types by number, including reserved ones. Each is built on first use: many ABIs are tried on an image and soon ruled out, and no image has
 * records of all types.
 */
export class RecordKinds {
  /** By number, without gaps, because V8 stores an array with gaps as a hash table. */
  private readonly dense = new Array<RecordKind | undefined>(DENSE_NUMBERS).fill(undefined);
  /** By number from {@link DENSE_NUMBERS} on. */
  private readonly sparse = new Map<number, RecordKind>();
  private count = 0;
  private readonly byName = new Map<string, RecordKind | undefined>();

  constructor(private readonly format: ImageFormat) {}

  get size(): number {
    return this.format.abi.records.size;
  }

  has(number: number): boolean {
    return this.format.abi.records.has(number);
  }

  get(number: number): RecordKind | undefined {
    return (number < DENSE_NUMBERS ? this.dense[number] : this.sparse.get(number)) ?? this.make(number);
  }

  named(name: string): RecordKind | undefined {
    if (!this.byName.has(name)) this.byName.set(name, this.find(name));
    return this.byName.get(name);
  }

  keys(): Iterable<number> {
    return this.format.abi.records.keys();
  }

  values(): RecordKind[] {
    return [...this.keys()].map((number) => this.get(number) as RecordKind);
  }

  private make(number: number): RecordKind | undefined {
    const entry = this.format.abi.records.get(number);
    if (!entry) return undefined;
    const kind = new RecordKind(this.format, this.count++, number, entry);
    if (number < DENSE_NUMBERS) this.dense[number] = kind;
    else this.sparse.set(number, kind);
    return kind;
  }

  private find(name: string): RecordKind | undefined {
    const number = this.format.abi.recordNumber(name);
    const kind = number === undefined ? undefined : this.get(number);
    return kind?.name === name ? kind : undefined;
  }
}

/** The parts of a record of one type. */
export class RecordKind {
  readonly name: string;
  /** The struct, or the common part of all variants; undefined for a bare record header and for an unknown layout. */
  readonly struct: BoundStruct | undefined;
  /** Whether the headers of this version lack the struct: the record is then a header and unknown bytes. */
  readonly opaque: boolean;
  /** What follows the struct within the length of the record. */
  readonly payload: PayloadEntry | undefined;
  /** Number of bytes that follow the record and are not part of its length. */
  readonly raw: Expression | undefined;
  /** Offset of the payload, in bytes from the start of the record. Records with variants have no payload. */
  readonly payloadOffset: number;
  /** Number of bytes that suffice to choose and read any struct of the record. */
  readonly longest: number;
  /** Length of every record of the type; undefined when it depends on the record. */
  readonly fixedLength: number | undefined;
  /** Minimum length of every record with a payload; undefined when it depends on the record. */
  readonly leastLength: number | undefined;

  private readonly discriminator: FieldPlace | undefined;
  private readonly variants = new Map<number, BoundStruct>();
  private readonly otherwise: BoundStruct | undefined;
  /** Structs of other kernel configurations, distinguished by their size. */
  private readonly configurations: readonly BoundStruct[];
  /** Results of {@link place} by struct and path. */
  private readonly places = new Map<BoundStruct | undefined, Map<string, FieldPlace | undefined>>();
  private lastStruct: BoundStruct | undefined;
  private lastPlaces: Map<string, FieldPlace | undefined> | undefined;

  constructor(
    private readonly format: ImageFormat,
    /** Position among the kinds of the format, in the order in which they were built. */
    readonly index: number,
    readonly number: number,
    readonly entry: RecordEntry,
  ) {
    const { abi } = format;
    this.name = entry.name;
    this.struct = entry.struct === undefined ? undefined : format.struct(entry.struct);
    this.opaque = entry.struct !== undefined && this.struct === undefined;
    this.payload = entry.payload && abi.applies(entry.payload) ? entry.payload : undefined;
    this.raw = entry.raw?.length;
    this.configurations = format.configurations.filter(
      ({ entry: { descriptor } }) => descriptor.key === `${entry.struct}_${descriptor.variant}`,
    );
    const { variants } = entry;
    if (variants && this.struct) {
      this.discriminator = fieldPlaceOf(this.struct, variants.on);
      this.otherwise = variants.else === undefined ? undefined : format.struct(variants.else);
      for (const [enumerator, key] of Object.entries(variants.structs)) {
        const struct = format.struct(key);
        if (struct) this.variants.set(format.constant(enumerator), struct);
      }
    }
    const all = [this.struct, this.otherwise, ...this.variants.values(), ...this.configurations];
    this.payloadOffset = this.struct?.unbound.size ?? HEADER_SIZE;
    this.longest = Math.max(HEADER_SIZE, ...all.map((struct) => struct?.unbound.size ?? 0));
    const hasTail = this.struct?.unbound.members.at(-1)?.flexible;
    const varies = this.opaque || variants || this.configurations.length > 0 || hasTail;
    this.fixedLength = varies || this.payload ? undefined : this.longest;
    this.leastLength = varies || !this.payload ? undefined : this.longest;
  }

  /**
   * The struct of the record at `at`, chosen by a field of the record or by its length. For a record too short for that field, the common part;
   * undefined for a bare header and an unknown struct.
   */
  structOf(view: DataView, at: number, length: number): BoundStruct | undefined {
    if (this.discriminator) {
      if (this.discriminator.offset + this.discriminator.size > length) return this.struct;
      const value = Number(this.discriminator.read(view, at, this.format.littleEndian));
      return this.variants.get(value) ?? this.otherwise ?? this.struct;
    }
    if (this.payloadOffset === length) return this.struct;
    return this.configurations.find(({ unbound }) => unbound.size === length) ?? this.struct;
  }

  /** Offset and size of a field in one of the structs of this record type; undefined if there is no such field. */
  place(struct: BoundStruct | undefined, path: string): FieldPlace | undefined {
    const places = this.lastPlaces && this.lastStruct === struct ? this.lastPlaces : this.placesIn(struct);
    const known = places.get(path);
    if (known || places.has(path)) return known;
    const place = this.findPlace(struct, path);
    places.set(path, place);
    return place;
  }

  /** Most records of a type have the same struct as the previous one, so its places are kept. */
  private placesIn(struct: BoundStruct | undefined): Map<string, FieldPlace | undefined> {
    const places = this.places.get(struct) ?? new Map<string, FieldPlace | undefined>();
    this.places.set(struct, places);
    this.lastStruct = struct;
    this.lastPlaces = places;
    return places;
  }

  private findPlace(struct: BoundStruct | undefined, path: string): FieldPlace | undefined {
    return (
      (this.struct && fieldPlaceOf(this.struct, path)) ??
      (struct && struct !== this.struct ? fieldPlaceOf(struct, path) : undefined)
    );
  }
}

function usualPageSize(abi: Abi): number {
  const arch = registry.tables.arches.find(({ id }) => id === abi.target.arch);
  const [size] = arch?.page_sizes ?? [];
  if (size === undefined) throw new TypeError(`the schema gives ${abi.target.arch} no page size`);
  return size;
}
