import { describe, expect, it } from "vitest";
import { fields, made, order, records } from "../../conversions.js";
import { clean, plain } from "../images.js";

const V16 = "v16/x86_32";
const V17 = "v17/x86_32";
const UTS = 0x0400_0000;
const IPC = 0x0800_0000;

describe("namespace-objects", () => {
  it("v16 to v17: both before the record of the set, with the numbers that it had for them", async () => {
    const { image } = await clean(plain(V16), V16, "v17");
    const set = records(image, "NS")[0]?.parent;
    expect(order(set)).toEqual(["(UTS_NS)", "(IPC_NS)", "NS"]);
    expect(order([...(set?.each() ?? [])][1])).toEqual(["ipc_namespace"]);
    // Numbered after four objects of credentials.
    expect([set?.object?.objref, ...fields(image, "NS", ["uts_objref", "ipc_objref", "flags"])]).toEqual([
      5,
      6,
      7,
      undefined,
    ]);
    expect([...image.objects.keys()].slice(0, 7)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("a set that shares its IPC namespace only has the other one in front", async () => {
    // The second task has a host name of its own.
    const { image } = await clean(made(V16, { tasks: 2, pages: 1 }), V16, "v17");
    expect(order(records(image, "NS")[1]?.parent)).toEqual(["(UTS_NS)", "NS"]);
    expect(fields(image, "NS", ["ipc_objref"], 1)).toEqual(fields(image, "NS", ["ipc_objref"], 0));
    expect(records(image, "IPC_NS")).toHaveLength(1);
  });

  it("v17 to v16: behind the record, whose flags say which are new", async () => {
    const { image } = await clean(made(V17, { tasks: 2, pages: 1 }), V17, "v16");
    expect(order(records(image, "NS")[0]?.parent)).toEqual(["NS", "uts_namespace", "ipc_namespace"]);
    expect(order(records(image, "NS")[1]?.parent)).toEqual(["NS", "uts_namespace"]);
    expect([0, 1].map((nth) => fields(image, "NS", ["flags"], nth)[0])).toEqual([UTS + IPC, UTS]);
    expect(fields(image, "NS", ["uts_objref", "ipc_objref"])).toEqual([2, 3]);
    expect(fields(image, "NS", ["ipc_objref"], 1)).toEqual([3]);
  });
});
