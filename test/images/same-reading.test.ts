import { describe, expect, it, test } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { abisOf, formatOf } from "../../tools/image/detect.js";
import { type ImageFormat, MemorySource } from "../../tools/image/index.js";
import { readsAlike } from "../../tools/image/same-reading.js";
import { type ImageTree, readTree } from "../../tools/image/tree.js";
import { MemorySink } from "../../tools/write/sink.js";
import { makeImage } from "../make-image/make.js";

function made(abi: string): MemorySource {
  const sink = new MemorySink();
  makeImage({ abi, tasks: 3, pages: 4 }, sink);
  return new MemorySource(sink.bytes);
}

/** The place and type of everything in an image. */
function reading({ table, problems }: ImageTree): string[] {
  const rows = Array.from({ length: table.size }, (_, row) => {
    const { rule, kind, step } = table.roleOf(row);
    return [table.offsetOf(row), table.lengthOf(row), rule, kind?.name, step?.entry.as].join(" ");
  });
  return [...rows, ...problems.map(({ message }) => message)];
}

function format(name: string): ImageFormat {
  const [version = "", arch = ""] = name.split("/");
  return formatOf(registry.abi(version, arch));
}

describe.each(abisOf().map((abi) => abi.name))("an image of %s", (name) => {
  const source = made(name);
  const own = format(name);
  const tree = readTree(own, source);

  it("is read in the same way by all versions of which that is said", () => {
    const { arch } = own.abi.target;
    const alike = abisOf()
      .filter(({ target }) => target.arch === arch)
      .map((abi) => formatOf(abi))
      .filter((other) => readsAlike(own, other, tree.table.types));
    expect(alike).toContain(own);
    for (const other of alike) expect(reading(readTree(other, source)), other.abi.name).toEqual(reading(tree));
  });
});

test("a record for which only one version has a place tells two versions apart, if the image has it", () => {
  const vpids = format("v20-b/x86_64").kind("VPIDS")?.number as number;
  const types = readTree(format("v21/x86_64"), made("v21/x86_64")).table.types;
  expect(types.has(vpids)).toBe(false);
  expect(readsAlike(format("v21/x86_64"), format("v20-b/x86_64"), types)).toBe(true);
  expect(readsAlike(format("v20-b/x86_64"), format("v21/x86_64"), types)).toBe(true);
  expect(readsAlike(format("v21/x86_64"), format("v20-b/x86_64"), [...types, vpids])).toBe(false);
  expect(readsAlike(format("v20-b/x86_64"), format("v21/x86_64"), [...types, vpids])).toBe(false);
});
