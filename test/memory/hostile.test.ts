import { describe, expect, it } from "vitest";
import { ABIS, ABSURDITIES, askEverything, subjectWith } from "./absurdities.js";
import { made, nodesOf, subjectOf } from "./subjects.js";

describe.each(ABIS)("%s", (abi) => {
  it.each(ABSURDITIES)("with %s: every question has an answer", async (_, change) => {
    await askEverything(subjectWith(abi, change));
  });
});

describe("an image that ends early", () => {
  it("answers for every length, and says where it does not know", () => {
    const { bytes } = made("v21/x86_64", { tasks: 1, pages: 6 });
    for (let length = 0; length < bytes.length; length += 1237) {
      const { chosen } = subjectOf(bytes.slice(0, length), "v21/x86_64");
      for (const { memory } of chosen)
        for (const { backing, start, end } of memory.all()) {
          if (backing.kind !== "image") continue;
          expect(BigInt(backing.offset) + end - start).toBeLessThanOrEqual(BigInt(length));
        }
    }
  });

  it("does not take pages for untouched that it has lost", () => {
    const whole = made("v21/x86_64", { tasks: 1, pages: 12 });
    const batch = nodesOf(whole.image, "mapping")
      .reverse()
      .find((rule) => rule.first("contents")?.find("BUFFER"));
    const record = batch?.first("contents")?.find("BUFFER")?.record;
    if (!record) throw new Error("no pages");
    const { chosen } = subjectOf(whole.bytes.slice(0, record.end - 1), "v21/x86_64");
    const memory = chosen[0]?.memory;
    const lost = [...(memory?.all() ?? [])].at(-1);
    expect(lost?.backing).toEqual({ kind: "unknown", why: "the image ends among its pages" });
  });
});
