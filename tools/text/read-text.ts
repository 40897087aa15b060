/** Converts a text to an image. */
import { registry } from "../../generated/codecs/index.js";
import { UnknownNameError } from "../../runtime/index.js";
import { InputError } from "../errors/input-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { Progress } from "../image/bytes/progress.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import { formatOf } from "../image/detect.js";
import { type ByteFiles, findBytes, NO_FILES, type StoredBytes } from "./bytes.js";
import { choiceOf } from "./choice.js";
import { inChunks } from "./chunks.js";
import { type Json, type JsonObject, Misfit, quote, within } from "./form.js";
import { JsonError, jsonNodes, type KnownNodes } from "./json-nodes.js";
import { OTHER } from "./lines/line-form.js";
import { LineReader } from "./lines/line-reader.js";
import { RecordReader } from "./read-record.js";
import { DOCUMENT_MEMBERS, FORMAT, REMARKS } from "./record-node.js";
import { Shapes } from "./shapes.js";

export interface ReadTextOptions {
  /** Files with the bytes that are too long for the text. */
  readonly files?: ByteFiles;
  readonly onProgress?: Progress | undefined;
}

/** Bytes of the text between two reports of progress. */
const REPORT_EVERY = 1024 * 1024;

/**
 * The bytes of the image that a text describes, in order; each piece is valid until the next is requested. Records are written as given: no count or
 * number in them is corrected.
 *
 * @param source of the text
 * @throws {InputError} (`bad-text`) at the first mistake in the text
 */
export function encodeText(source: ImageSource, options: ReadTextOptions = {}): Generator<Uint8Array, void, void> {
  return inChunks(encodeNodes(source, options));
}

function* encodeNodes(
  source: ImageSource,
  { files = NO_FILES, onProgress }: ReadTextOptions,
): Generator<Uint8Array, void, void> {
  const reader = new TextReader(source, files);
  let reported = 0;
  try {
    for (const piece of jsonNodes(source, () => reader.known)) {
      reader.offset = piece.offset;
      if (onProgress && piece.offset >= reported + REPORT_EVERY) {
        reported = piece.offset;
        onProgress(reported, source.size);
      }
      if (piece.kind === "pause") yield reader.take();
      else if (piece.kind === "open") yield* reader.open(piece.node);
      else if (piece.kind === "leaf") yield* reader.leaf(piece.node);
      else yield* reader.close(piece.node);
    }
  } catch (error) {
    throw reader.explain(error);
  }
}

const NOTHING = new Uint8Array();

class TextReader {
  /** Offset of the current piece. */
  offset = 0;
  /** Reads nodes in the form in which the writer gives them; undefined before the head of the document was read. */
  known: KnownNodes | undefined;
  private lines: LineReader | undefined;
  private records: RecordReader | undefined;
  /** Index of the next node in each open node, outermost first. */
  private readonly indexes: number[] = [];
  private record: string | undefined;

  constructor(
    private readonly source: ImageSource,
    private readonly files: ByteFiles,
  ) {}

  *open(node: JsonObject): Generator<Uint8Array, void, void> {
    if (this.records) yield* this.node(node, true);
    else this.begin(new Shapes(formatOfDocument(node)));
    this.indexes.push(0);
  }

  private begin(shapes: Shapes): void {
    this.records = new RecordReader(shapes);
    const lines = new LineReader(shapes);
    this.lines = lines;
    this.known = {
      get isFull() {
        return lines.isFull;
      },
      get hasNodes() {
        return lines.hasNodes;
      },
      read: (bytes, from) => {
        const end = lines.read(bytes, from);
        if (end === OTHER) return OTHER;
        if (lines.hasNodes) this.indexes.push(0);
        else this.next();
        return end;
      },
      close: () => {
        this.indexes.pop();
        this.next();
      },
    };
  }

  /** The bytes of all known nodes since the last call, valid until the next node is read. */
  take(): Uint8Array {
    return this.lines?.take() ?? NOTHING;
  }

  *leaf(node: JsonObject): Generator<Uint8Array, void, void> {
    if (!this.records) throw within("records", new Misfit("the records of the image", quote(node.records)));
    yield* this.node(node, false);
    this.next();
  }

  *close(node: JsonObject): Generator<Uint8Array, void, void> {
    this.indexes.pop();
    this.record = undefined;
    const whole = this.indexes.length === 0;
    for (const name of Object.keys(node)) {
      const late = whole ? name !== "remainder" && !isRemark(name) : !isRemark(name);
      if (late) throw within(name, new Misfit("this member before records", "it after them"));
    }
    if (whole && node.remainder !== undefined) yield* this.remainder(node.remainder);
    this.next();
  }

  /** Converts an error to one that names the place in the text. */
  explain(error: unknown): unknown {
    if (error instanceof JsonError)
      return new InputError("bad-text", error.message, { line: this.lineOf(error.offset), path: "" });
    if (!(error instanceof Misfit)) return error;
    const path = pathText([...this.indexes.flatMap((index) => ["records", index]), ...error.path]);
    return new InputError("bad-text", error.message, { line: this.lineOf(this.offset), path, record: this.record });
  }

  /**
   * Encodes the record of a node; yields its bytes.
   *
   * @param hasNodes whether it may be a rule, without a record of its own
   */
  private *node(node: JsonObject, hasNodes: boolean): Generator<Uint8Array, void, void> {
    this.record = typeof node.record === "string" ? node.record : undefined;
    if (hasNodes && Object.keys(node).every(isRemark)) return;
    const { head, stored, raw } = (this.records as RecordReader).read(node, this.files);
    yield head;
    if (stored) yield* stored.pieces();
    if (raw) yield* raw.pieces();
  }

  private *remainder(json: Json): Generator<Uint8Array, void, void> {
    let bytes: StoredBytes;
    try {
      bytes = findBytes(json, this.files);
    } catch (error) {
      throw within("remainder", error);
    }
    yield* bytes.pieces();
  }

  private next(): void {
    const { indexes } = this;
    if (indexes.length > 0) (indexes[indexes.length - 1] as number)++;
  }

  private lineOf(offset: number): number {
    const end = Math.min(offset, this.source.size);
    let line = 1;
    for (let at = 0; at < end; at += 65536)
      for (const byte of windowBytes(this.source, at, Math.min(65536, end - at))) if (byte === 0x0a) line++;
    return line;
  }
}

function isRemark(name: string): boolean {
  return (REMARKS as readonly string[]).includes(name);
}

/** The format that the head of the document specifies for all records. */
function formatOfDocument(head: JsonObject): ImageFormat {
  const { format, abi, page_size: pageSize } = head;
  if (format !== FORMAT) throw within("format", new Misfit(JSON.stringify(FORMAT), quote(format)));
  for (const name of Object.keys(head))
    if (!(DOCUMENT_MEMBERS as readonly string[]).includes(name))
      throw within(name, new Misfit(choiceOf("members of the document", name, DOCUMENT_MEMBERS), "an unknown member"));
  if (!isPageSize(pageSize))
    throw within("page_size", new Misfit("a power of two from 512 to 1048576", quote(pageSize)));
  const [version, arch, ...more] = typeof abi === "string" ? abi.split("/") : [];
  if (version === undefined || arch === undefined || more.length > 0)
    throw within("abi", new Misfit('version and architecture, such as "v21/x86_64"', quote(abi)));
  try {
    return formatOf(registry.abi(version, arch), pageSize);
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error;
    throw within("abi", new Misfit(choiceOf(`names of a ${error.kind}`, error.unknown, error.known), quote(abi)));
  }
}

function isPageSize(json: Json | undefined): json is number {
  return (
    Number.isInteger(json) &&
    (json as number) >= 512 &&
    (json as number) <= 1 << 20 &&
    ((json as number) & ((json as number) - 1)) === 0
  );
}

/** The path in the notation of jq, e.g. `.records[3].fields.vm_start`. */
function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) => {
      if (typeof step === "number") return `[${step}]`;
      return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step.slice(0, 60))}]`;
    })
    .join("")
    .replace(/^\[/, ".[");
}
