/** The address space of a process: its mappings, its program segments, and the file behind each. */
import { decodeText } from "../image/abi/c-text.js";
import { windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { enumeratorName } from "./enum-names.js";

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

  /** Path of the executable; undefined when there is none. */
  get executable(): string | undefined {
    return this.record && pathOf(this.image, this.image.fields(this.record).number("exe_objref"));
  }

  /** In the order of the image, which is that of the addresses. Each is read when it is asked for. */
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
  /** Addresses; the end is the first one that does not belong to it. */
  readonly start: bigint;
  readonly end: bigint;
  /** Bits of `vm_flags`. */
  readonly flags: bigint;
  /** Pages from the start of the file or the segment. */
  readonly pgoff: bigint;
  /** Number of a `vma_type`. */
  readonly type: number;
  /** Numbers of the open file and of the shared segment behind it; 0 when there is none. */
  readonly fileObjref: number;
  readonly inodeObjref: number;
  /** Bytes of the whole file or shared segment behind it; 0 when there is none. */
  readonly backingSize: bigint;

  /** @param rule `mapping`; undefined when the image ends before its VMA record */
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
    const fields = image.fields(vma);
    this.start = fields.big("vm_start") ?? 0n;
    this.end = fields.big("vm_end") ?? 0n;
    this.flags = fields.big("vm_flags") ?? 0n;
    this.pgoff = fields.big("vm_pgoff") ?? 0n;
    this.type = fields.number("vma_type") ?? 0;
    this.fileObjref = fields.number("vma_objref") ?? 0;
    this.inodeObjref = fields.number("ino_objref") ?? 0;
    this.backingSize = fields.big("ino_size") ?? 0n;
  }

  /** C name of the type, e.g. `CKPT_VMA_ANON`; undefined for an unknown number. */
  get typeName(): string | undefined {
    return enumeratorName(this.image.format.abi, "vma_type", this.type);
  }

  /** Bytes. */
  get size(): bigint {
    return this.end > this.start ? this.end - this.start : 0n;
  }

  /** Path of the file that is mapped; undefined when there is none. */
  get path(): string | undefined {
    return pathOf(this.image, this.fileObjref);
  }

  /** The rule `contents` with the pages that the image holds for this mapping itself. */
  get contents(): TreeNode | undefined {
    return this.rule.first("contents");
  }
}

/** The address space of that number; undefined when the image has none. */
export function addressSpaceOf(image: Image, objref: number | undefined): AddressSpace | undefined {
  const object = image.object(objref, "MM");
  return object && new AddressSpace(image, objref as number, object);
}

/** Longest path of a kernel; what a hostile image puts there is cut off. */
const PATH_ROOM = 4096;

/** Path of a FILE object; undefined when it has none, as pipes and sockets. */
export function pathOf(image: Image, objref: number | undefined): string | undefined {
  const range = image.object(objref, "FILE")?.find("FILE_NAME", "path")?.record?.payload;
  return range && decodeText(windowBytes(image.source, range.start, Math.min(range.end - range.start, PATH_ROOM)));
}
