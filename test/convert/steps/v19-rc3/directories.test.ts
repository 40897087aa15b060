import { describe, expect, it } from "vitest";
import { convert, fields, losses, made, order, payloadOf, records } from "../../conversions.js";
import { clean, inventions, lengths, plain, without } from "../images.js";

const OLD = "v19-rc2-b/x86_32";
const NEW = "v19-rc3/x86_32";
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe("file-systems", () => {
  it("v19-rc2-b to v19-rc3: an object between memory and signal handlers, with / for both", async () => {
    const result = await clean(plain(OLD), OLD, "v19-rc3");
    const { image } = result;
    expect(order(records(image, "TASK_OBJS")[0]?.parent)).toEqual([
      ...["(FILE_TABLE)", "(MM)", "(FS)", "(SIGHAND)", "TASK_OBJS"],
      "process_signals",
    ]);
    expect(order(records(image, "FS")[0]?.parent)).toEqual(["FS", "cwd", "root"]);
    expect(["cwd", "root"].map((label) => text(payloadOf(image, label)))).toEqual(["/\0", "/\0"]);
    expect(lengths(image, "FS")).toEqual([8]);
    const refs = ["mm_objref", "fs_objref", "sighand_objref"];
    expect(fields(image, "TASK_OBJS", refs)).toEqual(
      refs.map((_, i) => records(image, ["MM", "FS", "SIGHAND"][i] as string)[0]?.parent?.object?.objref),
    );
    expect(lengths(image, "TASK_OBJS")).toEqual([32]);
    expect(inventions(result)).toEqual(["TASK_OBJS.fs_objref: /"]);
  });

  it("threads share that of their process", async () => {
    // The fourth task is a thread of the second.
    const bytes = without(OLD, ["SOCKET_INET"], 4);
    const { image } = await clean(bytes, OLD, "v19-rc3");
    const refs = [0, 1, 2, 3].map((task) => fields(image, "TASK_OBJS", ["fs_objref"], task)[0]);
    expect(new Set(refs).size).toBe(3);
    expect(refs[3]).toBe(refs[1]);
    expect(records(image, "FS")).toHaveLength(3);
  });

  it("the file creation mask of v23-rc1-a is the usual one", async () => {
    const { image } = await clean(plain("v22-arm/x86_64"), "v22-arm/x86_64", "v23-rc1-a");
    expect(fields(image, "FS", ["umask"])).toEqual([0o022]);
    expect(lengths(image, "FS")).toEqual([16]);
    const other = plain("v23-rc1-a/x86_64", "fs[0].umask=0o077");
    expect(losses(await clean(other, "v23-rc1-a/x86_64", "v22-arm"))).toEqual([`FS.umask: ${0o077}`]);
  });

  it("v19-rc3 to v19-rc2-b: directories other than / are lost", async () => {
    const result = await clean(plain(NEW, "fs[0].cwd=/home/me", "fs[0].root=/jail"), NEW, "v19-rc2-b");
    expect(records(result.image, "FS")).toEqual([]);
    expect(losses(result)).toEqual(["FILE_NAME.cwd: /home/me", "FILE_NAME.root: /jail"]);
    expect(losses(await clean(plain(NEW, "fs[0].cwd=/"), NEW, "v19-rc2-b"))).toEqual([]);
  });

  it("who shares directories with another process is lost", async () => {
    // The sixth task is a process that shares everything but signals with the first.
    const { report } = await convert(made(NEW, { tasks: 6, pages: 1 }), NEW, "v19-rc2-b");
    const shared = report.losses.filter(({ field }) => field === "fs_objref");
    expect(shared.map(({ count, why }) => [count, why])).toEqual([
      [1, expect.stringMatching(/share their directories/)],
    ]);
  });
});
