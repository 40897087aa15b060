/** Every struct as JSON and back, in all ABIs; and the JSON against the schemas that describe it as a part of the text of an image. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { fromJson, membersOf, toJson } from "../../runtime/index.js";
import { expectSame } from "./comparison.js";
import { RUNS, type Subject, subjects } from "./subjects.js";
import { bytesArbitrary } from "./values.js";

/** Versions whose schemas are compared: the oldest, the newest, and those with all architectures. Compiling a schema takes long. */
const DESCRIBED = ["v16", "v21", "v22-arm", "v23-rc2-arm"];

/** JSON as another program gets it. */
function transmitted(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json));
}

describe.each(subjects().map((subject): [string, Subject] => [subject.name, subject]))("%s", (_, { codec }) => {
  test("fromJson(toJson(value)) is the value, with the same bytes", () => {
    fc.assert(
      fc.property(bytesArbitrary(codec.size), (bytes) => {
        const value = codec.decode(bytes);
        const back = fromJson(codec, transmitted(toJson(codec, value)));
        expect(back).toStrictEqual(value);
        expectSame(codec.toBytes(back, bytes), bytes);
      }),
      { ...RUNS, numRuns: 15 },
    );
  });
});

describe.each(registry.versions)("%s", (version) => {
  test("each struct of each architecture comes back", () => {
    for (const arch of registry.arches(version))
      for (const { name } of registry.abi(version, arch).structs) {
        const codec = registry.abi(version, arch).struct(name);
        const bytes = Uint8Array.from({ length: codec.size }, (_, i) => (37 * i + 0xc3) & 0xff);
        const back = fromJson(codec, transmitted(toJson(codec, codec.decode(bytes))));
        expectSame(codec.toBytes(back, bytes), bytes);
      }
  });
});

describe.each(DESCRIBED)("%s", (version) => {
  test("the JSON of a struct is valid as the fields of a record in the text", () => {
    const path = new URL(`../../generated/json-schema/ckpt-text-${version}.schema.json`, import.meta.url);
    const schema = JSON.parse(readFileSync(path, "utf8"));
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(schema, "text");
    let compared = 0;
    for (const arch of registry.arches(version))
      for (const { name, entry } of registry.abi(version, arch).structs) {
        const { key, family } = entry.descriptor;
        const id = [`${key}_${arch}`, family && `${key}_${family}`, key].find((id) => id && id in schema.$defs);
        if (id === undefined) continue;
        const codec = registry.abi(version, arch).struct(name);
        const bytes = Uint8Array.from({ length: codec.size }, (_, i) => (31 * i + 0x9b) & 0xff);
        const json = transmitted(toJson(codec, codec.decode(bytes))) as Record<string, unknown>;
        // The array at the end of a struct has a codec of its own, and the text gives type and length of a record outside its fields.
        const { tail, direct } = membersOf(registry.abi(version, arch).describe(name));
        if (tail) json[tail.name] = [];
        for (const member of direct)
          if (member.isHeader) delete json[member.name];
          else if (member.isCommon) delete (json[member.name] as Record<string, unknown>).h;
        const validate = ajv.getSchema(`text#/$defs/${id}`);
        expect(validate?.(json), `${name} of ${arch}: ${JSON.stringify(validate?.errors?.slice(0, 3))}`).toBe(true);
        compared++;
      }
    expect(compared).toBeGreaterThan(20);
  });
});
