/** The generated Kaitai Struct parsers read the same from images as our own reader. */
import { beforeAll, describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { MemorySource, openImage } from "../../tools/image/index.js";
import { makeBytes } from "../make-image/make.js";
import { compareImages, REAL, type Reader, realOf } from "./compare.js";
import { kaitaiParser, type Parsed, property } from "./kaitai-parser.js";

const KAITAI: Reader = {
  property,
  raw: ({ name }) => property(`raw_${name}`),
  pages: (body) => body,
  // They are floating-point numbers in JavaScript.
  rounded: true,
};

test("every real image has a version", () => {
  expect(registry.versions.flatMap(realOf)).toHaveLength(REAL.length);
  expect(REAL.length).toBeGreaterThanOrEqual(12);
});

describe.each(registry.versions)("%s", (version) => {
  let parse: (bytes: Uint8Array) => Parsed;
  beforeAll(async () => {
    parse = await kaitaiParser(version);
  });

  test.each(realOf(version))("$file", ({ image, bytes }) => compareImages(image, parse(bytes).records, KAITAI));

  test.each(registry.arches(version))("a made image of %s", (arch) => {
    const abi = `${version}/${arch}`;
    const bytes = makeBytes({ abi, tasks: 8, pages: 4 });
    compareImages(openImage(new MemorySource(bytes), { abi }), parse(bytes).records, KAITAI);
  });
});

test("pages of another size, and a record of a type that is unknown", async () => {
  const abi = "v21/powerpc64";
  const made = makeBytes({ abi, pageSize: 65536, plain: true });
  const bytes = Buffer.concat([made, Buffer.from("000003e70000000cdeadbeef", "hex")]);
  const { records } = (await kaitaiParser("v21"))(bytes);
  const [stranger] = records.splice(-1);
  expect([stranger.type, stranger.len, Buffer.from(stranger.body).toString("hex")]).toEqual([999, 12, "deadbeef"]);
  compareImages(openImage(new MemorySource(made), { abi, pageSize: 65536 }), records, KAITAI);
});
