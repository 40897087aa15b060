/** Text forms of integers, in the notation that the schema gives the field. All notations are accepted everywhere. */
import { ALLOWED, type ScalarType } from "../../runtime/integers.js";
import { SPECIAL_NUMBERS } from "../../runtime/json.js";
import { scalar } from "../../runtime/scalars.js";
import { hex } from "../image/hex.js";
import { ipv4Text, parseIpv4 } from "../model/address-text.js";
import { type Form, type Json, Misfit, quote } from "./form.js";

/** Names begin with a character above this one, numbers do not. */
const DIGIT_9 = 0x39;

export type Integer = number | bigint;

/** Longer than any 64-bit integer in any notation. */
const MAX_INTEGER_LENGTH = 40;

/** A JSON number if every reader represents it exactly, otherwise a decimal string. */
function showDecimal(value: Integer): Json {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function showHex(value: Integer): string {
  return hex(value);
}

export function showOctal(value: Integer): string {
  if (value === 0 || value === 0n) return "0";
  return value < 0 ? `-0${(-value).toString(8)}` : `0${value.toString(8)}`;
}

/** Parses an integer given as a number or a string; undefined if it is not one. @throws {Misfit} for a JSON number that may have been rounded */
export function parseInteger(json: Json): bigint | undefined {
  if (typeof json === "number") {
    if (!Number.isInteger(json)) return undefined;
    if (!Number.isSafeInteger(json))
      throw new Misfit("an integer above 2^53 in quotes, because it is rounded otherwise", quote(json));
    return BigInt(json);
  }
  if (typeof json !== "string" || json.length > MAX_INTEGER_LENGTH || json.charCodeAt(0) > DIGIT_9) return undefined;
  const [, sign, octal, other] = /^(-?)(?:0o?([0-7]+)|(0x[0-9a-fA-F]+|0|[1-9][0-9]*))$/.exec(json) ?? [];
  if (octal === undefined && other === undefined) return undefined;
  const value = BigInt(octal === undefined ? (other as string) : `0o${octal}`);
  return sign ? -value : value;
}

const NOTATIONS: Readonly<Record<string, (value: Integer) => Json>> = {
  address: showHex,
  hex: showHex,
  sigset: showHex,
  // The bits of a floating point number, because a decimal number cannot represent every NaN.
  float64: showHex,
  octal: showOctal,
  ipv4: ipv4Text,
};

/** Names for some values of a field. */
export interface ValueNames {
  /** The name of a value; undefined if it has none. */
  nameOf(value: Integer): string | undefined;
  /**
   * The value of a name; undefined if the text is not a name.
   *
   * @throws {Misfit} for an unknown name
   */
  valueOf(text: string): bigint | undefined;
}

export class IntegerForm implements Form {
  private readonly notation: (value: Integer) => Json;
  /** The notation of values without a name, if it is one of the two usual ones and values have no names. */
  readonly usual: "decimal" | "hex" | "other";
  private readonly wide: boolean;
  private readonly fits: (value: unknown) => boolean;

  constructor(
    private readonly type: ScalarType,
    format: string | undefined,
    private readonly names: ValueNames | undefined,
  ) {
    this.notation = (format === undefined ? undefined : NOTATIONS[format]) ?? showDecimal;
    this.usual = names
      ? "other"
      : this.notation === showDecimal
        ? "decimal"
        : this.notation === showHex
          ? "hex"
          : "other";
    this.wide = type === "u64" || type === "s64";
    this.fits = scalar(type)?.fits ?? (() => false);
  }

  show(value: unknown): Json {
    return this.names?.nameOf(value as Integer) ?? this.notation(value as Integer);
  }

  read(json: Json): Integer {
    const parsed = parseInteger(json) ?? this.parseName(json);
    if (parsed === undefined) throw new Misfit(this.allowed, quote(json));
    const value = this.wide ? parsed : Number(parsed);
    if (!this.fits(value)) throw new Misfit(this.allowed, quote(json));
    return value;
  }

  private parseName(json: Json): bigint | undefined {
    if (typeof json !== "string") return undefined;
    return this.notation === ipv4Text ? parseIpv4(json) : this.names?.valueOf(json.trim());
  }

  private get allowed(): string {
    const range = ALLOWED[this.type].replace("a bigint", "an integer").replaceAll(/(\d)n\b/g, "$1");
    return this.names ? `${range} or its name` : range;
  }
}

/** Floating point numbers are written as integers with the same bits, so this form is only for reading. */
export class FloatForm implements Form {
  constructor(private readonly type: ScalarType) {}

  show(value: unknown): Json {
    return String(value);
  }

  read(json: Json): number {
    const value = typeof json === "string" && Object.hasOwn(SPECIAL_NUMBERS, json) ? SPECIAL_NUMBERS[json] : json;
    if (typeof value !== "number" || !scalar(this.type)?.fits(value)) throw new Misfit(ALLOWED[this.type], quote(json));
    return value;
  }
}
