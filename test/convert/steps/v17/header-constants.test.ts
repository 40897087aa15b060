import { describe, expect, it } from "vitest";
import { fields, losses } from "../../conversions.js";
import { clean, lengths, plain } from "../images.js";

const TEXTS = ["uts_release_len", "uts_version_len", "uts_machine_len"];
const constants = (...names: string[]) => names.map((name) => `constants.${name}`);

describe("header-constants", () => {
  it("v16 to v17: lengths of texts move into the block, and those of other things join them", async () => {
    const source = plain("v16/x86_32", "header.time=1234567890", "header.uflags=0");
    const { image } = await clean(source, "v16/x86_32", "v17");
    expect(fields(image, "HEADER", constants(...TEXTS))).toEqual([65, 65, 65]);
    expect(fields(image, "HEADER", constants("uts_sysname_len", "uts_nodename_len", "uts_domainname_len"))).toEqual([
      65, 65, 65,
    ]);
    expect(fields(image, "HEADER", constants("task_comm_len", "signal_nsig", "at_vector_size"))).toEqual([16, 64, 176]);
    expect(fields(image, "HEADER", ["time", "uflags", "task_comm_len"])).toEqual([1234567890, 0, undefined]);
    expect(fields(image, "TASK", ["task_comm_len"])).toEqual([undefined]);
  });

  it("v17 to v16: back to the header, and the length of names back to the tasks", async () => {
    const source = plain("v17/x86_32", "header.constants.task_comm_len=16");
    const result = await clean(source, "v17/x86_32", "v16");
    expect(fields(result.image, "HEADER", TEXTS)).toEqual([65, 65, 65]);
    expect(fields(result.image, "TASK", ["task_comm_len"])).toEqual([16]);
    expect(lengths(result.image, "HEADER")).toEqual([48]);
    expect(losses(result).filter((text) => text.startsWith("HEADER"))).toEqual([]);
  });
});

describe("terminal-constants", () => {
  const NAMES = constants("rlimit_nlimits", "n_tty_buf_size", "tty_termios_nccs");

  it("v17 to v18: limits and terminals", async () => {
    const { image } = await clean(plain("v17/s390x"), "v17/s390x", "v18");
    expect(fields(image, "HEADER", NAMES)).toEqual([16, 4096, 8]);
  });

  it("v18 to v17: not there, and nothing is lost", async () => {
    const result = await clean(plain("v18/s390x"), "v18/s390x", "v17");
    expect(fields(result.image, "HEADER", NAMES)).toEqual([undefined, undefined, undefined]);
    expect(losses(result).filter((text) => text.startsWith("HEADER"))).toEqual([]);
  });
});
