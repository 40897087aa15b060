import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { decodeRecord, encodeRecord, ImageFormat, MemorySource, readTree } from "../../tools/image/index.js";
import { ABIS, enumerators, recordsOf, SOME_ABIS } from "./abis.js";
import { makeBytes } from "./make.js";

function formatOf(abi: string): ImageFormat {
  const [version = "", arch = ""] = abi.split("/");
  return new ImageFormat(registry.abi(version, arch));
}

describe.each(ABIS)("%s", (abi) => {
  const format = formatOf(abi);
  const bytes = makeBytes({ abi });
  const source = new MemorySource(bytes);
  const tree = readTree(format, source);

  it("is complete and without a problem", () => {
    expect(tree.problems).toEqual([]);
    expect(tree.end).toBe("complete");
  });

  it("has every record, object, kind of file and kind of mapping of the version", () => {
    const records = new Set<string>();
    const objects = new Set<string>();
    const kinds = { FILE: new Set<number>(), VMA: new Set<number>() };
    for (const { record, object } of tree.root) {
      if (record) records.add(record.name);
      if (object) objects.add(object.type);
      if (record?.name === "FILE" || record?.name === "VMA") {
        const place = record.kind?.place(record.kind.struct, record.name === "FILE" ? "f_type" : "vma_type");
        const at = source.window(record.offset, record.length);
        kinds[record.name].add(Number(place?.read(source.view, at, format.littleEndian)));
      }
    }
    const wanted = [...recordsOf(format)].filter((name) => name !== "ERROR");
    expect(wanted.filter((name) => !records.has(name))).toEqual([]);
    const framed = [...format.abi.objects.values()].filter(({ framed }) => format.abi.valueOf(framed) === true);
    expect(framed.map(({ name }) => name).filter((name) => !objects.has(name))).toEqual([]);
    const never = [
      "CKPT_FILE_IGNORE",
      "CKPT_VMA_IGNORE",
      "CKPT_VMA_SHM_IPC",
      abi.endsWith("/arm") ? "CKPT_VMA_VDSO" : "",
    ];
    const missing = (enumeration: string, found: ReadonlySet<number>) =>
      enumerators(format, enumeration).filter((name) => !never.includes(name) && !found.has(format.constant(name)));
    expect(missing("file_type", kinds.FILE)).toEqual([]);
    expect(missing("vma_type", kinds.VMA)).toEqual([]);
  });

  it("decodes and encodes to the same bytes", () => {
    for (const { record, contains } of tree.root) {
      if (!record) continue;
      const original = bytes.subarray(record.offset, record.end);
      const decoded = decodeRecord(format, source, record, contains);
      if (Buffer.compare(encodeRecord(format, decoded), original) !== 0)
        expect.fail(`${record.title} at ${record.offset} does not come back from its values alone`);
    }
  });
});

describe.each(SOME_ABIS)("%s with other options", (abi) => {
  const format = formatOf(abi);
  const read = (bytes: Uint8Array, as = format) => readTree(as, new MemorySource(bytes));

  it.each([
    { container: true },
    { plain: true },
    { tasks: 1 },
    { tasks: 3, container: true },
    { tasks: 20, vmas: 25, pages: 70 },
    { pages: 0 },
  ])("$tasks tasks, $vmas vmas, $pages pages, container $container, plain $plain", (options) => {
    const { end, problems } = read(makeBytes({ abi, ...options }));
    expect({ end, problems }).toEqual({ end: "complete", problems: [] });
  });

  it("with pages of 64 KiB", () => {
    const large = new ImageFormat(format.abi, { pageSize: 65536 });
    const { end, problems } = read(makeBytes({ abi, pageSize: 65536 }), large);
    expect({ end, problems }).toEqual({ end: "complete", problems: [] });
  });

  it("ends with an error in place of the tail", () => {
    const { root, end, problems } = read(makeBytes({ abi, error: "[err -16] device is busy\n" }));
    expect({ end, problems }).toEqual({ end: "error", problems: [] });
    const names = root.children.flatMap(({ record }) => (record ? [record.name] : []));
    expect(names).not.toContain("TAIL");
    const [error] = root.rules("error");
    expect(error?.children.map(({ record }) => record?.name)).toEqual(["ERROR", "STRING"]);
  });
});
