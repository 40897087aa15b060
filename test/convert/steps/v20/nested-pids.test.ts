import { describe, expect, it } from "vitest";
import {
  convert,
  converted,
  edited,
  elementsOf,
  fields,
  losses,
  made,
  obstacles,
  order,
  payloadOf,
  type records,
} from "../../conversions.js";
import { clean, plain, returns, words } from "../images.js";

/** Three tasks; the last has pid 1 in a nested namespace. */
const nested = (abi: string) => made(abi, { tasks: 3, pages: 1 });
/** The task is in a session that another task leads. */
const SESSION = ["pids[0].vsid=77", "signal.tty_old_pgrp=0"];
const head = (image: Parameters<typeof records>[0]) =>
  order(image.root).filter((name) => ["TREE", "pids", "VPIDS", "vpids"].includes(name));

describe("nested-pid-count", () => {
  it("v19 to v20-a: entries of 32 bytes with the session twice, and a count of nothing", async () => {
    const source = plain("v19/x86_32", ...SESSION, "pids[0].vpgid=88");
    const { image } = await clean(source, "v19/x86_32", "v20-a");
    expect(payloadOf(image, "pids").length).toBe(32);
    expect(elementsOf(image, "pids")).toEqual([
      expect.objectContaining({ vpid: 1000, vppid: 1, vtgid: 1000, vpgid: 88, vsid: 77, rsid: 77, depth: 0 }),
    ]);
    expect(head(image)).toEqual(["TREE", "pids", "VPIDS"]);
    expect(fields(image, "VPIDS", ["nr_vpids"])).toEqual([0]);
    expect(await returns(source, "v19/x86_32", "v20-a")).toBe(true);
  });

  it("v20-a to v19: refused when a task has more pids, and another session is lost", async () => {
    expect(obstacles(await convert(nested("v20-a/x86_32"), "v20-a/x86_32", "v19"))).toEqual(["VPIDS.nr_vpids"]);
    const result = await clean(plain("v20-a/x86_32", "pids[0].rsid=77"), "v20-a/x86_32", "v19");
    expect(losses(result)).toEqual(["BUFFER.pids[0].rsid: 77"]);
    expect(words(payloadOf(result.image, "pids"))).toEqual([1000, 1, 1000, 1000, 1000, 0]);
    expect(head(result.image)).toEqual(["TREE", "pids"]);
    const deep = await converted(plain("v20-a/x86_32", "pids[0].depth=1"), "v20-a/x86_32", "v19");
    expect(losses(deep)).toEqual(["BUFFER.pids[0].depth: 1"]);
  });

  it.each([
    ["v20-a", "v20-b", plain("v20-a/x86_32", "pids[0].depth=1")],
    ["v20-b", "v20-a", edited(nested("v20-b/x86_32"), "v20-b/x86_32", "VPIDS.nr_vpids=0")],
    ["v20-b", "v20-c", edited(nested("v20-b/x86_32"), "v20-b/x86_32", "VPIDS.nr_vpids=5")],
  ])("%s to %s: a count that the depths contradict is in the way", async (from, to, source) => {
    expect(obstacles(await convert(source, `${from}/x86_32`, to))).toEqual(["VPIDS.nr_vpids"]);
  });
});

describe("short-pid-entries", () => {
  it("v20-a to v20-b: 24 bytes, with the depth in the sixth word", async () => {
    const source = edited(nested("v20-a/x86_32"), "v20-a/x86_32", "pids[1].rsid=77");
    const result = await clean(source, "v20-a/x86_32", "v20-b");
    expect(words(payloadOf(result.image, "pids")).slice(6)).toEqual([
      1001, 1000, 1001, 1001, 1000, 0, 1002, 1001, 1002, 1001, 1000, 1,
    ]);
    expect(losses(result)).toEqual(["BUFFER.pids[1].rsid: 77"]);
    expect(words(payloadOf(result.image, "vpids"))).toEqual([1]);
  });

  it("v20-b to v20-a: the session twice", async () => {
    const { image } = await clean(plain("v20-b/x86_32", ...SESSION), "v20-b/x86_32", "v20-a");
    expect(elementsOf(image, "pids")[0]).toMatchObject({ vsid: 77, rsid: 77, depth: 0 });
  });
});

describe("no-nested-pid-count", () => {
  it("v20-b to v20-c: without the record, which the depths tell", async () => {
    const source = nested("v20-b/x86_32");
    const { image } = await clean(source, "v20-b/x86_32", "v20-c");
    expect(head(image)).toEqual(["TREE", "pids", "vpids"]);
    expect(words(payloadOf(image, "vpids"))).toEqual([1]);
    expect(await returns(source, "v20-b/x86_32", "v20-c")).toBe(true);
  });

  it("v20-c to v20-b: the sum of the depths, also where it is nothing", async () => {
    const { image } = await clean(nested("v20-c/x86_32"), "v20-c/x86_32", "v20-b");
    expect(head(image)).toEqual(["TREE", "pids", "VPIDS", "vpids"]);
    expect(fields(image, "VPIDS", ["nr_vpids"])).toEqual([1]);
    const none = await clean(plain("v20-c/x86_32"), "v20-c/x86_32", "v20-b");
    expect(head(none.image)).toEqual(["TREE", "pids", "VPIDS"]);
  });
});
