/**
 * The ImHex patterns are well formed and lay out images as our reader does, according to our own interpreter. ImHex itself is not run, because it has
 * no package that a test could install.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { patternName } from "../../generator/emit/formats/imhex/language.js";
import { MemorySource, openImage } from "../../tools/image/index.js";
import { makeBytes } from "../make-image/make.js";
import { compareImages, type Reader, realOf } from "./compare.js";
import { type Laid, layOutPattern } from "./pattern-language.js";

const IMHEX: Reader = {
  property: patternName,
  raw: () => "raw",
  pages: ({ positions, pages }) => ({ positions, pages: pages.map(({ bytes }: Laid) => bytes) }),
  rounded: false,
};

function pattern(version: string): string {
  return readFileSync(new URL(`../../generated/imhex/ckpt_${version}.hexpat`, import.meta.url), "utf8");
}

describe.each(registry.versions)("%s", (version) => {
  const layOut = layOutPattern(pattern(version));

  test.each(realOf(version))("$file", ({ image, bytes }) => compareImages(image, layOut(bytes).records, IMHEX));

  test.each(registry.arches(version))("a made image of %s", (arch) => {
    const abi = `${version}/${arch}`;
    const bytes = makeBytes({ abi, tasks: 8, pages: 4 });
    compareImages(openImage(new MemorySource(bytes), { abi }), layOut(bytes).records, IMHEX);
  });
});

test("what is malformed is found", () => {
  const text = pattern("v21");
  for (const [right, wrong, complaint] of [
    ["struct ckpt_hdr_vma {", "struct ckpt_hdr_vma ", "{ instead of "],
    ["ckpt_hdr_vma body;", "ckpt_hdr_map body;", "the type ckpt_hdr_map is not known"],
    ["page_count = body.nr_pages", "pages = body.nr_pages", "pages is no global variable"],
    ["architecture::powerpc64", "architecture::mips", "architecture::mips does not exist"],
    ["record_end - $", "record_begin - $", "record_begin is not declared"],
  ] as const) {
    expect(text).toContain(right);
    expect(() => layOutPattern(text.replace(right, wrong))).toThrow(complaint);
  }
});
