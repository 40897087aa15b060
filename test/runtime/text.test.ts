/** Text fields: any bytes become a string that encodes to the same bytes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeEscaped, encodeEscaped, LossyTextError } from "../../runtime/index.js";
import { readText, textBytes } from "../../runtime/text.js";
import { checkText } from "../../runtime/text-field.js";
import { thrown } from "../codecs/thrown.js";
import { expectSame } from "../property/comparison.js";
import { CODEC } from "./context.js";

/** Bytes on both sides of every boundary of the encoding. */
const INTERESTING = [
  0x00, 0x01, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
  0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xfe, 0xff,
];

describe("decodeEscaped", () => {
  test.each<[string, number[], string]>([
    ["nothing", [], ""],
    ["ASCII", [0x73, 0x68], "sh"],
    ["two bytes", [0xc3, 0xa9], "é"],
    ["three bytes", [0xe2, 0x82, 0xac], "€"],
    ["four bytes", [0xf0, 0x9f, 0x98, 0x80], "😀"],
    ["the last character", [0xf4, 0x8f, 0xbf, 0xbf], "\u{10ffff}"],
    ["a byte order mark", [0xef, 0xbb, 0xbf, 0x41], "\ufeffA"],
    ["Latin-1", [0x63, 0x61, 0x66, 0xe9], "caf\udce9"],
    ["an overlong NUL", [0xc0, 0x80], "\udcc0\udc80"],
    ["an overlong slash", [0xe0, 0x80, 0xaf], "\udce0\udc80\udcaf"],
    ["an encoded surrogate", [0xed, 0xa0, 0x80], "\udced\udca0\udc80"],
    ["beyond the last character", [0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
    ["a cut sequence", [0xe2, 0x82], "\udce2\udc82"],
    ["a cut sequence before ASCII", [0xe2, 0x82, 0x41], "\udce2\udc82A"],
    ["a NUL in the middle", [0x61, 0x00, 0x62], "a\0b"],
  ])("%s", (_, bytes, text) => {
    expect(decodeEscaped(Uint8Array.from(bytes))).toBe(text);
    expect(encodeEscaped(text)).toEqual(Uint8Array.from(bytes));
  });

  test("every string of up to three bytes, and of four after a long lead, comes back", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
    let valid = 0;
    let invalid = 0;
    for (const bytes of byteStrings()) {
      const text = decodeEscaped(bytes);
      const back = encodeEscaped(text);
      if (typeof back === "string" || Buffer.compare(back, bytes) !== 0)
        expect([...bytes], text).toEqual(typeof back === "string" ? back : [...back]);
      const escaped = text.replace(/[\udc80-\udcff]/gu, "");
      if (escaped === text) {
        valid++;
        if (strict.decode(bytes) !== text) expect(text).toBe(strict.decode(bytes));
      } else {
        invalid++;
        if (accepts(strict, bytes)) expect([...bytes], "not valid").toEqual([]);
        if (lossy.decode(bytes).replaceAll("\ufffd", "") !== escaped)
          expect(escaped).toBe(lossy.decode(bytes).replaceAll("\ufffd", ""));
      }
    }
    expect([valid > 400, invalid > 20_000]).toEqual([true, true]);
  });

  test("every text without lone surrogates is plain UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expectSame(encodeEscaped(text), new TextEncoder().encode(text));
        expectSame(decodeEscaped(new TextEncoder().encode(text)), text);
      }),
      { seed: 16, numRuns: 200 },
    );
  });
});

function accepts(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array<ArrayBuffer>): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function* byteStrings(): Generator<Uint8Array<ArrayBuffer>> {
  yield new Uint8Array();
  for (const a of INTERESTING) {
    yield Uint8Array.of(a);
    for (const b of INTERESTING) {
      yield Uint8Array.of(a, b);
      for (const c of INTERESTING) {
        yield Uint8Array.of(a, b, c);
        if (a >= 0xf0) for (const d of [0x41, 0x80, 0xbf, 0xc0]) yield Uint8Array.of(a, b, c, d);
      }
    }
  }
}

describe("encodeEscaped says why a text has no bytes", () => {
  test.each([
    ["a high surrogate", "a\ud800", "the lone surrogate U+D800 does not encode a byte"],
    ["a low surrogate", "\udfff", "the lone surrogate U+DFFF does not encode a byte"],
    ["an escaped ASCII byte", "\udc41", "the lone surrogate U+DC41 does not encode a byte"],
    ["the border of the escapes", "\udc7f", "the lone surrogate U+DC7F does not encode a byte"],
    ["surrogates in the wrong order", "\udc00\ud800", "the lone surrogate U+DC00 does not encode a byte"],
    ["escapes that make a character", "\udcc3\udca9", "its escaped bytes together form a UTF-8 character"],
    ["escapes that make a long one", "x\udcf0\udc9f\udc98\udc80", "its escaped bytes together form a UTF-8 character"],
  ])("%s", (_, text, why) => {
    expect(encodeEscaped(text)).toBe(why);
  });

  test("escapes that make no character are fine", () => {
    expect(encodeEscaped("\udcc3\udcc3\udca9\udcff".replace("\udca9", "A"))).toEqual(
      Uint8Array.of(0xc3, 0xc3, 0x41, 0xff),
    );
  });
});

describe("readText", () => {
  const bytes = Uint8Array.from([0x78, 0x61, 0xc3, 0xa9, 0x00, 0x62, 0x00, 0x00, 0xa9]);
  const view = new DataView(bytes.buffer, 1);

  test.each<[at: number, length: number, text: string]>([
    [0, 1, "a"],
    [0, 2, "a\udcc3"],
    [0, 3, "aé"],
    [0, 7, "aé\0b"],
    [0, 8, "aé\0b\0\0\udca9"],
    [3, 1, ""],
    [4, 3, "b"],
    [5, 2, ""],
    [0, 0, ""],
    [8, 0, ""],
  ])("at %i, %i bytes", (at, length, text) => {
    expect(readText(view, at, length)).toBe(text);
  });
});

describe("textBytes", () => {
  test.each<[string, number, number[] | string]>([
    ["", 3, [0, 0, 0]],
    ["ab", 3, [0x61, 0x62, 0]],
    ["abc", 3, [0x61, 0x62, 0x63]],
    ["abcd", 3, "it takes 4 bytes"],
    ["aé", 3, [0x61, 0xc3, 0xa9]],
    ["éé", 3, "it takes 4 bytes"],
    ["a\0b", 3, [0x61, 0, 0x62]],
    ["a\0", 3, "a NUL at the end would be lost"],
    ["\0", 1, "a NUL at the end would be lost"],
    ["\udce9", 1, [0xe9]],
    ["\ud83d", 8, "the lone surrogate U+D83D does not encode a byte"],
  ])("%j in %i bytes", (text, length, wanted) => {
    const bytes = textBytes(text, length);
    expect(typeof bytes === "string" ? bytes : [...bytes]).toEqual(wanted);
    if (typeof bytes !== "string") expect(readText(new DataView(bytes.buffer), 0, length)).toBe(text);
  });
});

describe("checkText", () => {
  test("a text that fits gives its bytes", () => {
    expect(checkText(CODEC, "comm", "sh", 4)).toEqual(Uint8Array.of(0x73, 0x68, 0, 0));
  });

  test.each<[unknown, string]>([
    [
      "\ud800",
      'ckpt_hdr_test.comm (v19/x86_32) takes text of at most 4 bytes, not "\\ud800": the lone surrogate U+D800 does not encode a byte',
    ],
    ["12345", 'ckpt_hdr_test.comm (v19/x86_32) takes text of at most 4 bytes, not "12345": it takes 5 bytes'],
    [
      "sh\0",
      'ckpt_hdr_test.comm (v19/x86_32) takes text of at most 4 bytes, not "sh\\u0000": a NUL at the end would be lost',
    ],
  ])("%j would not come back", (text, message) => {
    const error = thrown(() => checkText(CODEC, "comm", text, 4));
    expect(error).toBeInstanceOf(LossyTextError);
    expect(error).toMatchObject({ message, code: "lossy-text", subject: CODEC, field: "comm", value: text });
    expect(error).toMatchObject({ allowed: "text of at most 4 bytes", why: message.split(": ").at(-1) });
  });

  test.each<[unknown, string]>([
    [undefined, "ckpt_hdr_test.comm (v19/x86_32) is missing: it takes text of at most 4 bytes"],
    [Uint8Array.of(1), "ckpt_hdr_test.comm (v19/x86_32) takes text of at most 4 bytes, not 1 bytes"],
    [7, "ckpt_hdr_test.comm (v19/x86_32) takes text of at most 4 bytes, not 7"],
  ])("%o is no text", (value, message) => {
    expect(() => checkText(CODEC, "comm", value, 4)).toThrow(message);
  });
});
