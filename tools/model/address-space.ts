/** The address space of a process: its mappings, its program segments, and the mapped files. */
import type { Image } from "../image/image.js";
import { RowFields } from "../image/row-fields.js";
import type { TreeNode } from "../image/tree.js";
import { enumeratorName } from "./enum-names.js";
import { recordText } from "./record-text.js";

export class AddressSpace {
  constructor(
    private readonly image: Image,
    readonly objref: number,
    /** The MM object. */
    readonly object: TreeNode,
  ) {}

  /** The MM record; undefined when the image ends before it. */
  get record(): TreeNode | undefined {
    return this.object.find("MM");
  }

  /** An address of the MM record, e.g. `start_stack`. */
  address(path: string): bigint | undefined {
    return this.record && this.image.fields(this.record).big(path);
  }

  /** Path of the executable; undefined if there is none. */
  get executable(): string | undefined {
    return this.record && pathOf(this.image, this.image.fields(this.record).number("exe_objref"));
  }

  /** Mappings in the order of the image, which is that of the addresses. Each is read on demand. */
  get mappings(): Iterable<Mapping> {
    return { [Symbol.iterator]: () => mappingsOf(this.image, this.object) };
  }
}

function* mappingsOf(image: Image, object: TreeNode): Generator<Mapping, void, void> {
  for (const node of object.each()) {
    const mapping = node.rule === "mapping" ? Mapping.at(image, node) : undefined;
    if (mapping) yield mapping;
  }
}

export class Mapping {
  /** First address; `end` is exclusive. */
  readonly start: bigint;
  readonly end: bigint;
  /** Bits of `vm_flags`. */
  readonly flags: bigint;
  /** Offset in the file or segment, in pages. */
  readonly pgoff: bigint;
  /** Number of a `vma_type`. */
  readonly type: number;
  /** Object number of the mapped file; `inodeObjref` is the number of the shared segment. 0 if there is none. */
  readonly fileObjref: number;
  readonly inodeObjref: number;
  /** Bytes of the whole mapped file or shared segment; 0 if there is none. */
  readonly backingSize: bigint;

  /**
   * The mapping of a rule; undefined if the image ends before its VMA record.
   *
   * @param rule node of the rule `mapping`
   */
  static at(image: Image, rule: TreeNode): Mapping | undefined {
    const vma = rule.find("VMA");
    return vma && new Mapping(image, rule, vma);
  }

  private constructor(
    private readonly image: Image,
    /** The rule `mapping`. */
    readonly rule: TreeNode,
    /** The VMA record. */
    readonly vma: TreeNode,
  ) {
    const fields = vmaFields(image);
    fields.read(vma.index);
    this.start = fields.big(0) ?? 0n;
    this.end = fields.big(1) ?? 0n;
    this.flags = fields.big(2) ?? 0n;
    this.pgoff = fields.big(3) ?? 0n;
    this.type = fields.number(4) ?? 0;
    this.fileObjref = fields.number(5) ?? 0;
    this.inodeObjref = fields.number(6) ?? 0;
    this.backingSize = fields.big(7) ?? 0n;
  }

  /** C name of the type, e.g. `CKPT_VMA_ANON`; undefined for an unknown number. */
  get typeName(): string | undefined {
    return enumeratorName(this.image.format.abi, "vma_type", this.type);
  }

  /** Size in bytes. */
  get size(): bigint {
    return this.end > this.start ? this.end - this.start : 0n;
  }

  /** Path of the mapped file; undefined if there is none. */
  get path(): string | undefined {
    return pathOf(this.image, this.fileObjref);
  }

  /** The rule `contents` with the pages stored with this mapping. */
  get contents(): TreeNode | undefined {
    return this.rule.first("contents");
  }
}

const FIELDS = [
  "vm_start",
  "vm_end",
  "vm_flags",
  "vm_pgoff",
  "vma_type",
  "vma_objref",
  "ino_objref",
  "ino_size",
] as const;

const readers = new WeakMap<Image, RowFields>();

function vmaFields(image: Image): RowFields {
  const fields = readers.get(image) ?? new RowFields(image, "VMA", FIELDS);
  readers.set(image, fields);
  return fields;
}

/** The address space with that number; undefined if the image has none. */
export function addressSpaceOf(image: Image, objref: number | undefined): AddressSpace | undefined {
  const object = image.object(objref, "MM");
  return object && new AddressSpace(image, objref as number, object);
}

/** Path of a FILE object; undefined if it has none, such as a pipe or socket. */
export function pathOf(image: Image, objref: number | undefined): string | undefined {
  return recordText(image, image.object(objref, "FILE")?.find("FILE_NAME", "path"));
}
