/** What a conversion reports before it writes, what it refuses, and how it treats damaged images. */

import { describe, expect, it } from "vitest";
import { planConversion } from "../../tools/convert/index.js";
import { NewObject, Numbering } from "../../tools/convert/numbering.js";
import { MemorySource, openImage } from "../../tools/image/index.js";
import { MemorySink } from "../../tools/write/index.js";
import { opened } from "../opened.js";
import { convert, converted, fields, made, payloadOf, records, textOf } from "./conversions.js";

const V21 = "v21/x86_64";

describe("a plan", () => {
  it("lists steps and losses by boundary, with places and values", () => {
    const { report, isLossless, isPossible } = planConversion(opened(made("v23-rc1-a/x86_64"), "v23-rc1-a/x86_64"), {
      to: "v22-arm",
    });
    expect([isPossible, isLossless]).toEqual([true, false]);
    expect(report.from).toBe("v23-rc1-a/x86_64");
    expect(report.steps.map(({ step }) => step)).toEqual(
      expect.arrayContaining(["socket-markers", "peer-credentials", "queued-signals", "semaphore-undo"]),
    );
    const stack = report.losses.find(({ field }) => field === "sas_ss_sp");
    expect(stack).toMatchObject({
      boundary: "v23-rc1-a → v22-arm",
      step: "fields",
      record: "TASK",
      why: "v22-arm has no such field",
      count: 2,
    });
    expect(stack?.examples.map(({ place }) => place)).toEqual(["task 3", "task 6"]);
    expect(stack?.examples[0]?.value).toMatch(/^\d+$/);
  });

  it("keeps few examples of many losses", () => {
    const { report } = planConversion(opened(made("v23-rc2/x86_64", { plain: true, tasks: 50 }), "v23-rc2/x86_64"), {
      to: "v21",
    });
    expect(report.losses.map(({ count, examples }) => [count, examples.length])).toEqual([[50, 10]]);
  });
});

describe("writing", () => {
  it("wants losses allowed, and writes nothing before", async () => {
    const conversion = planConversion(opened(made("v23-rc1-a/x86_64"), "v23-rc1-a/x86_64"), { to: "v21" });
    const sink = new MemorySink();
    await expect(conversion.write(sink)).rejects.toMatchObject({ name: "RefusalError", code: "lossy-conversion" });
    expect(sink.bytes.length).toBe(0);
    const written = await conversion.write(sink, { allowLoss: true });
    expect(sink.bytes.length).toBe(written);
  });

  it("refuses what is impossible in any case", async () => {
    const conversion = planConversion(opened(made("v23-rc2/x86_64"), "v23-rc2/x86_64"), { to: "v21" });
    await expect(conversion.write(new MemorySink(), { allowLoss: true })).rejects.toThrow(/huge pages/);
  });

  it("gives the same bytes each time", async () => {
    const conversion = planConversion(opened(made(V21), V21), { to: "v23-rc2" });
    const [one, other] = [new MemorySink(), new MemorySink()];
    await conversion.write(one);
    await conversion.write(other);
    expect(Buffer.compare(one.bytes, other.bytes)).toBe(0);
  });

  it.each([
    // The struct is unchanged, so its padding is preserved.
    ["TREE", 13, "v23-rc2-arm", 0xaa],
    // The target has one more field.
    ["VMA", 76, "v23-rc1-c", 0],
  ])("padding of %s", async (name, at, to, there) => {
    const bytes = made("v23-rc2/x86_64", { plain: true });
    const [first] = records(opened(bytes, "v23-rc2/x86_64"), name);
    bytes[(first?.offset ?? 0) + at] = 0xaa;
    const { image: result, report } = await converted(bytes, "v23-rc2/x86_64", to);
    const place = records(result, name)[0]?.record as { readonly offset: number; readonly length: number };
    const window = result.source.window(place.offset, place.length);
    const found = at < place.length ? result.source.view.getUint8(window + at) : 0;
    expect(found).toBe(there);
    expect(report.losses.filter(({ record }) => record === name)).toEqual([]);
    expect(report.leftovers.map(({ record, why, examples }) => [record, why, examples[0]?.value])).toEqual(
      there === 0
        ? [
            [
              name,
              "bytes between the fields do not come along, because the struct has another form on the way",
              "0000aa000000",
            ],
          ]
        : [],
    );
  });
});

describe("the target", () => {
  const image = opened(made(V21), V21);

  it("has the architecture of the image", () => {
    expect(() => planConversion(image, { to: "v21/s390x" })).toThrow(
      expect.objectContaining({ code: "conversion-target" }),
    );
    expect(() => planConversion(image, { to: "v21/s390x" })).toThrow(/x86_64 and cannot become one of s390x/);
    expect(() => planConversion(image, { to: "v16" })).toThrow(/v16 has no x86_64/);
    expect(() => planConversion(image, { to: "v99" })).toThrow(/unknown version "v99"/);
    expect(() => planConversion(image, { to: "v21", kernel: "3" })).toThrow(
      expect.objectContaining({ code: "conversion-target" }),
    );
  });

  it("has revision, architecture number and kernel of its own", async () => {
    const old = made("v19-rc2-b/x86_64");
    const { bytes = new Uint8Array(0) } = await convert(old, "v19-rc2-b/x86_64", "v23-rc2", {
      kernel: "2.6.37",
      version: "#7",
      machine: "x86_64",
    });
    const result = opened(bytes, "v23-rc2/x86_64");
    expect(fields(result, "HEADER", ["rev", "arch_id", "major", "minor", "patch"])).toEqual([6, 2, 2, 6, 37]);
    expect(["release", "version", "machine"].map((label) => textOf(result, label))).toEqual([
      "2.6.37-ckpt",
      "#7",
      "x86_64",
    ]);
    expect(payloadOf(result, "release").length).toBe(65);
  });

  it("can be the same version for another kernel", async () => {
    const { bytes, report } = await convert(made(V21), V21, "v21", { kernel: "2.6.34", release: "2.6.34-mine" });
    expect(report.steps).toEqual([]);
    const result = opened(bytes as Uint8Array, V21);
    expect(textOf(result, "release")).toBe("2.6.34-mine");
    const same = await convert(made(V21), V21, "v21");
    expect(Buffer.compare(same.bytes as Uint8Array, made(V21))).toBe(0);
  });
});

describe("an image that is not as it should be", () => {
  it("is refused when it is damaged", () => {
    const bytes = made(V21);
    const cut = openImage(new MemorySource(bytes.subarray(0, bytes.length - 100)), { abi: V21 });
    expect(() => planConversion(cut, { to: "v23-rc2" })).toThrow(expect.objectContaining({ code: "damaged-image" }));
    expect(() => planConversion(cut, { to: "v23-rc2" })).toThrow(/damaged/);
  });

  it("keeps records of unknown types as long as the type means nothing else", async () => {
    const strange = withRecord(made(V21, { plain: true }), 777);
    const { image, report } = await converted(strange, V21, "v23-rc2");
    expect(report.losses).toEqual([]);
    expect([...image.root].filter(({ record }) => record?.type === 777).length).toBe(1);
    // 404 is the record of a huge page from v23-rc2 on, and 506 that of semaphore undo lists from v23-rc1-a on.
    const taken = await converted(withRecord(made(V21, { plain: true }), 506), V21, "v23-rc2");
    expect(taken.report.losses.map(({ boundary, examples }) => [boundary, examples[0]?.value])).toEqual([
      ["v22-arm → v23-rc1-a", "type 506"],
    ]);
  });

  it("loses what stands behind its end", async () => {
    const bytes = made(V21, { plain: true });
    const [tail] = records(opened(bytes, V21), "TAIL");
    const twice = Buffer.concat([bytes, bytes.subarray(tail?.offset)]);
    const result = await converted(twice, V21, "v21");
    expect(result.report.losses).toMatchObject([{ record: "TAIL", step: "end", count: 1 }]);
    expect(Buffer.compare(result.bytes, bytes)).toBe(0);
  });

  it("keeps the message of a kernel that gave up", async () => {
    const { image } = await converted(made(V21, { error: "no way" }), V21, "v23-rc2");
    expect(image.end).toBe("error");
    expect(payloadOf(image, "message")).toEqual(new Uint8Array(Buffer.from("\0no way")));
  });
});

/** The image with an additional record of a type before its tail. */
function withRecord(bytes: Uint8Array, type: number): Uint8Array {
  const [tail] = records(opened(bytes, V21), "TAIL");
  const at = tail?.offset ?? 0;
  const record = Buffer.alloc(12);
  record.writeUInt32LE(type, 0);
  record.writeUInt32LE(12, 4);
  return Buffer.concat([bytes.subarray(0, at), record, bytes.subarray(at)]);
}

describe("numbers of objects", () => {
  it("move up for new objects and close up behind removed ones", () => {
    const numbering = new Numbering();
    const survey = [new NewObject(), new NewObject()];
    for (const objref of [1, 2, survey[0], 3, 5, survey[1], 4]) numbering.numberOf(objref as number);
    numbering.remove(2);
    numbering.addFirst(3);
    numbering.settle();
    expect(numbering.isIdentity).toBe(false);
    const again = [new NewObject(), new NewObject()];
    // Three new objects before all others, one after 2, which is removed, and one after the greatest.
    expect([1, again[0], 3, 5, again[1], 4].map((objref) => numbering.numberOf(objref as number))).toEqual([
      4, 5, 6, 8, 9, 7,
    ]);
    expect([0, -1, -4096].map((objref) => numbering.numberOf(objref))).toEqual([0, -1, -4096]);
  });
});
