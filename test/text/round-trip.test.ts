import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { IMAGES, realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { firstDifference, imageOf, nodesOf, type Parsed, roundTrip, textOf } from "./text.js";

describe("the text gives the same image, byte by byte", () => {
  for (const { name, bytes } of IMAGES)
    it(`real image ${name}`, () => {
      expect(roundTrip(bytes)).toBeUndefined();
    });

  for (const version of registry.versions)
    it(`made images of ${version}`, () => {
      for (const arch of registry.arches(version)) {
        const abi = `${version}/${arch}`;
        expect([abi, roundTrip(makeBytes({ abi, pages: 2 }), { abi })]).toEqual([abi, undefined]);
      }
    });

  it("a container, with a page size that is not the usual one", () => {
    const bytes = makeBytes({ abi: "v21/s390x", pageSize: 16384, container: true, plain: true });
    const text = textOf(bytes, { abi: "v21/s390x", pageSize: 16384 });
    expect(firstDifference(imageOf(text), bytes)).toBeUndefined();
    expect(nodesOf(text).filter(({ positions }) => positions !== undefined).length).toBeGreaterThan(0);
  });

  it("also when it is read as another version than its own", () => {
    const bytes = makeBytes({ abi: "v21/x86_64" });
    for (const abi of ["v16/x86_32", "v18/x86_64", "v23-rc2/s390x"]) expect(roundTrip(bytes, { abi })).toBeUndefined();
  });
});

describe("the text after other programs", () => {
  const bytes = makeBytes({ abi: "v21/x86_64", pages: 1 });
  const text = textOf(bytes);

  it("indented", () => {
    expect(firstDifference(imageOf(JSON.stringify(JSON.parse(text), null, "\t")), bytes)).toBeUndefined();
  });

  it("on one line, behind a byte order mark", () => {
    expect(firstDifference(imageOf(`\ufeff${JSON.stringify(JSON.parse(text))}`), bytes)).toBeUndefined();
  });

  it("with sorted keys, as jq -S has them", () => {
    expect(firstDifference(imageOf(JSON.stringify(sorted(JSON.parse(text)))), bytes)).toBeUndefined();
  });
});

function sorted(value: Parsed): Parsed {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

describe("what a reader sees", () => {
  const text = textOf(makeBytes({ abi: "v23-rc2/s390x", pages: 1 }));
  const nodes = nodesOf(text);
  const find = (like: object) =>
    nodes.find((node) => Object.entries(like).every(([name, value]) => node[name] === value));

  it("a document that says how to read it", () => {
    const { records: _, ...head } = nodes[0];
    expect(head).toEqual({ format: "ckpt-text/1", abi: "v23-rc2/s390x", page_size: 4096 });
  });

  it("a record per line", () => {
    const lines = text.split("\n").filter((line) => line.includes('"record"'));
    expect(lines.length).toBe(nodes.filter(({ record }) => record !== undefined).length);
    for (const line of lines) expect(line.match(/"record":/g)).toHaveLength(1);
  });

  it("names of enumerators and flags, in the notation of the field", () => {
    const { bytes } = realImage("v16-self-files.img");
    expect(nodesOf(textOf(bytes)).find(({ record }) => record === "VMA").fields).toMatchObject({
      vma_type: "CKPT_VMA_FILE",
      vm_start: "0x8048000",
      vm_flags: "VM_READ|VM_EXEC|VM_MAYREAD|VM_MAYWRITE|VM_MAYEXEC|VM_DENYWRITE|VM_EXECUTABLE|VM_CAN_NONLINEAR",
    });
    expect(find({ record: "FILE" }).fields.common.f_type).toMatch(/^CKPT_FILE_/);
    expect(find({ record: "NETDEV" }).fields.hwaddr).toBe("00:00:00:00:00:00");
    expect(find({ as: "device_addresses" }).elements[0].inet4_local).toBe("127.0.0.1");
    expect(find({ record: "OBJREF", rule: "MM" }).fields.objtype).toBe("CKPT_OBJ_MM");
  });

  it("arrays at the end of a struct among its fields, tables of pids as numbers, texts without their NULs", () => {
    const { fields } = find({ record: "GROUPINFO" });
    expect(fields.groups).toHaveLength(fields.ngroups);
    expect(find({ as: "pid_table" }).pids).toContainEqual([1000]);
    expect(find({ as: "task_name" })).toMatchObject({ text: expect.stringMatching(/^\w+$/), size: 16 });
  });

  it("pages with their positions", () => {
    const { positions, pages } = find({ as: "page_batch" });
    expect(positions[0]).toMatch(/^0x[0-9a-f]+$/);
    expect(Buffer.from(pages.base64, "base64")).toHaveLength(4096 * positions.length);
  });
});
