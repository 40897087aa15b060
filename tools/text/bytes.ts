/** Bytes of unknown meaning in the text form: as readable text, hexadecimal digits, base64, or a part of a file next to the text. */
import { decode, encode } from "uint8-base64";
import { decodeEscaped } from "../../runtime/index.js";
import { isFaithful } from "../../runtime/text.js";
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import { utf8, utf8Text } from "../utf8.js";
import { encodeByteText, fromHex, toHex } from "./byte-forms.js";
import { choiceOf } from "./choice.js";
import { isJsonObject, type Json, type JsonObject, Misfit, quote, within } from "./form.js";

/** Stores bytes of an image for the text. */
export interface BytesKeeper {
  /**
   * Stores bytes.
   *
   * @param start offset in the image, in bytes
   * @param pages whether it is memory of a task
   * @param owner the object that it belongs to, e.g. `MM-4`
   * @returns the JSON that represents the bytes in the text
   */
  keep(source: ImageSource, start: number, end: number, pages: boolean, owner: string): JsonObject;
}

/** Bytes that the text refers to. */
export interface StoredBytes {
  readonly length: number;
  /** All bytes in order; each piece is valid until the next is requested. */
  pieces(): Iterable<Uint8Array>;
}

/** The files next to a text. */
export interface ByteFiles {
  /**
   * The `size` bytes at `offset` of a file.
   *
   * @throws {Misfit} when there is no such file, or it is too short
   */
  find(file: string, offset: number, size: number): StoredBytes;
}

/** Used if no directory was named. */
export const NO_FILES: ByteFiles = {
  find() {
    throw new Misfit("bytes within the text, as no memory directory was named (--memory)", "bytes in a file");
  },
};

/** Stores all bytes in the text. */
export const INLINE: BytesKeeper = {
  keep: (source, start, end) => inlineBytes(windowBytes(source, start, end - start)),
};

/** Longer byte arrays are base64. */
const MAX_HEX_BYTES = 64;

export function inlineBytes(bytes: Uint8Array): JsonObject {
  const text = readableText(bytes);
  if (text !== undefined) return { text };
  if (bytes.length <= MAX_HEX_BYTES) return { hex: toHex(bytes) };
  return { base64: utf8Text(encode(bytes)) };
}

/** Letters, digits, symbols, white space and non-ASCII characters, with NULs around them. */
const READABLE = /^\0*[\t\n\r -~\u00a0-\ud7ff\ue000-\ufffc\u{10000}-\u{10ffff}]+\0*$/u;
/** Maximum length in bytes of a readable text. */
const MAX_TEXT_BYTES = 64 * 1024;

function readableText(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0 || bytes.length > MAX_TEXT_BYTES) return undefined;
  const text = decodeEscaped(bytes);
  return READABLE.test(text) && isFaithful(text) ? text : undefined;
}

/**
 * Finds the bytes that a JSON value gives or refers to: `text`, `hex`, `base64` or a part of a `file`.
 *
 * @throws {Misfit}
 */
export function findBytes(json: Json, files: ByteFiles): StoredBytes {
  if (!isJsonObject(json)) throw new Misfit('bytes, such as { "hex": "00ff" }', quote(json));
  const [form, ...others] = Object.keys(json);
  if (form === "file" || others.includes("file")) return findInFile(json, files);
  if (form === undefined || others.length > 0) throw new Misfit("one of text, hex, base64 or file", quoteKeys(json));
  try {
    const bytes = parseBytes(form, json[form] as Json);
    return { length: bytes.length, pieces: () => [bytes] };
  } catch (error) {
    throw within(form, error);
  }
}

function parseBytes(form: string, json: Json): Uint8Array {
  const text = typeof json === "string" ? json : undefined;
  switch (form) {
    case "text":
      if (text === undefined) throw new Misfit("text", quote(json));
      return encodeByteText(text);
    case "hex": {
      const bytes = text === undefined ? undefined : fromHex(text);
      if (!bytes) throw new Misfit("pairs of hexadecimal digits", quote(json));
      return bytes;
    }
    case "base64": {
      if (text === undefined || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
        throw new Misfit("base64 with its padding", quote(json));
      return decode(utf8(text));
    }
    default:
      throw new Misfit(choiceOf("a form of bytes", form, ["text", "hex", "base64", "file"]), "an unknown form");
  }
}

function findInFile(json: JsonObject, files: ByteFiles): StoredBytes {
  const { file, offset, size, ...rest } = json;
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined) throw within(stranger, new Misfit("file, offset and size alone", "an unknown member"));
  if (typeof file !== "string") throw within("file", new Misfit("the name of a file", quote(file)));
  try {
    return files.find(file, numberOf("offset", offset), numberOf("size", size));
  } catch (error) {
    throw error instanceof Misfit && error.path.length === 0 ? within("file", error) : error;
  }
}

function numberOf(name: string, json: Json | undefined): number {
  if (!Number.isSafeInteger(json) || (json as number) < 0)
    throw within(name, new Misfit("a number of bytes", quote(json)));
  return json as number;
}

function quoteKeys(json: JsonObject): string {
  const keys = Object.keys(json);
  return keys.length === 0 ? "an empty object" : keys.slice(0, 5).join(", ");
}
