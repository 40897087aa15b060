/** The images to damage. */
import { readdirSync, readFileSync } from "node:fs";
import { registry } from "../../generated/codecs/index.js";
import { makeBytes } from "../../test/make-image/make.js";
import { MemorySource, openImage, type TreeNode } from "../../tools/image/index.js";
import { tasksOf } from "../../tools/model/tasks.js";
import type { Random } from "./random.js";

/** An image to start from. */
export interface Specimen {
  /** Origin of the image, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** Offsets of its records. */
  readonly offsets: readonly number[];
  /** Ranges of shared objects, each with its body. */
  readonly objects: readonly Span[];
  /** Offsets of four-byte fields with an object number. */
  readonly references: readonly number[];
  /** Ranges of text payloads. */
  readonly texts: readonly Span[];
  /** The first task. */
  readonly pid: number;
  /** ABI that it is read as. */
  readonly abi: string;
}

/** Bytes from `start` up to but not including `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const FIXTURES = new URL("../../test/fixtures/images/", import.meta.url);

/** Real images, and generated ones of every version on every architecture. Each is generated on demand. */
export class Corpus {
  readonly names: readonly string[];
  private readonly real: readonly string[];
  private readonly abis: readonly string[];
  private readonly known = new Map<string, Specimen>();

  constructor() {
    this.real = readdirSync(FIXTURES)
      .filter((name) => name.endsWith(".img"))
      .sort();
    this.abis = registry.versions.flatMap((version) => registry.arches(version).map((arch) => `${version}/${arch}`));
    this.names = [...this.real, ...this.abis];
  }

  /** Picks real and generated images equally often. */
  pick(random: Random): Specimen {
    return this.of(random.pick(random.below(2) === 0 ? this.real : this.abis));
  }

  of(name: string): Specimen {
    let one = this.known.get(name);
    if (!one) {
      one = specimen(name, name.endsWith(".img") ? read(name) : makeBytes({ abi: name, pages: 2 }));
      this.known.set(name, one);
    }
    return one;
  }
}

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FIXTURES)));
}

function specimen(name: string, bytes: Uint8Array): Specimen {
  const source = new MemorySource(bytes);
  const image = openImage(source);
  const nodes = [...image.root].slice(1);
  const records = nodes.filter(({ rule, record }) => rule === undefined && record);
  const offsetBehind = (row: number) => (row < image.size ? image.node(row).offset : bytes.length);
  return {
    name,
    abi: image.format.abi.name,
    bytes,
    littleEndian: image.format.littleEndian,
    offsets: nodes.filter(({ record }) => record).map(({ offset }) => offset),
    objects: nodes
      .filter(({ object }) => object)
      .map((node) => ({ start: node.offset, end: offsetBehind(node.endIndex) })),
    references: records.flatMap((node) => referencesOf(node)),
    texts: records.flatMap(({ record, contains }) =>
      record && (contains ?? record.kind?.payload)?.kind === "text" ? [record.payload] : [],
    ),
    pid: tasksOf(image)[0]?.pid ?? 1,
  };
}

/** Offsets of the four-byte fields of a record with an object number. */
function referencesOf({ record }: TreeNode): number[] {
  const struct = record?.kind?.struct;
  if (!record || !struct) return [];
  return struct.layout.members.flatMap(({ offset, size, meaning }) =>
    meaning?.refers !== undefined && size === 4 ? [record.offset + offset] : [],
  );
}
