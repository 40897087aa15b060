import { describe, expect, it } from "vitest";
import { fields, order, records } from "../../conversions.js";
import { clean, plain, returns, rewritten } from "../images.js";

const live = (image: Parameters<typeof records>[0]) => order(image.root.rules("task")[0]?.first("live"));
const REGISTERS_FIRST = ["registers", "objects", "private_signals"];
const OBJECTS_FIRST = ["objects", "registers", "private_signals"];

/** Images with the old order; v18-dev-a accepts both orders. */
function objectsFirst(abi: string): Uint8Array {
  return rewritten(plain(abi, "task[0].cpu.bx=0x1234"), abi, (nodes) => {
    const { records } = nodes.find(({ rule }) => rule === "live");
    [records[0], records[1]] = [records[1], records[0]];
  });
}

describe("registers-first", () => {
  it("v18 to v18-dev-a: registers before objects", async () => {
    const source = plain("v18/x86_32", "task[0].cpu.bx=0x1234");
    const { image } = await clean(source, "v18/x86_32", "v18-dev-a");
    expect(live(image)).toEqual(REGISTERS_FIRST);
    expect(order(records(image, "CPU")[0]?.parent)).toEqual(["THREAD", "RESTART_BLOCK", "CPU"]);
    expect(fields(image, "CPU", ["bx"])).toEqual([0x1234]);
    expect(await returns(source, "v18/x86_32", "v18-dev-a")).toBe(true);
  });

  it("v18-dev-a to v18: behind them, in whatever order they were", async () => {
    for (const source of [plain("v18-dev-a/x86_32"), objectsFirst("v18-dev-a/x86_32")])
      expect(live((await clean(source, "v18-dev-a/x86_32", "v18")).image)).toEqual(OBJECTS_FIRST);
  });
});

describe("registers-always-first", () => {
  it("v18-dev-b to v19-rc1: before them, also where they were behind", async () => {
    for (const source of [plain("v18-dev-b/x86_32"), objectsFirst("v18-dev-b/x86_32")])
      expect(live((await clean(source, "v18-dev-b/x86_32", "v19-rc1")).image)).toEqual(REGISTERS_FIRST);
  });

  it("v19-rc1 to v18-dev-b: they stay", async () => {
    const { image } = await clean(plain("v19-rc1/x86_32"), "v19-rc1/x86_32", "v18-dev-b");
    expect(live(image)).toEqual(REGISTERS_FIRST);
  });
});
