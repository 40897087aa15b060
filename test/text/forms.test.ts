/** Forms of single values that the text reads but does not write. */
import { describe, expect, test } from "vitest";
import { Ipv6Form } from "../../tools/text/byte-forms.js";
import { Misfit } from "../../tools/text/form.js";
import { FloatForm } from "../../tools/text/integer.js";

describe("an IPv6 address", () => {
  test("may be hexadecimal digits", () => {
    const address = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);
    expect([...new Ipv6Form().read("00112233445566778899aabbccddeeff")]).toEqual([...address]);
    expect(() => new Ipv6Form().read("0011")).toThrow(Misfit);
  });
});

describe("a floating point number", () => {
  test("may be a string if JSON does not have it", () => {
    const form = new FloatForm("f64");
    expect(["NaN", "Infinity", "-Infinity", "-0"].map((json) => form.read(json))).toEqual([
      Number.NaN,
      Infinity,
      -Infinity,
      -0,
    ]);
    for (const json of ["1", "toString", "nan"]) expect(() => form.read(json)).toThrow(Misfit);
  });
});
