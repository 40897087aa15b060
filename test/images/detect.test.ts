import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { MemorySource, openImage } from "../../tools/image/index.js";
import { COMPLETE, realImage } from "./fixtures.js";

const open = (bytes: Uint8Array, options = {}) => openImage(new MemorySource(bytes), options);
const image = (name: string) => realImage(name);
const facts = (bytes: Uint8Array) => open(bytes).detection.evidence.map(({ fact }) => fact);

describe.each(COMPLETE)("$name", ({ bytes, notes }) => {
  it("is recognised, and no other ABI fits it", () => {
    const { detection, end, problems } = open(bytes);
    expect(detection.abi).toBe(notes.abi);
    expect(detection.equal).toEqual([notes.abi]);
    expect(detection.given).toBeUndefined();
    expect({ end, problems }).toEqual({ end: "complete", problems: [] });
  });

  it("names evidence that leaves nothing else over", () => {
    const all = registry.versions.flatMap((version) => registry.arches(version).map((arch) => `${version}/${arch}`));
    const out = open(bytes).detection.evidence.flatMap(({ rulesOut }) => rulesOut);
    expect(new Set(out).size).toBe(out.length);
    expect([...out, notes.abi].sort()).toEqual(all.sort());
  });
});

it("a failed checkpoint without a header fits every version with its record numbers", () => {
  const { detection, end } = open(image("v16-tree-notfrozen.img").bytes);
  expect(end).toBe("error");
  expect(detection.equal).toEqual(["v16/x86_32", "v17/x86_32", "v17/x86_64", "v18/x86_32", "v18/x86_64"]);
  expect(detection.abi).toBe("v18/x86_32");
});

describe("a damaged header", () => {
  /** The image with some bytes of the first record replaced. */
  function patched(at: number, ...values: number[]): Uint8Array {
    const bytes = Uint8Array.from(image("v20h-self-files.img").bytes);
    bytes.set(values, at);
    return bytes;
  }

  it.each([
    ["magic", patched(8, 0, 0, 0)],
    ["rev", patched(24, 77)],
    ["arch_id", patched(16, 99)],
  ])("%s is told and does not hide the version", (fact, bytes) => {
    const { detection } = open(bytes);
    expect(detection.abi).toBe("v19/x86_32");
    expect(detection.evidence.find((entry) => entry.fact === fact)).toMatchObject({ rulesOut: [], contradicts: true });
  });

  it("of another length is told", () => {
    const [evidence] = open(patched(4, 71)).detection.evidence.filter(({ contradicts }) => contradicts);
    expect(evidence).toEqual({ fact: "length of HEADER", found: "71 bytes", rulesOut: [], contradicts: true });
  });
});

it("the lengths of records tell versions of one revision apart", () => {
  expect(facts(image("v20h-self-files.img").bytes)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^BUFFER at offset \d+$/)]),
  );
});

describe("an ABI that is given", () => {
  const { bytes } = image("v20h-self-files.img");

  it("is taken, whatever the image seems to be", () => {
    const { detection, end } = open(bytes, { abi: "v16/x86_32" });
    expect(detection).toMatchObject({ abi: "v16/x86_32", equal: ["v16/x86_32"], given: true });
    expect(end).toBe("damaged");
  });

  it("may be a version alone", () => {
    expect(open(bytes, { abi: "v19" }).detection.abi).toBe("v19/x86_32");
  });

  it.each([
    ["v99/x86_32", /unknown version "v99"/],
    ["v99", /unknown version "v99"/],
    ["v19/vax", /unknown arch "vax"/],
  ])("%s does not exist", (abi, message) => {
    expect(() => open(bytes, { abi })).toThrow(message);
  });
});

it("something else is no image", () => {
  const text = readFileSync(new URL("../../README.md", import.meta.url));
  expect(open(text).isNone).toBe(true);
  expect(open(new Uint8Array()).isNone).toBe(true);
  expect(open(image("v16-self-min.img").bytes).isNone).toBe(false);
});
