/** Payloads of records as bytes. */
import { LossyTextError, OutOfRangeError, type Subject } from "../../runtime/errors.js";
import { ALLOWED, encodeEscaped, type ScalarType } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import { type ElementCodec, elementCodec, PRIVATE, sizeOfElements } from "../image/record/struct.js";
import { KeyedCodec, like } from "./keyed-codec.js";

/** A payload: bytes, a text (no closing NUL is added), the elements of an array, bytes that are generated in pieces, or bytes of another image. */
export type Payload = Uint8Array | string | Elements | Pieces | Excerpt;

export interface Elements {
  /** For structs, only non-default fields are needed; kernel structs have the kernel's private bytes under `private`, the same number in each. */
  readonly elements: readonly unknown[];
  /** A width or the schema key of a struct; by default the element type of the record's own array. */
  readonly of?: string | undefined;
}

/** Bytes that are too many to hold in memory. */
export interface Pieces {
  /** Number of bytes of all pieces. */
  readonly length: number;
  /** Requested one at a time; each must be valid until the next is requested. */
  readonly pieces: Iterable<Uint8Array>;
}

/** Bytes of another image, from offset `start` up to but not including `end`. */
export interface Excerpt {
  readonly source: ImageSource;
  readonly start: number;
  readonly end: number;
  /** `end - start`. */
  readonly length: number;
}

/** A text padded with NULs to a length in bytes, like names in fixed arrays; by default with one NUL. */
export function padded(text: string, length?: number): Uint8Array {
  const bytes = textBytes(text);
  const whole = new Uint8Array(length ?? bytes.length + 1);
  if (bytes.length >= whole.length) throw new RangeError(`no room for ${bytes.length} bytes and a NUL in ${length}`);
  whole.set(bytes);
  return whole;
}

/** Encodes payloads for one ABI. */
export class PayloadEncoder {
  constructor(private readonly format: ImageFormat) {}

  /**
   * Encodes a payload that is in memory.
   *
   * @throws {AbiError} for a text that cannot be encoded, and for elements that do not fit
   */
  encode(payload: Uint8Array | string | Elements, subject: Subject): Uint8Array {
    if (payload instanceof Uint8Array) return payload;
    if (typeof payload === "string") return textBytes(payload, subject);
    const { elements, of } = payload;
    const stride = of === undefined ? undefined : sizeOfElements(this.format, of, elements);
    if (of === undefined || stride === undefined)
      throw new OutOfRangeError(subject, "payload", of, "elements of a type that this version has");
    const bytes = new Uint8Array(elements.length * stride);
    const store = this.store(of, stride, new DataView(bytes.buffer), subject);
    elements.forEach((element, i) => {
      store(element, i * stride);
    });
    return bytes;
  }

  private store(of: string, stride: number, view: DataView, subject: Subject): (element: unknown, at: number) => void {
    const struct = this.format.struct(of);
    if (struct) {
      const codec = elementCodec(this.format, of, stride) as ElementCodec;
      const keyed = KeyedCodec.of(struct);
      return (element, at) => {
        const { [PRIVATE]: bytes, ...fields } = element as Record<string, unknown>;
        const value = keyed.value(fields);
        codec.write(bytes === undefined ? value : { ...value, [PRIVATE]: bytes }, view, at, subject, "payload");
      };
    }
    const width = scalar(of);
    if (!width) throw new OutOfRangeError(subject, "payload", of, "elements of a type that this version has");
    const { littleEndian } = this.format;
    const blank = width.read(new DataView(new ArrayBuffer(width.size)), 0, littleEndian);
    return (element, at) => {
      const value = like(blank, element);
      if (!width.fits(value)) throw new OutOfRangeError(subject, "payload", element, ALLOWED[of as ScalarType]);
      width.write(view, at, value, littleEndian);
    };
  }
}

function textBytes(text: string, subject: Subject = { struct: "text", abi: "any version" }): Uint8Array {
  const bytes = encodeEscaped(text);
  if (typeof bytes === "string") throw new LossyTextError(subject, "payload", text, "text", bytes);
  return bytes;
}
