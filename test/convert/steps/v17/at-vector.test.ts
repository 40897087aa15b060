import { describe, expect, it } from "vitest";
import { convert, fields, losses, obstacles, order, payloadOf, records } from "../../conversions.js";
import { clean, inventions, plain, returns, words } from "../images.js";

/** The AT vector of made images: page size, clock ticks, entry of the program and user; 44 words in total. */
const VECTOR = [6, 4096, 17, 100, 9, 0x8048100, 11, 1000];
const filled = (length: number) => [...VECTOR, ...new Array(length - VECTOR.length).fill(0)];

describe("at-vector", () => {
  it("v16 to v17: 44 empty words of the machine behind the record", async () => {
    const result = await clean(plain("v16/x86_32"), "v16/x86_32", "v17");
    expect(order(records(result.image, "MM")[0]?.parent).slice(0, 3)).toEqual(["(FILE)", "MM", "at_vector"]);
    expect(payloadOf(result.image, "at_vector")).toEqual(new Uint8Array(44 * 4));
    expect(inventions(result)).toContain("MM.at_vector: ");
  });

  it("v17 to v16: lost when there is something in it", async () => {
    const source = plain("v17/x86_32");
    const result = await clean(source, "v17/x86_32", "v16");
    expect(records(result.image, "at_vector")).toEqual([]);
    expect(losses(result)).toContainEqual(expect.stringMatching(/^BUFFER: 0600000000100000/));
    const empty = plain("v17/x86_32", `mm[0].at_vector=${"00".repeat(176)}`);
    expect(losses(await clean(empty, "v17/x86_32", "v16")).filter((text) => text.startsWith("BUFFER"))).toEqual([]);
  });
});

describe("wide-at-vector", () => {
  it("v19-rc3 to v19: 32-bit words get 64 bits, and the header counts words", async () => {
    const source = plain("v19-rc3/x86_32");
    const { image } = await clean(source, "v19-rc3/x86_32", "v19");
    expect(fields(image, "HEADER", ["constants.at_vector_size"])).toEqual([44]);
    expect(words(payloadOf(image, "at_vector"))).toEqual(filled(44).flatMap((word) => [word, 0]));
    expect(await returns(source, "v19-rc3/x86_32", "v19")).toBe(true);
  });

  it("also on machines that have the high half first", async () => {
    const { image } = await clean(plain("v19-rc3/powerpc"), "v19-rc3/powerpc", "v19");
    expect(words(payloadOf(image, "at_vector"), false).slice(0, 8)).toEqual([0, 6, 0, 4096, 0, 17, 0, 100]);
  });

  it("on 64-bit machines only the header changes", async () => {
    const source = plain("v19-rc3/x86_64");
    const { image } = await clean(source, "v19-rc3/x86_64", "v19");
    expect(fields(image, "HEADER", ["constants.at_vector_size"])).toEqual([44]);
    expect(words(payloadOf(image, "at_vector")).slice(0, 8)).toEqual([6, 0, 4096, 0, 17, 0, 100, 0]);
    const back = await clean(plain("v19/x86_64"), "v19/x86_64", "v19-rc3");
    expect(fields(back.image, "HEADER", ["constants.at_vector_size"])).toEqual([44 * 8]);
  });

  it("v19 to v19-rc3: words of 32 bits, refused when one needs more", async () => {
    const { image } = await clean(plain("v19/x86_32"), "v19/x86_32", "v19-rc3");
    expect(fields(image, "HEADER", ["constants.at_vector_size"])).toEqual([44 * 4]);
    expect(words(payloadOf(image, "at_vector"))).toEqual(filled(44));
    const wide = plain("v19/x86_32", `mm[0].at_vector=[6, 0x100000000${", 0".repeat(42)}]`);
    expect(obstacles(await convert(wide, "v19/x86_32", "v19-rc3"))).toEqual(["BUFFER.at_vector[1]"]);
  });
});
