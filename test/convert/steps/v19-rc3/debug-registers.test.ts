import { describe, expect, it } from "vitest";
import { opened } from "../../../opened.js";
import { fields, losses } from "../../conversions.js";
import { clean, lengths, plain } from "../images.js";

const REGISTERS = [0, 1, 2, 3, 6, 7].map((i) => `debugreg${i}`);

describe.each(["x86_32", "x86_64"])("debug-registers on %s", (arch) => {
  const older = `v19-rc2-b/${arch}`;

  it("v19-rc2-b to v19-rc3: 48 bytes less, and nothing is lost of registers at rest", async () => {
    // After a reset registers 6 and 7 are not zero.
    const source = plain(older, "task[0].cpu.debugreg6=0xffff0ff0", "task[0].cpu.debugreg7=0x400");
    const result = await clean(source, older, "v19-rc3");
    expect(lengths(opened(source, older), "CPU")).toEqual([240]);
    expect(lengths(result.image, "CPU")).toEqual([192]);
    expect(losses(result)).toEqual([]);
    // They come back as zero, which is reported.
    expect(
      result.report.leftovers.map(({ record, field, examples: [first] }) => [record, field, first?.value]),
    ).toEqual([
      ["CPU", "debugreg6", `${0xffff0ff0}`],
      ["CPU", "debugreg7", `${0x400}`],
    ]);
  });

  it("breakpoints are lost", async () => {
    const source = plain(older, "task[0].cpu.debugreg0=0x8048123", "task[0].cpu.debugreg7=0x401");
    expect(losses(await clean(source, older, "v19-rc3"))).toEqual([
      `CPU.debugreg0: ${0x8048123}`,
      `CPU.debugreg7: ${0x401}`,
    ]);
  });

  it("v19-rc3 to v19-rc2-b: zero", async () => {
    const source = plain(`v19-rc3/${arch}`, "task[0].cpu.bx=0x1234");
    const { image } = await clean(source, `v19-rc3/${arch}`, "v19-rc2-b");
    expect(fields(image, "CPU", ["bx", ...REGISTERS])).toEqual([0x1234, 0, 0, 0, 0, 0, 0]);
    expect(lengths(image, "CPU")).toEqual([240]);
  });
});
