import { describe, expect, it } from "vitest";
import { fields, losses, order, records } from "../../conversions.js";
import { clean, lengths, plain, without } from "../images.js";

const OLD = "v22-arm/x86_64";
const NEW = "v23-rc1-a/x86_64";

describe("semaphore-undo", () => {
  it("v22 to v23-rc1-a: a fourth reference in a record of the same length, to nothing", async () => {
    const { image } = await clean(plain(OLD), OLD, "v23-rc1-a");
    expect(fields(image, "TASK_OBJS", ["sem_undo_objref"])).toEqual([0]);
    expect(lengths(image, "TASK_OBJS")).toEqual([32]);
    const refs = ["files_objref", "mm_objref", "fs_objref", "sighand_objref"];
    const objects = fields(image, "TASK_OBJS", refs).map((objref) => image.objects.get(objref as number)?.object?.type);
    expect(objects).toEqual(["FILE_TABLE", "MM", "FS", "SIGHAND"]);
  });

  it("v23-rc1-a to v22: lists are lost, and the numbers of later objects close up", async () => {
    const source = without(NEW, []);
    const result = await clean(source, NEW, "v22-arm");
    const lost = result.report.losses.filter(({ field }) => field === "sem_undo_objref");
    expect(lost.map(({ record, count }) => [record, count])).toEqual([["TASK_OBJS", 1]]);
    for (const name of ["TASK_SEM_UNDO_LIST", "TASK_SEM_UNDO", "undo_adjustments"])
      expect(records(result.image, name)).toEqual([]);
    expect(order(records(result.image, "TASK_OBJS")[0]?.parent).slice(0, 4)).toEqual([
      "(FILE_TABLE)",
      "(MM)",
      "(FS)",
      "(SIGHAND)",
    ]);
    const [fs, sighand] = fields(result.image, "TASK_OBJS", ["fs_objref", "sighand_objref"]) as [number, number];
    expect(sighand).toBe(fs + 1);
    expect(losses(await clean(plain(NEW), NEW, "v22-arm"))).toEqual([]);
  });
});
