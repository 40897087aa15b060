import { describe, expect, it } from "vitest";
import { convert, edited, fields, losses, made, obstacles } from "../../conversions.js";
import { clean, lengths, plain } from "../images.js";

const V16 = "v16/x86_32";
const V17 = "v17/x86_32";
const SELECTORS = ["cs", "ss", "ds", "es", "fs", "gs"];
const ENCODED = ["cs", "ss", "ds", "es", "fsindex", "gsindex"];
const TLS = 0x4000;
const LDT = 0x8000;
const cpu = (...values: string[]) => values.map((value) => `task[0].cpu.${value}`);

describe("encoded-selectors", () => {
  it("v16 to v17: codes for the segments of user programs", async () => {
    // Entry 12 of the LDT, and the last of the three descriptors for thread-local storage, which are 6 to 8 of the GDT.
    const source = plain(V16, ...cpu("fs=0x67", "gs=0x43", "ds=0", "bx=0x1234", "orig_ax=0x77"));
    const { image } = await clean(source, V16, "v17");
    expect(fields(image, "CPU", ENCODED)).toEqual([1, 2, 0, 2, LDT + 12, TLS + 2]);
    // Those fields hold segment bases in v17.
    expect(fields(image, "CPU", ["fs", "gs", "bx", "orig_ax"])).toEqual([0, 0, 0x1234, 0x77]);
    expect(lengths(image, "CPU")).toEqual([240]);
  });

  it("selectors of the kernel are refused", async () => {
    for (const field of SELECTORS)
      expect(obstacles(await convert(plain(V16, ...cpu(`${field}=0x60`)), V16, "v17"))).toEqual([`CPU.${field}`]);
  });

  it("a selector without the privilege of users does not come back as it was", async () => {
    const result = await clean(plain(V16, ...cpu("gs=0x40")), V16, "v17");
    expect(fields(result.image, "CPU", ["gsindex"])).toEqual([TLS + 2]);
    expect(losses(result)).toEqual(["CPU.gs: 64"]);
  });

  it("whether debug registers are used is lost only where they tell otherwise", async () => {
    const used = plain(V16, ...cpu("debugreg0=0x8048000", "debugreg7=0x401", "uses_debug=1"));
    const result = await clean(used, V16, "v17");
    expect(fields(result.image, "CPU", ["debugreg0", "debugreg7"])).toEqual([0x8048000, 0x401]);
    expect(losses(result)).toEqual([]);
    expect(losses(await clean(plain(V16, ...cpu("uses_debug=1")), V16, "v17"))).toEqual(["CPU.uses_debug: 1"]);
  });

  it("v17 to v16: the selectors of a kernel for i386", async () => {
    const source = edited(
      made(V17, { tasks: 1, pages: 1 }),
      V17,
      ...cpu(`fsindex=${LDT + 12}`, `gsindex=${TLS + 2}`, "es=0", "debugreg7=0x402"),
    );
    const result = await clean(source, V17, "v16");
    expect(fields(result.image, "CPU", SELECTORS)).toEqual([0x73, 0x7b, 0x7b, 0, 0x67, 0x43]);
    expect(fields(result.image, "CPU", ["uses_debug", "debugreg7"])).toEqual([1, 0x402]);
    expect(lengths(result.image, "CPU")).toEqual([264]);
    expect(losses(result).filter((text) => text.startsWith("CPU"))).toEqual([]);
  });

  it("bases of segments are lost", async () => {
    const result = await clean(plain(V17, ...cpu("gs=0xb7000000")), V17, "v16");
    expect(losses(result)).toContain(`CPU.gs: ${0xb700_0000}`);
  });
});
