/**
 * Detects the ABI of an image. All ABIs of the schema are candidates, and each fact of the image rules some out: its byte order, the length and the
 * fields of its first record, the name of the machine, and finally whether the grammar of the candidate can read the records.
 */

import { registry } from "../../generated/codecs/index.js";
import { type Abi, UnknownNameError } from "../../runtime/index.js";
import { decodeText } from "./abi/c-text.js";
import { fieldPlaceOf } from "./abi/fields.js";
import { HEADER_SIZE, ImageFormat } from "./abi/format.js";
import { type ImageSource, windowBytes } from "./bytes/source.js";
import { hex } from "./hex.js";
import type { ImageRecord } from "./record/records.js";
import type { RecordTable } from "./record-table.js";
import { readsAlike } from "./same-reading.js";
import { type ImageHead, type ImageTree, readHead } from "./tree.js";

export interface Evidence {
  /** What was examined, e.g. `rev` or `TASK at offset 408`. */
  readonly fact: string;
  /** What the image has there. */
  readonly found: string;
  /** Names of the ABIs (`v19/x86_32`) that the fact ruled out. */
  readonly rulesOut: readonly string[];
  /** Contradicts every candidate still left, so it was ignored: the image is damaged or of an unknown version. */
  readonly contradicts?: true;
}

export interface Detection {
  /** The ABI the image is read as, e.g. `v21/x86_64`. If several fit equally well, the likeliest, see {@link byLikelihood}. */
  readonly abi: string;
  /** All ABIs that fit equally well, oldest first, including the chosen one. */
  readonly equal: readonly string[];
  /** In the order in which the facts were examined. */
  readonly evidence: readonly Evidence[];
  /** Set when the caller named the ABI; the evidence is still that of the image. */
  readonly given?: true;
}

/** Candidates left after the head of an image was examined, oldest first. */
export interface Candidates {
  readonly formats: readonly ImageFormat[];
  readonly evidence: readonly Evidence[];
  /** Complete trees by format, as {@link readTree} would return them: images with few records are read to their end. */
  readonly trees: ReadonlyMap<ImageFormat, ImageTree>;
}

/** Number of records at the head of the image that each candidate is tried on. */
const HEAD = 4096;

/**
 * Rules out candidates by the head of an image.
 *
 * @param among ABIs to consider, e.g. those of one version that the caller named
 */
export function candidatesFor(source: ImageSource, among: readonly Abi[], pageSize?: number): Candidates {
  const elimination = new Elimination(among);
  lookAtByteOrder(source, elimination);
  lookAtHeader(source, elimination);
  const formats = elimination.left.map((abi) => formatOf(abi, pageSize));
  return { ...lookAtRecords(source, formats, elimination), evidence: elimination.evidence };
}

const formats = new Map<string, ImageFormat>();

/** The format of an ABI. Cached, because it is expensive to build and the same for every image. */
export function formatOf(abi: Abi, pageSize?: number): ImageFormat {
  const key = `${abi.name} ${pageSize}`;
  const known = formats.get(key) ?? new ImageFormat(abi, { pageSize });
  formats.set(key, known);
  return known;
}

/**
 * All ABIs of the schema, oldest first; only those of the given version and architecture, if any.
 *
 * @throws {UnknownNameError} when there is no such version or architecture
 */
export function abisOf(version?: string, arch?: string): Abi[] {
  if (version !== undefined && arch !== undefined) return [registry.abi(version, arch)];
  if (version === undefined) return registry.versions.flatMap((id) => abisOf(id));
  const arches = registry.arches(version);
  if (arches.length === 0) throw new UnknownNameError("version", version, registry.versions);
  return arches.map((id) => registry.abi(version, id));
}

/**
 * Comparison function that sorts the likeliest ABI first: kernels that were posted, then snapshots, then snapshots that were made to add another
 * architecture; the newest of each first.
 */
export function byLikelihood(one: ImageFormat, other: ImageFormat): number {
  return rank(one.abi) - rank(other.abi) || position(other.abi) - position(one.abi);
}

function rank(abi: Abi): number {
  const now = position(abi);
  if (registry.tables.versions[now]?.posted) return 0;
  const before = registry.arches(registry.versions[now - 1]);
  const added = registry.arches(abi.target.version).filter((id) => !before.includes(id));
  return added.length > 0 && !added.includes(abi.target.arch) ? 2 : 1;
}

function position({ target }: Abi): number {
  return registry.versions.indexOf(target.version);
}

class Elimination {
  readonly evidence: Evidence[] = [];

  constructor(public left: readonly Abi[]) {}

  /** Keeps the ABIs that fit a fact. A fact that fits none of them is recorded but ignored. */
  look(fact: string, found: string, fits: (abi: Abi) => boolean): void {
    const fitting = this.left.filter(fits);
    if (fitting.length === 0 && this.left.length > 0) {
      this.evidence.push({ fact, found, rulesOut: [], contradicts: true });
      return;
    }
    const rulesOut = this.left.filter((abi) => !fitting.includes(abi)).map(({ name }) => name);
    this.evidence.push({ fact, found, rulesOut });
    this.left = fitting;
  }
}

/** Rules out ABIs by byte order: the first word of an image is a small number, and a very large one when read in the wrong order. */
function lookAtByteOrder(source: ImageSource, elimination: Elimination): void {
  if (source.size < HEADER_SIZE) return;
  const at = source.window(0, HEADER_SIZE);
  const little = source.view.getUint32(at, true);
  const big = source.view.getUint32(at, false);
  if (little === big) return;
  elimination.look(
    "first word",
    little < big ? `${little}, little-endian` : `${big}, big-endian`,
    ({ target }) => target.littleEndian === little < big,
  );
}

/** Rules out ABIs by the first record, which describes its writer. */
function lookAtHeader(source: ImageSource, elimination: Elimination): void {
  if (source.size < HEADER_SIZE) return;
  const word = (abi: Abi, at: number) =>
    source.view.getUint32(source.window(0, HEADER_SIZE) + at, abi.target.littleEndian);
  const isHeader = (abi: Abi) => abi.recordNumber("HEADER") === word(abi, 0);
  if (!elimination.left.some(isHeader)) return;
  const sample = elimination.left.find(isHeader) as Abi;
  const length = word(sample, 4);
  elimination.look("length of HEADER", `${length} bytes`, (abi) => headerOf(abi)?.unbound.size === word(abi, 4));
  look(
    "magic",
    (abi) => magicOf(abi),
    (value) => hex(value, 16),
  );
  look("rev", (abi) => revisionOf(abi));
  look("arch_id", (abi) => archIdOf(abi));

  function look(field: string, expected: (abi: Abi) => Expected, show: (value: bigint) => string = String): void {
    const value = headerField(source, elimination.left[0] as Abi, field);
    if (value === undefined) return;
    const states = (abi: Abi, known: Expected) => {
      const own = headerField(source, abi, field);
      return own !== undefined && known !== undefined && own >= known.least && own <= known.most;
    };
    // A version without a known value can have written this value only if no other version has it.
    const isKnown = elimination.left.some((abi) => states(abi, expected(abi)));
    elimination.look(field, show(value), (abi) => {
      const known = expected(abi);
      return known === undefined ? !isKnown && headerField(source, abi, field) !== undefined : states(abi, known);
    });
  }
}

/** Range of values that a field can have; undefined when the schema does not know. */
export type Expected = { readonly least: bigint; readonly most: bigint } | undefined;

function exactly(value: number | bigint | undefined): Expected {
  return value === undefined ? undefined : { least: BigInt(value), most: BigInt(value) };
}

function headerOf(abi: Abi) {
  return abi.structOfKey("ckpt_hdr_header");
}

function headerField(source: ImageSource, abi: Abi, path: string): bigint | undefined {
  const struct = headerOf(abi);
  const place = struct && fieldPlaceOf(struct, path);
  if (!place || place.offset + place.size > source.size) return undefined;
  const at = source.window(0, place.offset + place.size);
  return BigInt(place.read(source.view, at, abi.target.littleEndian));
}

function magicOf(abi: Abi): Expected {
  const meaning = headerOf(abi)?.entry.descriptor.fields.magic?.meaning;
  return exactly(meaning && abi.valueOf(meaning)?.const);
}

/** Format revision in the header. If that of a version is not known, it lies between those of the versions around it. */
export function revisionOf(abi: Abi): Expected {
  const own = abi.constant("CHECKPOINT_VERSION");
  if (own !== undefined) return exactly(own);
  const { versions } = registry;
  const now = versions.indexOf(abi.target.version);
  const known = versions.map(statedRevision);
  const before = known
    .slice(0, now)
    .reverse()
    .find((value) => value !== undefined);
  const after = known.slice(now + 1).find((value) => value !== undefined);
  return before === undefined || after === undefined ? undefined : { least: BigInt(before), most: BigInt(after) };
}

const stated = new Map<string, number | bigint | undefined>();

/** Format revision that the headers of a version define on any architecture. */
function statedRevision(version: string): number | bigint | undefined {
  if (!stated.has(version)) {
    const values = registry.arches(version).map((arch) => registry.abi(version, arch).constant("CHECKPOINT_VERSION"));
    stated.set(
      version,
      values.find((value) => value !== undefined),
    );
  }
  return stated.get(version);
}

export function archIdOf(abi: Abi): Expected {
  const own = abi.constant("CKPT_ARCH_ID");
  if (own !== undefined) return exactly(own);
  const enumerator = registry.tables.arches.find(({ id }) => id === abi.target.arch)?.id_enumerator;
  return enumerator === undefined ? undefined : exactly(abi.constant(enumerator));
}

/** The result of reading the head of an image as one candidate. */
interface Trial {
  readonly format: ImageFormat;
  readonly head: ImageHead;
  /** Type numbers of its records. */
  readonly types: ReadonlySet<number>;
  /** The text of the record that the grammar calls `machine`. */
  readonly machine: string | undefined;
}

function lookAtRecords(
  source: ImageSource,
  formats: readonly ImageFormat[],
  { evidence }: Elimination,
): Pick<Candidates, "formats" | "trees"> {
  let trials = attemptAll(formats, source);
  const trees = new Map(
    trials.flatMap(({ format, head: { table, tree } }) => (tree && table.format === format ? [[format, tree]] : [])),
  );
  if (trials.length < 2) return { formats, trees };
  const machine = trials.find(
    (trial) => trial.machine !== undefined && fitsMachine(trial.format.abi, trial.machine),
  )?.machine;
  if (machine !== undefined)
    keep("machine", machine, (trial) => trial.machine !== undefined && fitsMachine(trial.format.abi, machine));
  const furthest = trials.reduce((best, trial) => (isBetter(trial, best) ? trial : best));
  const worse = trials.filter((trial) => isBetter(furthest, trial));
  for (const { fact, found, names } of reasons(worse)) evidence.push({ fact, found, rulesOut: names });
  return { formats: trials.filter((trial) => !worse.includes(trial)).map(({ format }) => format), trees };

  function keep(fact: string, found: string, fits: (trial: Trial) => boolean): void {
    const rulesOut = trials.filter((trial) => !fits(trial)).map(({ format }) => format.abi.name);
    evidence.push({ fact, found, rulesOut });
    trials = trials.filter(fits);
  }
}

export function fitsMachine(abi: Abi, machine: string): boolean {
  const entry = registry.tables.arches.find(({ id }) => id === abi.target.arch);
  return entry === undefined || entry.machines.length === 0 || entry.machines.includes(machine);
}

/** Tries each candidate. Candidates that read the head identically are tried once, through the likeliest of them; its tree is reused if it wins. */
function attemptAll(formats: readonly ImageFormat[], source: ImageSource): Trial[] {
  const trials = new Map<ImageFormat, Trial>();
  for (const format of [...formats].sort(byLikelihood)) {
    const known = [...trials.values()].find((trial) => faresAs(trial, format));
    trials.set(format, known ? { ...known, format } : attempt(format, source));
  }
  return formats.map((format) => trials.get(format) as Trial);
}

/**
 * Whether `other` must also read the head without problems. Never true after a problem: its message may name a record type that the two versions
 * disagree on.
 */
function faresAs({ format, head, types }: Trial, other: ImageFormat): boolean {
  return !head.damage && head.problems.length === 0 && readsAlike(format, other, types);
}

function attempt(format: ImageFormat, source: ImageSource): Trial {
  const head = readHead(format, source, HEAD);
  return { format, head, types: head.table.types, machine: machineOf(head.table, source) };
}

function machineOf(table: RecordTable, source: ImageSource): string | undefined {
  for (let row = 0; row < table.size; row++)
    if (table.roleOf(row).step?.entry.as === "machine") return textOf(source, table.recordOf(row) as ImageRecord);
  return undefined;
}

/** Longest machine text that is read, in bytes. No kernel has a longer one, whatever the length of the record. */
const MACHINE_TEXT = 256;

function textOf(source: ImageSource, record: ImageRecord): string {
  const { start, end } = record.payload;
  return decodeText(windowBytes(source, start, Math.min(end - start, MACHINE_TEXT)));
}

/** Whether one candidate read further than another, or equally far with fewer problems. */
function isBetter(one: Trial, other: Trial): boolean {
  const reach = ({ head }: Trial) => head.damage?.offset ?? Number.POSITIVE_INFINITY;
  if (reach(one) !== reach(other)) return reach(one) > reach(other);
  return one.head.problems.length < other.head.problems.length;
}

/** The first problem of each candidate, grouped by problem. */
function reasons(trials: readonly Trial[]): { fact: string; found: string; names: string[] }[] {
  const groups = new Map<string, { fact: string; found: string; names: string[] }>();
  for (const { format, head } of trials) {
    const reason = [...head.problems, ...(head.damage ? [head.damage] : [])].reduce((first, other) =>
      other.offset < first.offset ? other : first,
    );
    const fact = `${reason.record ?? "record"} at offset ${reason.offset}`;
    const found = `${reason.found}, not ${reason.expected}`;
    const group = groups.get(`${fact} ${found}`) ?? { fact, found, names: [] };
    groups.set(`${fact} ${found}`, group);
    group.names.push(format.abi.name);
  }
  return [...groups.values()];
}
