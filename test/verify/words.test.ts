import { expect, it } from "vitest";
import { highWord, lowWord } from "../../tools/verify/words.js";

it.each([0n, 1n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x1_0000_0000n, 0x12_3456_789a_bcden, 2n ** 53n - 1n])(
  "%d has the same words as a number and as a bigint",
  (value) => {
    const words = [Number(value >> 32n), Number(value & 0xffff_ffffn)];
    expect([highWord(value), lowWord(value)]).toEqual(words);
    expect([highWord(Number(value)), lowWord(Number(value))]).toEqual(words);
  },
);

it("has words of 64 bits", () => {
  expect([highWord(2n ** 64n - 1n), lowWord(2n ** 64n - 2n)]).toEqual([0xffff_ffff, 0xffff_fffe]);
});
