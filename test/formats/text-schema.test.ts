/** The JSON Schemas of images as text: the output of `ckpt decode` is valid, and `ckpt encode` reads what is valid. */
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { Random } from "../../scripts/fuzz/random.js";
import { InputError } from "../../tools/errors/input-error.js";
import { type Image, MemorySource, openImage } from "../../tools/image/index.js";
import { encodeText, writeText } from "../../tools/text/index.js";
import { makeBytes } from "../make-image/make.js";
import { realOf } from "./compare.js";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any form
type Json = any;

const validators = new Map<string, ValidateFunction>();

function validator(version: string): ValidateFunction {
  let validate = validators.get(version);
  if (!validate) {
    const url = new URL(`../../generated/json-schema/ckpt-text-${version}.schema.json`, import.meta.url);
    const ajv = new Ajv2020({
      // The code runs a few thousand times, so optimising it would take longer than it saves.
      code: { optimize: false },
      strict: true,
      strictTypes: false,
      strictRequired: false,
      validateFormats: false,
    });
    validate = ajv.compile(JSON.parse(readFileSync(url, "utf8")));
    validators.set(version, validate);
  }
  return validate;
}

function decoded(image: Image): Json {
  return JSON.parse([...writeText(image)].join(""));
}

function complaints(version: string, text: Json): string {
  const validate = validator(version);
  if (validate(text)) return "";
  return (
    (validate.errors ?? [])
      .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
      .join("\n") || "?"
  );
}

/** The reader's error for a text; undefined when it accepts the text. */
function readingError(text: Json): string | undefined {
  try {
    for (const _ of encodeText(new MemorySource(Buffer.from(JSON.stringify(text)))));
    return undefined;
  } catch (error) {
    if (error instanceof InputError && error.code === "bad-text") return error.message;
    throw error;
  }
}

function isReadable(text: Json): boolean {
  return readingError(text) === undefined;
}

describe.each(registry.versions)("%s", (version) => {
  test.each(realOf(version))("$file", ({ image }) => {
    expect(complaints(version, decoded(image))).toBe("");
  });

  test.each(registry.arches(version))("a made image of %s", (arch) => {
    const abi = `${version}/${arch}`;
    const image = openImage(new MemorySource(makeBytes({ abi, tasks: 8, pages: 2 })), { abi });
    expect(complaints(version, decoded(image))).toBe("");
  });
});

describe("mistakes in a whole text", () => {
  const image = realOf("v16")[0]?.image as Image;
  const mistakes: Record<string, (text: Json) => void> = {
    "a wrong name of a field": ({ records: [header] }) => {
      header.fields.magick = header.fields.magic;
      delete header.fields.magic;
    },
    "a field that is missing": ({ records: [header] }) => delete header.fields.rev,
    "a number out of range": ({ records: [header] }) => {
      header.fields.rev = 65536;
    },
    "a number out of range, as a text": ({ records: [header] }) => {
      header.fields.magic = "0x10000000000000000";
    },
    "a record that is missing": ({ records: [header] }) => delete header.record,
    "a record of another version": ({ records: [header] }) => {
      header.record = "CONTAINER";
    },
    "no records": (text) => delete text.records,
    "another version": (text) => {
      text.abi = "v17/x86_32";
    },
    "a record deep within": (text) => {
      let node = text;
      while (node.records?.length) node = node.records.at(-1);
      node.surprise = 1;
    },
  };
  test.each(Object.keys(mistakes))("%s", (name) => {
    const text = decoded(image);
    expect(complaints("v16", text)).toBe("");
    mistakes[name]?.(text);
    expect(complaints("v16", text)).not.toBe("");
    expect(isReadable(text) && name !== "another version").toBe(false);
  });
});

/** Values that are valid somewhere, nearly valid, or invalid everywhere. */
const VALUES: readonly Json[] = [
  ...[0, 1, -1, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 0.5, 1e300],
  ...[
    "",
    "0",
    "00",
    "0x",
    "0x10",
    "0X10",
    "010",
    "08",
    "0o17",
    "-1",
    "-0x80",
    "-129",
    "255",
    "256",
    "4294967296",
    "1e3",
  ],
  ...[
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775807",
    "-9223372036854775808",
    "-9223372036854775809",
  ],
  ...[
    "0x0000000000000000000000000000000000000000000000000001",
    "127.0.0.1",
    "256.0.0.1",
    "::",
    "::1",
    "1:2:3:4:5:6:7:8",
  ],
  ...["CKPT_HDR_VMA", "VM_READ|VM_WRITE", "VM_READ|0x8", "VM_READ||VM_WRITE", "NONSENSE", "00ff", "0g", "a\ufffd"],
  ...[
    null,
    true,
    false,
    [],
    {},
    [1],
    { hex: "00" },
    { hex: "0" },
    { text: "a" },
    { base64: "AA==" },
    { base64: "A" },
    { hex: "", text: "" },
  ],
];

/** Errors about the relation of several values, which the schema cannot express. */
const BEYOND =
  /one per position|as many bytes as the first|within the .* bytes of the record|as size says|fields that go together|no such file|of at most \d+ bytes \(|written as bytes/;
/** Texts that the reader accepts and the schema does not. */
const FORGIVEN = /^-0|:/;

describe("the schema and the reader agree", () => {
  test.each(["v16/x86_32", "v19-rc1/s390x", "v20-b/powerpc", "v22-arm/arm", "v23-rc2/x86_64"])("%s", (abi) => {
    const [version = ""] = abi.split("/");
    const text = decoded(openImage(new MemorySource(makeBytes({ abi, tasks: 8, pages: 1 })), { abi }));
    const nodes = leaves(text);
    const { records: _, ...head } = text;
    const random = new Random(20120317);
    const counts = { accepted: 0, refused: 0 };
    for (let round = 0; round < 1500; round++) {
      const node = structuredClone(random.pick(nodes));
      const change = mutate(node, random);
      const small = { ...head, records: [node] };
      const valid = complaints(version, small) === "";
      const complaint = readingError(small);
      counts[valid ? "accepted" : "refused"]++;
      if (valid === (complaint === undefined)) continue;
      if (valid && BEYOND.test(complaint ?? "")) continue;
      if (!valid && FORGIVEN.test(change)) continue;
      expect.fail(
        `${change} in ${JSON.stringify(node).slice(0, 400)}\nreader: ${complaint ?? "accepts it"}\nschema: ${complaints(version, small).slice(0, 600) || "accepts it"}`,
      );
    }
    // Both must occur often enough for the test to be meaningful.
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(150);
  });
});

/** Records without nested records. */
function leaves({ records }: Json): Json[] {
  return records.flatMap((node: Json) => {
    const { records: inner, ...own } = node;
    return [...(own.record || own.type !== undefined ? [own] : []), ...(inner ? leaves(node) : [])];
  });
}

/** Changes one place and returns a description. */
function mutate(node: Json, random: Random): string {
  let place = node;
  for (;;) {
    const keys = Object.keys(place);
    const key = random.pick(keys);
    if (key === undefined) break;
    if (typeof place[key] === "object" && place[key] !== null && random.below(4) > 0) {
      place = place[key];
      continue;
    }
    const kind = random.below(10);
    // Remarks are not read.
    if (place === node && /^(as|rule|problem)$/.test(key)) return "nothing";
    if (kind === 0) {
      if (Array.isArray(place)) place.splice(Number(key), 1);
      else delete place[key];
      return `${key} removed`;
    }
    if (kind === 1 && !Array.isArray(place)) {
      place[`${key}_`] = place[key];
      delete place[key];
      return `${key} renamed`;
    }
    const value = random.pick(VALUES);
    place[key] = value;
    return typeof value === "string" ? value : `${key} changed`;
  }
  return "nothing";
}
