import { describe, expect, it } from "vitest";
import { converted, fields, losses, order, payloadOf, records } from "../../conversions.js";
import { clean, lengths, plain, returns, rewritten } from "../images.js";

const registers = (image: Parameters<typeof records>[0]) => order(records(image, "CPU")[0]?.parent);

describe("s390-threads", () => {
  it("v19-rc2-b to v19-rc3: a record without flags", async () => {
    const source = plain("v19-rc2-b/s390x");
    const { image } = await clean(source, "v19-rc2-b/s390x", "v19-rc3");
    expect(registers(image)).toEqual(["THREAD", "RESTART_BLOCK", "CPU"]);
    expect(payloadOf(image, "THREAD")).toEqual(new Uint8Array(8));
    expect(await returns(source, "v19-rc2-b/s390x", "v19-rc3")).toBe(true);
  });

  it("v19-rc3 to v19-rc2-b: flags are lost", async () => {
    const result = await clean(
      plain("v19-rc3/s390x", "task[0].thread=0000000000020000", "fs[0].cwd=/"),
      "v19-rc3/s390x",
      "v19-rc2-b",
    );
    expect(losses(result)).toEqual(["THREAD.thread_info_flags: 0000000000020000"]);
    expect(registers(result.image)).toEqual(["RESTART_BLOCK", "CPU"]);
    const none = await clean(plain("v19-rc3/s390x", "fs[0].cwd=/"), "v19-rc3/s390x", "v19-rc2-b");
    expect(losses(none)).toEqual([]);
  });

  it("other architectures have nothing to do with it", async () => {
    const { report } = await clean(plain("v19-rc2-b/x86_64"), "v19-rc2-b/x86_64", "v19-rc3");
    expect(report.steps.map(({ step }) => step)).not.toContain("s390-threads");
  });
});

describe("s390-thread-flags", () => {
  it("v19-rc3 to v19 and back: the eight bytes are a big-endian word", async () => {
    const source = plain("v19-rc3/s390x", "task[0].thread=0000000000020001");
    const { image } = await clean(source, "v19-rc3/s390x", "v19");
    expect(fields(image, "THREAD", ["thread_info_flags"])).toEqual([0x2_0001]);
    expect(lengths(image, "THREAD")).toEqual([16]);
    expect(await returns(source, "v19-rc3/s390x", "v19")).toBe(true);
  });

  it("v19 to v19-rc3: likewise", async () => {
    const source = plain("v19/s390x", "task[0].thread.thread_info_flags=0x12");
    const { image } = await clean(source, "v19/s390x", "v19-rc3");
    expect(payloadOf(image, "THREAD")).toEqual(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0x12]));
  });

  it("v19-rc3 to v19: flags that are fewer bytes are lost", async () => {
    const source = rewritten(plain("v19-rc3/s390x"), "v19-rc3/s390x", (nodes) => {
      const thread = nodes.find(({ record }) => record === "THREAD");
      if (thread) thread.bytes = { hex: "00020001" };
    });
    const result = await converted(source, "v19-rc3/s390x", "v19");
    expect(losses(result)).toEqual(["THREAD: 00020001"]);
    expect(fields(result.image, "THREAD", ["thread_info_flags"])).toEqual([0]);
  });
});
