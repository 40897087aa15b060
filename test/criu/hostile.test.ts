/** Images with wrong values: a plan says what is in the way, or the image is refused as damaged. Nothing else is thrown, and nothing is half written. */
import { describe, expect, it } from "vitest";
import { planDump } from "../../tools/criu/index.js";
import { InputError } from "../../tools/errors/input-error.js";
import { RefusalError } from "../../tools/errors/refusal-error.js";
import type { Image } from "../../tools/image/index.js";
import { MemorySink } from "../../tools/write/index.js";
import { SOME_ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";
import { opened } from "../opened.js";
import { ABI, altered, said } from "./object-dumps.js";

/** Numbers from 0 up to but not including a limit, the same in every run. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Bytes that change signs, sizes and counts most. */
const BYTES = [0xff, 0x7f, 0x80, 0, 1];
/** Images of each version. */
const TIMES = 60;
const HEADER = 8;
/** Records beyond this length are pages and other bulk. */
const BULK = 400;

/** Plans and writes a dump; undefined if that is refused. */
async function writtenFiles(image: Image): Promise<number | undefined> {
  let files = 0;
  try {
    const plan = planDump(image);
    const sink = {
      file() {
        files++;
        return new MemorySink();
      },
    };
    await plan.write(sink, { allowLoss: true });
    expect(plan.isPossible).toBe(true);
  } catch (error) {
    if (!(error instanceof InputError || error instanceof RefusalError)) throw error;
    expect(files).toBe(0);
    return undefined;
  }
  return files;
}

describe.each(SOME_ABIS)("%s with wrong values", (abi) => {
  it("is planned or refused", async () => {
    const original = makeBytes({ abi });
    const random = numbers(abi.length);
    const records = [...opened(original, abi).root].flatMap(({ rule, record }) =>
      rule === undefined && record && record.length > HEADER && record.length < BULK ? [record] : [],
    );
    for (let i = 0; i < TIMES; i++) {
      const bytes = Uint8Array.from(original);
      for (let changes = random(3); changes >= 0; changes--) {
        const { offset, length, end } = records[random(records.length)] ?? { offset: 0, length: HEADER, end: 0 };
        const at = offset + HEADER + random(length - HEADER);
        bytes.fill(BYTES[random(BYTES.length)] ?? 0, at, Math.min(end, at + 1 + random(HEADER)));
      }
      await writtenFiles(opened(bytes, abi));
    }
  });
});

describe("it is in the way", () => {
  it("that a descriptor has no number", () => {
    const image = altered((one) => one.set(one.record("FILE_DESC"), "fd_descriptor", -5));
    expect(said(planDump(image), "obstacles", "FILE_DESC")).toEqual(["fd_descriptor: no descriptor has such a number"]);
  });

  it("that a process descends from itself, or has the number of another one", () => {
    const set = (index: number, path: string, value: number) =>
      altered((one) => one.setElement(one.record("BUFFER", { label: "pids" }), "ckpt_task_pids", index, path, value));
    const tasks = planDump(set(0, "vpgid", 0)).needs.pids;
    const last = tasks.length - 2;
    expect(said(planDump(set(last, "vpid", -7)), "obstacles", "pids")[0]).toContain("vpid: the task has no number");
    expect(said(planDump(set(last, "vpid", tasks[1] ?? 0)), "obstacles", "pids")[0]).toBe(
      "vpid: two tasks of the image have the same number",
    );
    // The leader becomes a child of its own child.
    expect(said(planDump(set(1, "vppid", tasks[2] ?? 0)), "obstacles", "pids")).toEqual([
      "vppid: the process does not descend from the first task",
    ]);
  });

  it("that a mapping does not consist of pages, or lies beyond the end of every file", () => {
    const odd = altered((one) =>
      one.set(one.record("VMA"), "vm_start", BigInt(one.value(one.record("VMA"), "vm_start") + 3)),
    );
    expect(said(planDump(odd), "obstacles", "VMA")).toContain(
      "vm_start: the mapping does not begin and end with pages",
    );
    const far = altered((one) => one.set(one.record("VMA"), "vm_pgoff", 1n << 60n));
    expect(said(planDump(far), "obstacles", "VMA")).toContain("vm_pgoff: no file is so long");
  });

  it("and then nothing is written", async () => {
    expect(await writtenFiles(altered((one) => one.set(one.record("FILE_DESC"), "fd_descriptor", -5)))).toBeUndefined();
    expect(await writtenFiles(altered(() => {}, { abi: ABI }))).toBeGreaterThan(20);
  });
});
