/** `ckpt abi constants` */
import { describe, expect, test } from "vitest";
import { json, text } from "../cli/ckpt.js";
import { headerMeasurements } from "../codecs/measurements.js";

const constants = (abi: string) => json<Record<string, number>>("abi", "constants", "--abi", abi);

describe.each(headerMeasurements().map((measured) => [`${measured.version}/${measured.arch}`, measured] as const))(
  "%s",
  (abi, { enums, defines }) => {
    test("exactly the enumerators and defines of the headers", async () => {
      expect(await constants(abi)).toEqual(Object.fromEntries([...enums, ...defines]));
    });
  },
);

test("numbers follow version and architecture", async () => {
  expect(await constants("v19-rc2-b/x86_64")).toMatchObject({ CKPT_ARCH_X86_64: 5, __NR_checkpoint: 300 });
  expect(await constants("v19-rc3/x86_64")).toMatchObject({ CKPT_ARCH_X86_64: 2, __NR_checkpoint: 301 });
  expect(await constants("v19/powerpc")).toMatchObject({ CKPT_TTY_NCC: 10 });
  expect(await constants("v19/s390")).not.toHaveProperty("__NR_checkpoint");
});

test("the text groups them by enumeration and header, with docs and bits in hex", async () => {
  const shown = await text("abi", "constants", "--abi", "v19/x86_64");
  const names = [...shown.matchAll(/^ {4}(\w+)/gm)].map(([, name]) => name);
  expect(names).toEqual(Object.keys(await constants("v19/x86_64")));
  expect(shown).toMatch(/^record_type: \w.*\n {4}CKPT_HDR_HEADER +1 {2}\w/m);
  expect(shown).toMatch(/^Defines of linux\/checkpoint\.h\n {4}CHECKPOINT_VERSION +5 {2}\w/m);
  expect(shown).toMatch(/^ {4}RESTART_CONN_RESET +0x10 {2}\w/m);
  expect(shown.split("\n").every((line) => line.length <= 120)).toBe(true);
});
