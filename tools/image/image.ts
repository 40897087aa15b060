/** An open checkpoint image: its ABI, its records as a tree, its shared objects, and its problems. */

import type { ImageError } from "../errors/image-error.js";
import type { ImageFormat } from "./abi/format.js";
import { headerConstants } from "./abi/header-constants.js";
import type { Progress } from "./bytes/progress.js";
import type { ImageSource } from "./bytes/source.js";
import { abisOf, byLikelihood, candidatesFor, type Detection } from "./detect.js";
import { ImageRecord } from "./record/records.js";
import { type DecodedPayload, type DecodedRecord, decodePayload, decodeRecord } from "./record/struct.js";
import { type StructFields, structFieldsOf } from "./record/struct-fields.js";
import type { RecordTable } from "./record-table.js";
import { readsAlike } from "./same-reading.js";
import { type ImageTree, readOutline, readTree, TreeNode } from "./tree.js";
import type { WalkHandler } from "./walk/walk.js";

export interface OpenOptions {
  /** `version/arch` or `version`: reads the image as that ABI, without detection. */
  readonly abi?: string | undefined;
  /** Bytes of a page of the machine that wrote the image, if not the usual size of its architecture. */
  readonly pageSize?: number | undefined;
  readonly onProgress?: Progress | undefined;
}

/**
 * Opens an image. Damage does not throw: what can be read is available, and `problems` describes the damage.
 *
 * @throws {UnknownNameError} when the options name an ABI that does not exist
 */
export function openImage(source: ImageSource, options: OpenOptions = {}): Image {
  return open(source, options, (format, known) => known ?? readTree(format, source, options.onProgress));
}

/**
 * Opens an image without the records in its shared objects, see {@link readOutline}: for commands that read all records once, or none of these.
 * Memory does not grow with the number of records in objects.
 *
 * @param also makes a receiver of the events of the walk by a format; the image may be read by several formats until one is chosen
 * @throws {UnknownNameError} when the options name an ABI that does not exist
 */
export function openOutline(
  source: ImageSource,
  options: OpenOptions = {},
  also?: (format: ImageFormat) => WalkHandler,
): Image {
  return open(source, options, (format, known) =>
    known && !also ? known : readOutline(format, source, options.onProgress, also?.(format)),
  );
}

/** @param readAs reads the whole image; `known` is its tree if detection has read it already */
function open(
  source: ImageSource,
  { abi, pageSize }: OpenOptions,
  readAs: (format: ImageFormat, known: ImageTree | undefined) => ImageTree,
): Image {
  const [version, arch] = abi === undefined ? [] : abi.split("/");
  const among = version === undefined ? abisOf() : abisOf(version, arch);
  const { formats, evidence, trees } = candidatesFor(source, among, pageSize);
  const [likeliest, ...others] = [...formats].sort(byLikelihood) as [ImageFormat, ...ImageFormat[]];
  const read = (format: ImageFormat) => {
    const tree = readAs(format, trees.get(format));
    return { format, tree, types: tree.table.types };
  };
  let best = read(likeliest);
  let equal = [likeliest];
  for (const format of others) {
    if (readsAlike(best.format, format, best.types)) {
      equal.push(format);
      continue;
    }
    const another = read(format);
    const difference =
      damage(another.tree) - damage(best.tree) || another.tree.problems.length - best.tree.problems.length;
    if (difference < 0) {
      best = another;
      equal = [];
    }
    if (difference <= 0) equal.push(format);
  }
  // Versions that read the image identically may have other sizes in their headers; the header of the image tells which version it is.
  if (equal.length > 1 && !hasConstants(source, best)) {
    const other = [...equal].sort(byLikelihood).find((format) => hasConstants(source, { ...best, format }));
    if (other) best = read(other);
  }
  const detection: Detection = {
    abi: best.format.abi.name,
    equal: formats.filter((format) => equal.includes(format)).map((format) => format.abi.name),
    evidence,
    ...(abi !== undefined && { given: true as const }),
  };
  return new Image(source, best.format, detection, best.tree);
}

/** Whether the sizes in the HEADER record are those of the version. */
function hasConstants(source: ImageSource, { format, tree }: { format: ImageFormat; tree: ImageTree }): boolean {
  const record = tree.root.find("HEADER")?.record;
  if (!record) return true;
  const fields = structFieldsOf({ format, source }, record);
  return [...headerConstants(format)].every(([path, size]) => (fields.number(path) ?? size) === size);
}

/** Sort key: the further a reading got before damage, the smaller; undamaged readings come first. */
function damage({ end, problems }: ImageTree): number {
  return end === "damaged" ? -(problems.at(-1)?.offset ?? 0) : Number.MIN_SAFE_INTEGER;
}

export class Image {
  constructor(
    readonly source: ImageSource,
    /** The ABI that the image is read as. */
    readonly format: ImageFormat,
    readonly detection: Detection,
    private readonly tree: ImageTree,
  ) {}

  /** The node of the start rule: the whole image. */
  get root(): TreeNode {
    return this.tree.root;
  }

  /** Shared objects by number. */
  get objects(): ReadonlyMap<number, TreeNode> {
    return this.tree.objects;
  }

  /** How the image ends: `complete`, `error` (with the message of a kernel that gave up) or `damaged`. */
  get end(): ImageTree["end"] {
    return this.tree.end;
  }

  /** Whether no record of a type that any version has can be read: the file is not an image, or its head is destroyed. */
  get isNone(): boolean {
    if (this.end !== "damaged" || this.problems[0]?.offset !== 0) return false;
    // A record in the wrong place is still a record.
    if (this.problems.some(({ code }) => code === "unexpected-record")) return false;
    const objref = this.format.kind("OBJREF")?.number;
    for (const type of this.table.types) if (type !== objref && this.format.kinds.has(type)) return false;
    return true;
  }

  /** Problems in the order of the image. If the image is damaged, the last problem is the damage. */
  get problems(): readonly ImageError[] {
    return this.tree.problems;
  }

  /** The rows of the nodes, for passes over the whole image that create no node for each. */
  get table(): RecordTable {
    return this.tree.table;
  }

  /** Number of rows: records, rules and objects. */
  get size(): number {
    return this.tree.table.size;
  }

  /** The node with that index. */
  node(index: number): TreeNode {
    return new TreeNode(this.tree.table, index);
  }

  /** A shared object by number and type; undefined if there is none with that number, or it is of another type. */
  object(objref: number | undefined, type: string): TreeNode | undefined {
    const node = objref === undefined ? undefined : this.objects.get(objref);
    return node?.rule === type ? node : undefined;
  }

  /**
   * Decodes the record of a node; for an object, its OBJREF record.
   *
   * @throws {AbiError} when the record is too short for its struct
   */
  decode(node: TreeNode | ImageRecord): DecodedRecord {
    return node instanceof ImageRecord
      ? decodeRecord(this.format, this.source, node)
      : decodeRecord(this.format, this.source, recordOf(node), node.contains);
  }

  /** Decodes what follows the struct of a record. */
  payload(node: TreeNode): DecodedPayload {
    return decodePayload(this.format, this.source, recordOf(node), node.contains ?? node.record?.kind?.payload);
  }

  /** Single fields of a record by their path in the schema, which holds in every version. */
  fields(node: TreeNode | ImageRecord): StructFields {
    return structFieldsOf(this, node instanceof ImageRecord ? node : recordOf(node));
  }
}

function recordOf(node: TreeNode): ImageRecord {
  const { record } = node;
  if (!record) throw new TypeError(`${node.rule} is a rule of the grammar, not a record`);
  return record;
}
