import { describe, expect, it } from "vitest";
import { convert, fields, losses } from "../../conversions.js";
import { clean, lengths, plain, returns, without } from "../images.js";

const OLD = "v23-rc1-c/x86_64";
const NEW = "v23-rc2/x86_64";

describe("huge-pages", () => {
  it("v23-rc2 to v23-rc1-c: refused for mappings and segments that have them", async () => {
    const { report } = await convert(without(NEW, []), NEW, "v23-rc1-c");
    const found = report.obstacles.map(({ record, field, count, examples }) => [
      record,
      field,
      count,
      examples[0]?.value,
    ]);
    expect(found).toEqual([
      ["IPC_SHM", "shift", 1, "16"],
      ["VMA", "hugetlb_shift", 2, "16"],
    ]);
    expect(report.obstacles.map(({ why }) => why)).toEqual(new Array(2).fill(expect.stringMatching(/huge pages/)));
  });

  it("without them mappings get shorter, and segments keep all else", async () => {
    const source = without(NEW, ["HPAGE", "CKPT_VMA_HUGETLB"]);
    const { image } = await clean(source, NEW, "v23-rc1-c");
    expect(new Set(lengths(image, "VMA"))).toEqual(new Set([72]));
    expect(fields(image, "IPC_SHM", ["shm_segsz", "perms.id", "shift"])).toEqual([3 * 4096, 32769, undefined]);
  });

  it("v23-rc1-c to v23-rc2: mappings of ordinary pages", async () => {
    const source = plain(OLD);
    const result = await clean(source, OLD, "v23-rc2");
    expect(new Set(lengths(result.image, "VMA"))).toEqual(new Set([80]));
    expect(fields(result.image, "VMA", ["hugetlb_shift"])).toEqual([0]);
    expect(losses(result)).toEqual([]);
    expect(await returns(source, OLD, "v23-rc2")).toBe(true);
  });
});
