/**
 * Reads the JSON of a text piece by piece: a node without child nodes is parsed as a whole, one with `records` is opened and closed. So memory use
 * does not grow with the document, however it is formatted. The ends of pieces are found by counting brackets outside strings; the pieces themselves
 * are parsed by the engine.
 */

import { CkptError } from "../../runtime/errors.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import { utf8, utf8Text } from "../utf8.js";
import { isJsonObject, type Json, type JsonObject, quote } from "./form.js";
import { countMembers, repeatedName } from "./repeated-name.js";

/** The member whose elements are nodes. */
const NODES = "records";

type NodeEvent =
  /** A node without child nodes. */
  | { readonly kind: "leaf"; readonly node: JsonObject; readonly offset: number }
  /** A node with child nodes: the members before them. */
  | { readonly kind: "open"; readonly node: JsonObject; readonly offset: number }
  /** The members after the child nodes. */
  | { readonly kind: "close"; readonly node: JsonObject; readonly offset: number }
  /** Nodes before the offset were read in another way. */
  | { readonly kind: "pause"; readonly offset: number };

/** The text is not JSON, or does not have the form of a document. */
export class JsonError extends CkptError {
  readonly code = "bad-text";
  readonly exit = "input";

  /** @param offset in bytes from the start of the text */
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

/** Bytes to read at once. */
const WINDOW = 128 * 1024;
/** Bytes of the text that have to be in memory for a node to be read as a known one. */
const KNOWN_NODE_BYTES = 16 * 1024;
/** Maximum length of a piece in bytes, below the maximum length of a string in the engine. */
const MAX_PIECE_BYTES = 256 * 1024 * 1024;
/** Maximum depth of nodes. Images have about fifteen levels. */
const MAX_NODE_DEPTH = 1000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Reads nodes in a form that it knows, faster than JSON. The results are its own: no event reports these nodes. */
export interface KnownNodes {
  /** Whether the last node that was read has child nodes. */
  readonly hasNodes: boolean;
  /** Whether reading has to pause. */
  readonly isFull: boolean;
  /**
   * Reads the node at `from`; of a node with child nodes, the part before them.
   *
   * @returns the offset after it; negative if it has another form
   */
  read(bytes: Uint8Array, from: number): number;
  /** The child nodes of a node have ended, and nothing follows them in it. */
  close(): void;
}

/**
 * Reads the nodes of a JSON document in order: a `leaf` is a node without child nodes, any other is an `open` and a `close` around them.
 *
 * @param known reads what it can; a `pause` event follows where it has to hand over its results
 * @throws {JsonError} at the first mistake
 */
export function* jsonNodes(source: ImageSource, known: () => KnownNodes | undefined): Generator<NodeEvent, void, void> {
  const reader = new Reader(source);
  const place: Place = { at: reader.expect(reader.start, [OPEN_OBJECT], "a JSON object"), depth: 0, isNode: true };
  for (;;) {
    const nodes = known();
    if (nodes) {
      reader.readKnown(nodes, place);
      const isFull = nodes.isFull;
      yield { kind: "pause", offset: place.at };
      if (isFull) continue;
    }
    let { at } = place;
    if (place.isNode) {
      const { end, colons, nodes } = reader.scan(at);
      if (nodes === undefined) {
        yield { kind: "leaf", node: reader.parse(at, end, colons, "", ""), offset: at };
        place.at = end;
        place.isNode = false;
        continue;
      }
      if (place.depth >= MAX_NODE_DEPTH)
        throw new JsonError(at, `nodes within each other more than ${MAX_NODE_DEPTH} deep`);
      yield { kind: "open", node: reader.parse(at, end, colons, "", "}"), offset: at };
      place.at = nodes;
      reader.enterNodes(place);
      continue;
    }
    at = reader.skip(at);
    if (place.depth === 0) {
      reader.expectEnd(at);
      return;
    }
    if (reader.byte(at) === COMMA) {
      place.at = reader.expect(at + 1, [OPEN_OBJECT], "a node");
      place.isNode = true;
      continue;
    }
    if (reader.byte(at) !== CLOSE_ARRAY) throw reader.unexpected(at, "a comma or the end of the array");
    const tail = at + 1;
    const close = reader.scan(tail - 1, true);
    yield { kind: "close", node: reader.parse(tail, close.end, close.colons, "{", ""), offset: tail };
    place.depth--;
    place.at = close.end;
  }
}

/** How far the text was read. */
interface Place {
  /** Offset in bytes. */
  at: number;
  /** Number of open nodes. */
  depth: number;
  /** Whether a node begins here; otherwise one has ended, or an array without nodes ends. */
  isNode: boolean;
}

class Reader {
  private bytes: Uint8Array = new Uint8Array();
  /** Offset of the bytes in the source. */
  private from = 0;
  /** Offset after a byte order mark. */
  readonly start: number;

  constructor(private readonly source: ImageSource) {
    this.start = this.byte(0) === 0xef && this.byte(1) === 0xbb && this.byte(2) === 0xbf ? 3 : 0;
  }

  /** Moves on over nodes that `known` can read, and over the ends of nodes. */
  readKnown(known: KnownNodes, place: Place): void {
    while (!known.isFull) {
      const end = this.from + this.bytes.length;
      if (place.at < this.from || (place.at > end - KNOWN_NODE_BYTES && end < this.source.size)) this.load(place.at);
      if (!this.readOneKnown(known, place)) return;
    }
  }

  /**
   * Moves on over one node that `known` can read, or over one end of a node.
   *
   * @returns whether something known was there
   */
  private readOneKnown(known: KnownNodes, place: Place): boolean {
    const { bytes, from } = this;
    let at = place.at - from;
    if (!place.isNode) {
      at = spaceEnd(bytes, at);
      if (bytes[at] === CLOSE_ARRAY && bytes[at + 1] === CLOSE_OBJECT && place.depth > 1) {
        known.close();
        place.depth--;
        place.at = from + at + 2;
        return true;
      }
      if (bytes[at] !== COMMA) return false;
      at = spaceEnd(bytes, at + 1);
    }
    const end = place.depth < MAX_NODE_DEPTH ? known.read(bytes, at) : -1;
    if (end < 0) return false;
    place.at = from + end;
    place.isNode = false;
    if (known.hasNodes) this.enterNodes(place);
    return true;
  }

  /** Moves on to the first child node or to the end of the array of child nodes, which begins at `place`. */
  enterNodes(place: Place): void {
    place.depth++;
    place.at = this.skip(place.at);
    place.isNode = this.byte(place.at) === OPEN_OBJECT;
    if (!place.isNode && this.byte(place.at) !== CLOSE_ARRAY)
      throw this.unexpected(place.at, "a node or the end of the array");
  }

  /** The byte at an offset; undefined at the end. */
  byte(offset: number): number | undefined {
    if (offset >= this.source.size) return undefined;
    if (offset < this.from || offset >= this.from + this.bytes.length) this.load(offset);
    return this.bytes[offset - this.from];
  }

  /** Offset of the next byte that is not white space. */
  skip(offset: number): number {
    for (let at = offset; ; at++) {
      const byte = this.byte(at);
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    }
  }

  expect(offset: number, bytes: readonly number[], what: string): number {
    const at = this.skip(offset);
    if (!bytes.includes(this.byte(at) ?? -1)) throw this.unexpected(at, what);
    return at;
  }

  expectEnd(at: number): void {
    if (this.byte(at) !== undefined) throw this.unexpected(at, "the end of the text");
  }

  unexpected(at: number, what: string): JsonError {
    const byte = this.byte(at);
    const found = byte === undefined ? "the end of the text" : JSON.stringify(String.fromCharCode(byte));
    return new JsonError(at, `expected ${what}, found ${found}`);
  }

  /**
   * Scans the node that begins at `at`.
   *
   * @param behind whether the child nodes were already read, so that the rest of the node is scanned
   * @returns the end of the node; for one with child nodes, the start of the member name and of the first child; and the number of colons before it,
   * outside strings
   */
  scan(at: number, behind = false): { end: number; colons: number; nodes?: number } {
    let depth = 1;
    let colons = 0;
    for (let offset = at + 1; ; offset++) {
      if (offset >= this.from + this.bytes.length || offset < this.from) {
        if (offset >= this.source.size) throw this.unexpected(offset, "the end of the node");
        if (offset - at > MAX_PIECE_BYTES)
          throw new JsonError(
            at,
            `a node of more than ${MAX_PIECE_BYTES} bytes of text; keep its bytes in a memory directory`,
          );
        this.load(offset);
      }
      const byte = this.bytes[offset - this.from];
      if (byte === QUOTE) {
        const end = this.stringEnd(offset);
        if (depth === 1 && !behind && end - offset === NODES.length + 2) {
          const nodes = this.nodesAfter(offset, end);
          if (nodes !== undefined) return { end: offset, colons, nodes };
        }
        offset = end - 1;
      } else if (byte === COLON) colons++;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
      else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) return { end: offset + 1, colons };
    }
  }

  /**
   * Parses a piece of the text between two texts that complete it. Commas at its ends, next to other pieces, are removed.
   *
   * @param colons expected number of colons, one per member
   */
  parse(start: number, end: number, colons: number, before: string, after: string): JsonObject {
    if (start < this.from || end > this.from + this.bytes.length) this.load(start, end - start);
    const bytes = this.bytes.subarray(start - this.from, end - this.from);
    let text = utf8Text(bytes);
    if (before) text = text.replace(/^\s*,/, (comma) => " ".repeat(comma.length));
    if (after) text = text.replace(/,\s*$/, "");
    let json: Json;
    try {
      json = JSON.parse(before + text + after) as Json;
    } catch (error) {
      const [, position] = /position (\d+)/.exec((error as Error).message) ?? [];
      const characters = Math.max(0, Number(position ?? 0) - before.length);
      const message = (error as Error).message.replace(/ \(line.*$/, "").replace(/ in JSON at position \d+$/, "");
      throw new JsonError(start + utf8(text.slice(0, characters)).length, message);
    }
    if (!isJsonObject(json)) throw new JsonError(start, "expected a JSON object");
    if (countMembers(json) !== colons) {
      const repeated = repeatedName(before + text + after);
      const characters = Math.max(0, (repeated?.at ?? 0) - before.length);
      throw new JsonError(
        start + utf8(text.slice(0, characters)).length,
        `expected every name once in an object, found ${repeated ? quote(repeated.name) : "one"} again`,
      );
    }
    return json;
  }

  /** Offset after the string that begins at `start`. */
  private stringEnd(start: number): number {
    for (let offset = start + 1; ; offset++) {
      if (offset >= this.from + this.bytes.length) {
        if (offset >= this.source.size) throw this.unexpected(offset, "the end of a string");
        if (offset - start > MAX_PIECE_BYTES)
          throw new JsonError(start, `a string of more than ${MAX_PIECE_BYTES} bytes`);
        this.load(offset);
      }
      const byte = this.bytes[offset - this.from];
      if (byte === QUOTE) return offset + 1;
      if (byte === BACKSLASH) offset++;
    }
  }

  /** Start of the array if the string is the name of the member with the child nodes. */
  private nodesAfter(start: number, end: number): number | undefined {
    for (let i = 0; i < NODES.length; i++) if (this.byte(start + 1 + i) !== NODES.charCodeAt(i)) return undefined;
    const colon = this.skip(end);
    if (this.byte(colon) !== COLON) return undefined;
    const array = this.skip(colon + 1);
    return this.byte(array) === OPEN_ARRAY ? array + 1 : undefined;
  }

  /** Only this reader requests windows of the source in the meantime, so the bytes stay valid until the next call. */
  private load(offset: number, least = 0): void {
    const length = Math.min(Math.max(WINDOW, least), this.source.size - offset);
    this.bytes = windowBytes(this.source, offset, length);
    this.from = offset;
  }
}

/** Offset of the next byte that is not white space. */
function spaceEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at]) at++;
  return at;
}
