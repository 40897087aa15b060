/** Every decoded record has the codec that it was decoded by. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { abi } from "../../generated/codecs/index.js";
import { fromJson, NotImplementedCodec, type StructCodec, toJson } from "../../runtime/index.js";
import { open } from "../../tools/open/index.js";
import { IMAGES } from "../images/fixtures.js";
import { ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";
import { BYTES } from "./files.js";

const MADE = ABIS.map((name) => ({ name, bytes: makeBytes({ abi: name }), notes: { abi: name } }));

describe.each([...IMAGES, ...MADE])("$name", ({ bytes, notes }) => {
  it("has records that their codecs turn into JSON and back", async () => {
    const image = await open(bytes, { abi: notes.abi as string });
    const names = new Set([...image.image.root].flatMap(({ record }) => (record?.kind ? [record.name] : [])));
    expect(names.size).toBeGreaterThan(1);
    const bare = image.image.format.abi.struct("ckpt_hdr");
    for (const name of names) {
      const usual = abi(image.abi).record(name as "VMA");
      for (const { codec, value } of image.decoded(name as "VMA")) {
        expect(fromJson(codec, JSON.parse(JSON.stringify(toJson(codec, value)))), name).toEqual(value);
        // Of a record without a struct of its own, it is the codec that goes by the name of the record.
        if (codec.struct === bare.struct && !(usual instanceof NotImplementedCodec)) expect(codec, name).toBe(usual);
      }
    }
  });
});

it("a FILE has the codec of what it is", async () => {
  const image = await open(BYTES);
  const structs = new Set([...image.decoded("FILE")].map(({ codec }) => codec.struct));
  expect(structs).toEqual(new Set(["ckpt_hdr_file_generic", "ckpt_hdr_file_pipe"]));
});

it("a record without a struct is its header", async () => {
  const image = await open(BYTES, { abi: "v16/x86_32" });
  const [first] = image.decoded("STRING");
  expectTypeOf(first?.codec).toEqualTypeOf<StructCodec<{ type: number; len: number }> | undefined>();
  expect(first?.value).toEqual({ type: image.image.format.abi.recordNumber("STRING"), len: first?.length });
});
