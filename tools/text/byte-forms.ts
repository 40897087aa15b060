/** Text forms of arrays of bytes and characters in structs. */
import { hexToUint8Array, uint8ArrayToHex } from "uint8array-extras";
import { decodeEscaped, encodeEscaped } from "../../runtime/index.js";
import { isFaithful, textBytes } from "../../runtime/text.js";
import { ipv6Text, macText, parseIpv6 } from "../model/address-text.js";
import { type Form, isJsonObject, type Json, Misfit, quote } from "./form.js";

/**
 * The bytes that a text stands for: UTF-8, with lone surrogates for bytes that are not.
 *
 * @throws {Misfit} when bytes of the text were lost, or it has characters that no bytes decode to
 */
export function encodeByteText(text: string): Uint8Array {
  if (!isFaithful(text))
    throw new Misfit(
      'text without U+FFFD, with which programs replace what is not UTF-8; give such bytes as { "hex": … }',
      quote(text),
    );
  const bytes = encodeEscaped(text);
  if (typeof bytes === "string") throw new Misfit(`text that can be written as bytes (${bytes})`, quote(text));
  return bytes;
}

export function toHex(bytes: Uint8Array): string {
  return uint8ArrayToHex(bytes);
}

/** The bytes of a text of hexadecimal digits; undefined if it is not pairs of such digits. */
export function fromHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-fA-F]{2})*$/.test(text) ? hexToUint8Array(text) : undefined;
}

/** A `char` array: a text without the NULs at its end. */
export class TextForm implements Form {
  constructor(private readonly size: number) {}

  show(value: unknown): Json {
    const text = value as string;
    return isFaithful(text) ? text : { hex: toHex(encodeEscaped(text) as Uint8Array) };
  }

  read(json: Json): string {
    if (isJsonObject(json) && typeof json.hex === "string") {
      const bytes = fromHex(json.hex);
      if (!bytes || bytes.length > this.size)
        throw new Misfit(`hexadecimal digits of at most ${this.size} bytes`, quote(json.hex));
      return decodeByteText(bytes);
    }
    if (typeof json !== "string") throw new Misfit(`text of at most ${this.size} bytes`, quote(json));
    encodeByteText(json);
    const bytes = textBytes(json, this.size);
    if (typeof bytes === "string") throw new Misfit(`text of at most ${this.size} bytes (${bytes})`, quote(json));
    return json;
  }
}

function decodeByteText(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return decodeEscaped(bytes.subarray(0, end));
}

/** Bytes as hexadecimal digits; a hardware address with colons. */
export class BytesForm implements Form {
  constructor(
    private readonly size: number,
    readonly colons: boolean,
  ) {}

  show(value: unknown): Json {
    return this.colons ? macText(value as Uint8Array) : toHex(value as Uint8Array);
  }

  read(json: Json): Uint8Array {
    const bytes = typeof json === "string" ? fromHex(json.replaceAll(":", "")) : undefined;
    if (bytes?.length !== this.size) throw new Misfit(`hexadecimal digits of ${this.size} bytes`, quote(json));
    return bytes;
  }
}

const IPV6_BYTES = 16;

/** An IPv6 address of 16 bytes; it is also read as hexadecimal digits, as {@link BytesForm} is. */
export class Ipv6Form implements Form {
  show(value: unknown): Json {
    return ipv6Text(value as Uint8Array);
  }

  read(json: Json): Uint8Array {
    const bytes = typeof json === "string" ? (parseIpv6(json) ?? fromHex(json)) : undefined;
    if (bytes?.length !== IPV6_BYTES)
      throw new Misfit("an IPv6 address, eight groups of hexadecimal digits", quote(json));
    return bytes;
  }
}
