import { describe, expect, it } from "vitest";
import { opened } from "../../../opened.js";
import { fields, losses, made, records } from "../../conversions.js";
import { clean, lengths, plain, returns } from "../images.js";

/** Checkpoint flag for a subtree. */
const SUBTREE = 1;
const BIT = 2;
const flags = async (source: Uint8Array, abi: string, to: string) =>
  fields((await clean(source, abi, to)).image, "HEADER", ["uflags"]);

describe("network-namespaces", () => {
  it("v20-a to v20-b: the namespace of whoever restarts it, and a flag that says that none is saved", async () => {
    const source = plain("v20-a/x86_32");
    const { image } = await clean(source, "v20-a/x86_32", "v20-b");
    expect(fields(image, "HEADER", ["uflags"])).toEqual([SUBTREE + BIT]);
    expect(fields(image, "NS", ["net_objref"])).toEqual([0]);
    expect(lengths(image, "NS")).toEqual([24]);
    expect(await returns(source, "v20-a/x86_32", "v20-b")).toBe(true);
  });

  it("v20-b to v20-a: namespaces and devices are lost by name", async () => {
    const source = made("v20-b/x86_32", { tasks: 1, pages: 1 });
    const result = await clean(source, "v20-b/x86_32", "v20-a");
    const devices = result.report.losses.find(({ record }) => record === "NETDEV");
    expect(devices?.count).toBe(5);
    expect(devices?.examples.map(({ value }) => value).sort()).toEqual(["lo", "macvlan0", "sit0", "veth0", "veth1"]);
    expect(losses(result).filter((text) => text.startsWith("NS.net_objref"))).toHaveLength(1);
    for (const name of ["NET_NS", "NETDEV"]) expect(records(result.image, name)).toEqual([]);
    expect(lengths(result.image, "NS")).toEqual([16]);
    expect(fields(result.image, "HEADER", ["uflags"])).toEqual([SUBTREE]);
    // The numbers after the namespace and five devices are contiguous again.
    const last = (image: typeof result.image) => Math.max(...image.objects.keys());
    expect(last(result.image)).toBe(last(opened(source, "v20-b/x86_32")) - 6);
  });
});

describe("network-flag", () => {
  it("v20-c to v21: not saved becomes not asked for, and the other way round", async () => {
    expect(await flags(plain("v20-c/x86_32", "header.uflags=3"), "v20-c/x86_32", "v21")).toEqual([SUBTREE]);
    expect(await flags(made("v20-c/x86_32", { tasks: 1, pages: 1 }), "v20-c/x86_32", "v21")).toEqual([SUBTREE + BIT]);
    expect(await flags(plain("v20-c/x86_32", "header.uflags=2"), "v20-c/x86_32", "v21")).toEqual([0]);
  });

  it("v21 to v20-c: likewise", async () => {
    expect(await flags(plain("v21/x86_32"), "v21/x86_32", "v20-c")).toEqual([SUBTREE + BIT]);
    expect(await flags(made("v21/x86_32", { tasks: 1, pages: 1 }), "v21/x86_32", "v20-c")).toEqual([SUBTREE]);
  });
});
