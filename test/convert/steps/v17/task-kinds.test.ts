import { describe, expect, it } from "vitest";
import { convert, made } from "../../conversions.js";
import { clean, plain } from "../images.js";

const V16 = "v16/x86_32";
const V17 = "v17/x86_32";

describe("exited-tasks-and-threads", () => {
  it("v17 to v16: both are refused, each where it stands", async () => {
    // The fourth task is a thread of the second, the fifth has exited.
    const { bytes, report } = await convert(made(V17, { tasks: 5, pages: 1 }), V17, "v16");
    expect(bytes).toBeUndefined();
    expect(
      report.obstacles.map(({ record, field, count, examples: [first] }) => [record, field, count, first?.value]),
    ).toEqual([
      ["BUFFER", "pids[3].vtgid", 1, "1001"],
      ["TASK", "exit_state", 1, "16"],
    ]);
  });

  it("ordinary tasks are none of them, and v16 has only such", async () => {
    expect((await clean(plain(V17), V17, "v16")).report.obstacles).toEqual([]);
    const { report } = await clean(plain(V16), V16, "v17");
    expect(report.steps.map(({ step }) => step)).not.toContain("exited-tasks-and-threads");
  });
});
