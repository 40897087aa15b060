/** Converts an image to another version and back, and checks that the two reports account for every changed byte. */

import { Random } from "../../scripts/fuzz/random.js";
import type { ConversionReport, Loss } from "../../tools/convert/index.js";
import type { Image, ImageRecord, TreeNode } from "../../tools/image/index.js";
import { opened } from "../opened.js";
import { convert } from "./conversions.js";
import { placesOf, scramble, withoutIndexes } from "./scramble.js";

export interface Journey {
  /** Unreported differences as `RECORD.field`, and reported losses that did not occur. */
  readonly silent: readonly string[];
  readonly untrue: readonly string[];
  /** Fields that had random bytes. */
  readonly fields: ReadonlySet<string>;
  readonly frozen: ReadonlySet<string>;
}

/** Requests the places of all facts. */
const ALL = { examples: Number.POSITIVE_INFINITY };

/** Most attempts until no random value is an obstacle. */
const MOST_TRIES = 40;

/**
 * Converts an image with random bytes to another version and back. Fields that a report names as obstacles get their old values.
 *
 * @returns undefined when the image cannot be converted there or back with its original values
 */
export async function thereAndBack(
  made: Uint8Array,
  arch: string,
  from: string,
  to: string,
  seed: number,
): Promise<Journey | undefined> {
  const frozen = new Set<string>();
  for (let tries = 0; ; tries++) {
    const { bytes, fields } = scramble(made, `${from}/${arch}`, new Random(seed), frozen);
    const size = frozen.size;
    const there = await convert(bytes, `${from}/${arch}`, to, ALL);
    freeze(there.report, frozen);
    const back = there.bytes && (await convert(there.bytes, `${to}/${arch}`, from, ALL));
    if (back) freeze(back.report, frozen);
    if (back?.bytes && there.bytes) {
      const images = {
        before: opened(bytes, `${from}/${arch}`),
        between: opened(there.bytes, `${to}/${arch}`),
        after: opened(back.bytes, `${from}/${arch}`),
      };
      return { ...compare(images, there.report, back.report), fields, frozen };
    }
    if (frozen.size === size || tries === MOST_TRIES) return undefined;
  }
}

function freeze({ obstacles }: ConversionReport, frozen: Set<string>): void {
  for (const { record, field } of obstacles)
    frozen.add(field === undefined ? record : `${record}.${withoutIndexes(field)}`);
}

interface Images {
  readonly before: Image;
  readonly between: Image;
  readonly after: Image;
}

type Differences = Map<Entry, ReadonlySet<string>>;

interface Entry {
  readonly node: TreeNode;
  readonly record: ImageRecord;
  readonly name: string;
}

function entriesOf({ root }: Image): Entry[] {
  return [...root].flatMap((node) => {
    const { record, rule, label } = node;
    if (!record || (rule !== undefined && !node.object)) return [];
    return { node, record, name: node.object ? `(${rule})` : (label ?? record.name) };
  });
}

function compare({ before, between, after }: Images, there: ConversionReport, back: ConversionReport) {
  const [old, made, now] = [before, between, after].map(entriesOf) as [Entry[], Entry[], Entry[]];
  const pairs = aligned(old, now);
  const ofMade = new Map([...aligned(old, made)].map(([one, other]) => [made[other] as Entry, old[one] as Entry]));
  const told = new Told();
  for (const kind of ["losses", "repairs", "leftovers", "inventions"] as const) {
    for (const fact of there[kind]) told.add(fact, old, (entry) => entry);
    for (const fact of back[kind]) told.add(fact, made, (entry) => ofMade.get(entry));
  }
  const silent = new Set<string>();
  const different: Differences = new Map();
  const renumbered = new Renumbering();
  for (const [i, j] of pairs) renumbered.add((old[i] as Entry).node, (now[j] as Entry).node);
  old.forEach((entry, i) => {
    const other = now[pairs.get(i) ?? -1];
    const fields = differences(before, entry, after, other, renumbered);
    different.set(entry, fields);
    for (const field of fields)
      if (!told.covers(entry, field)) silent.add(`${entry.record.name} ${entry.name}.${field}`);
  });
  const kept = new Set(pairs.values());
  now.forEach((entry, i) => {
    if (!kept.has(i) && back.inventions.length === 0) silent.add(`${entry.name} is more`);
  });
  const lies = untrue(before, there.losses, old, different);
  return { silent: [...silent], untrue: [...new Set(lies)] };
}

/** The contents of the reports, by record of the image. */
class Told {
  private readonly byEntry = new Map<Entry, Set<string>>();
  /** Facts about records that the way back does not find, by name. */
  private readonly byName = new Map<string, Set<string>>();

  add({ record, field, step, examples }: Loss, entries: readonly Entry[], origin: (entry: Entry) => Entry | undefined) {
    for (const { offset } of examples)
      for (const entry of entries) {
        if (entry.record.offset !== offset && !around(entry, offset)) continue;
        const path = step === "padding" ? "padding" : field === entry.node.label ? "" : pathOf(field);
        const of = origin(entry);
        if (of) put(this.byEntry, of, path);
        else put(this.byName, record, path);
      }
  }

  covers(entry: Entry, field: string): boolean {
    const paths = [...(this.byEntry.get(entry) ?? []), ...(this.byName.get(entry.record.name) ?? [])];
    const path = withoutIndexes(field);
    if (path === "padding") return paths.some((told) => told === "" || told === path);
    // Applies to the whole record, or to the object that it belongs to.
    return paths.some((told) => told === "" || speakOfTheSame(path, told));
  }
}

function put<K>(map: Map<K, Set<string>>, key: K, value: string): void {
  map.set(key, (map.get(key) ?? new Set<string>()).add(value));
}

/** Whether a rule or an object around the record begins at an offset. */
function around({ node }: Entry, offset: number): boolean {
  for (let at = node.parent; at?.parent; at = at.parent) if (at.object && at.offset === offset) return true;
  return false;
}

/** Paths of the changed fields; `record` when the record no longer exists. */
function differences(
  before: Image,
  one: Entry,
  after: Image,
  other: Entry | undefined,
  renumbered: Renumbering,
): Set<string> {
  if (!other) return new Set(["record"]);
  const [a, b] = [bytesOf(before, one.record), bytesOf(after, other.record)];
  const found = new Set<string>();
  if (one.node.object) return found;
  const view = viewOf(before);
  const places = placesOf(before.format, view, one.node);
  if (a.length !== b.length) found.add("payload");
  for (let at = 8; at < Math.min(a.length, b.length); at++) {
    if (a[at] === b[at]) continue;
    // The first of several members with the same bytes counts.
    const here = places.find(({ start, end }) => start <= at && at < end);
    if (!here?.refers || !renumbered.isSame(wordAt(before, a, here.start), wordAt(before, b, here.start)))
      found.add(here?.path ?? "payload");
  }
  return found;
}

/** Numbers of objects have no meaning in themselves, and become contiguous when an object is lost. */
class Renumbering {
  /** Number of an object after the way back, by its number before. */
  private readonly numbers = new Map<number, number>();

  add({ object }: TreeNode, { object: other }: TreeNode): void {
    if (object && other) this.numbers.set(object.objref, other.objref);
  }

  /** Whether two numbers refer to the same object. Numbers of things outside the image must correspond consistently. */
  isSame(one: number, other: number): boolean {
    if (one <= 0 || other <= 0) return one === other;
    const known = this.numbers.get(one);
    if (known !== undefined) return known === other;
    const isFree = ![...this.numbers.values()].includes(other);
    if (isFree) this.numbers.set(one, other);
    return isFree;
  }
}

function wordAt({ format }: Image, bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(at, format.littleEndian);
}

/** Reported losses that did not occur, as `RECORD.field: value`. */
function untrue(before: Image, losses: readonly Loss[], old: readonly Entry[], different: Differences): string[] {
  const view = viewOf(before);
  const isDifferent = (entry: Entry) => (different.get(entry)?.size ?? 0) > 0;
  const isIn = (entry: Entry, offset: number) => entry.record.offset === offset || around(entry, offset);
  /** The objects that a record refers to, in all fields or in one. */
  const named = ({ node, record }: Entry, path: string) =>
    (node.object ? [] : placesOf(before.format, view, node))
      .filter((place) => place.refers && (path === "" || withoutIndexes(place.path) === path))
      .map(({ start }) => before.objects.get(view.getInt32(record.offset + start, before.format.littleEndian)));
  return losses.flatMap(({ record, field, examples }) =>
    examples.flatMap(({ offset, value }) => {
      const path = pathOf(field);
      const entries = old.filter((entry) => isIn(entry, offset));
      const isLost = entries.some((entry) => {
        if (path === "" || path === entry.node.label) return isDifferent(entry);
        return [...(different.get(entry) ?? [])].some(
          (each) => each === "record" || speakOfTheSame(withoutIndexes(each), path),
        );
      });
      // The number may be equal although the object is another one.
      const objects = entries.flatMap((entry) => named(entry, path));
      const isOther = objects.some(
        (object) => object && old.some((entry) => isDifferent(entry) && isIn(entry, object.offset)),
      );
      return isLost || isOther ? [] : `${record}.${field}: ${value}`;
    }),
  );
}

/** Whether two paths are equal, or one is a part of the other, ignoring array indexes. */
function speakOfTheSame(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`) || one.endsWith(`.${other}`);
}

function pathOf(field: string | undefined): string {
  return withoutIndexes(field ?? "");
}

function bytesOf({ source }: Image, { offset, next }: ImageRecord): Uint8Array {
  const at = source.window(offset, next - offset);
  return new Uint8Array(source.view.buffer, source.view.byteOffset + at, next - offset).slice();
}

function viewOf({ source }: Image): DataView {
  const at = source.window(0, source.size);
  return new DataView(source.view.buffer, source.view.byteOffset + at, source.size);
}

/** Pairs of records in the same order: the longest common subsequence of their names. */
function aligned(one: readonly Entry[], other: readonly Entry[]): Map<number, number> {
  const width = other.length + 1;
  const lengths = new Uint16Array((one.length + 1) * width);
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        one[i]?.name === other[j]?.name
          ? (lengths[(i + 1) * width + j + 1] as number) + 1
          : Math.max(lengths[(i + 1) * width + j] as number, lengths[i * width + j + 1] as number);
  const pairs = new Map<number, number>();
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    if (one[i]?.name === other[j]?.name) pairs.set(i++, j++);
    else if ((lengths[(i + 1) * width + j] as number) >= (lengths[i * width + j + 1] as number)) i++;
    else j++;
  }
  return pairs;
}
