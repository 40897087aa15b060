/** Converts an image to text. */
import { ImageError } from "../errors/image-error.js";
import type { Image } from "../image/image.js";
import { type ByteRange, type ImageRecord, readRecord } from "../image/record/records.js";
import type { TreeNode } from "../image/tree.js";
import { type BytesKeeper, INLINE } from "./bytes.js";
import type { JsonObject } from "./form.js";
import { line } from "./line.js";
import { FORMAT, type RecordJson } from "./record-node.js";
import { Shapes } from "./shapes.js";
import { RecordWriter } from "./write-record.js";

/** Default limit in bytes up to which memory is stored in the text. */
export const MOST_INLINE = 64 * 1024 * 1024;
/** Maximum length in bytes of a record that is stored in the text as a whole. */
export const LONGEST_INLINE = 128 * 1024 * 1024;

/** Shorter records count as values, not memory. */
const SHORT = 4096;

/** Number of bytes of an image that would be stored in the text unconverted. */
export interface InlineNeed {
  readonly total: number;
  readonly longest: number;
}

export function inlineNeed(image: Image): InlineNeed {
  let total = 0;
  let longest = 0;
  const add = (length: number) => {
    total += length;
    longest = Math.max(longest, length);
  };
  let end = 0;
  for (const { record } of image.root) {
    if (!record) continue;
    if (record.next - record.offset > SHORT) add(record.next - record.offset);
    end = record.next;
  }
  // Bytes that the grammar does not explain are kept unchanged.
  if (end < image.source.size) add(image.source.size - end);
  return { total, longest };
}

export interface WriteTextOptions {
  /** Stores bytes that are too long for the text; by default all are stored in the text. */
  readonly keeper?: BytesKeeper;
}

/**
 * The text of an image in pieces, one line per record. Together they are a JSON document from which `encodeText` restores the image byte for byte.
 */
export function* writeText(image: Image, { keeper = INLINE }: WriteTextOptions = {}): Generator<string, void, void> {
  const writer = new TextWriter(image, keeper);
  const { abi, pageSize } = image.format;
  yield `{\n"format": ${JSON.stringify(FORMAT)},\n"abi": ${JSON.stringify(abi.name)},\n"page_size": ${pageSize},\n"records": [`;
  yield* writer.explained();
  const rest = yield* writer.unexplained();
  yield "\n]";
  if (rest) yield `,\n"remainder": ${line(keeper.keep(image.source, rest.start, rest.end, false, "remainder"))}`;
  yield "\n}\n";
}

interface OpenNode {
  /** Index after its last descendant. */
  readonly end: number;
  /** The innermost object that contains it. */
  readonly owner: string;
}

class TextWriter {
  private readonly records: RecordWriter;
  /** The open rules and objects, outermost first. */
  private readonly open: OpenNode[] = [];
  /** Whether the open array already has a node. */
  private follows = false;
  /** Offset of the end of the last record. */
  private offset = 0;

  constructor(
    private readonly image: Image,
    keeper: BytesKeeper,
  ) {
    this.records = new RecordWriter(image.source, new Shapes(image.format), keeper);
  }

  /** Everything that the grammar explains. */
  *explained(): Generator<string, void, void> {
    const { image } = this;
    for (let index = 1; index < image.size; index++) {
      const node = image.node(index);
      const { rule } = node;
      yield this.closeBefore(index) + (rule === undefined ? this.leaf(this.show(node)) : this.begin(node, rule));
    }
    yield this.closeBefore(Number.POSITIVE_INFINITY);
  }

  /**
   * After damage: records in any order, as long as their types are known.
   *
   * @returns the remaining bytes
   */
  *unexplained(): Generator<string, ByteRange | undefined, void> {
    const { source, problems, end } = this.image;
    if (this.offset >= source.size) return undefined;
    let record = this.nextRecord();
    if (record) {
      const problem = end === "damaged" ? problems.at(-1)?.message : undefined;
      const open = { end: Number.POSITIVE_INFINITY, owner: this.owner };
      yield this.head({ rule: "damaged", ...(problem !== undefined && { problem }) }, open);
      for (; record; record = this.nextRecord()) yield this.leaf(this.showRecord(record, undefined));
      yield this.closeBefore(Number.POSITIVE_INFINITY);
    }
    return this.offset < source.size ? { start: this.offset, end: source.size } : undefined;
  }

  private nextRecord(): ImageRecord | undefined {
    const { format, source } = this.image;
    if (this.offset >= source.size) return undefined;
    try {
      const record = readRecord(format, source, this.offset);
      return record.kind ? record : undefined;
    } catch (error) {
      if (error instanceof ImageError) return undefined;
      throw error;
    }
  }

  private begin(node: TreeNode, rule: string): string {
    const { label, object } = node;
    const owner = object ? `${rule}-${object.objref}` : this.owner;
    const record = object ? this.show(node) : label === undefined ? {} : { as: label };
    return this.head({ rule, ...record }, { end: node.endIndex, owner });
  }

  /** Begins a node with child nodes. */
  private head(node: JsonObject, open: OpenNode): string {
    const text = `${this.before()}${line(node).slice(0, -2)}, "records": [`;
    this.open.push(open);
    this.follows = false;
    return text;
  }

  private leaf(node: JsonObject): string {
    const text = `${this.before()}${line(node)}`;
    this.follows = true;
    return text;
  }

  /** Ends the open nodes that do not contain a node with that index. */
  private closeBefore(index: number): string {
    let text = "";
    while (this.open.length > 0 && (this.open.at(-1) as OpenNode).end <= index) {
      this.open.pop();
      text += this.follows ? `\n${this.indent()}]}` : "]}";
      this.follows = true;
    }
    return text;
  }

  private before(): string {
    return `${this.follows ? "," : ""}\n${this.indent()}`;
  }

  private indent(): string {
    return "  ".repeat(this.open.length + 1);
  }

  private get owner(): string {
    return this.open.at(-1)?.owner ?? "image";
  }

  private show(node: TreeNode): RecordJson {
    return this.showRecord(node.record as ImageRecord, node);
  }

  private showRecord(record: ImageRecord, node: TreeNode | undefined): RecordJson {
    this.offset = record.next;
    const place = {
      contains: node?.contains,
      label: node?.object ? undefined : node?.label,
      elementSize: record.elementSize,
      owner: this.owner,
    };
    return this.records.show(record, place);
  }
}
