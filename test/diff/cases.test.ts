/** Every kind of difference is found, and nothing else is reported. */
import { describe, expect, it } from "vitest";
import { ABI, CASES } from "./cases.js";
import { Edited, told } from "./told.js";

describe("one thing changed", () => {
  it.each(CASES.map((one) => [one.title, one] as const))("%s", (_, { abi = ABI, edit, told: expected }) => {
    const image = new Edited({ abi, pages: 4 });
    edit(image.altered);
    expect(image.told()).toEqual(expected);
  });
});

describe("tasks", () => {
  const abi = "v21/x86_64";

  it("that one image alone has", () => {
    const few = new Edited({ abi, tasks: 3, plain: true }).before;
    const added = new Edited({ abi, tasks: 4, plain: true }).before;
    const facts = "comm () -> worker; vppid () -> 1000; vtgid () -> 1003; vpgid () -> 1000; vsid () -> 1000";
    expect(told(few, added)).toEqual([`1003 task added: ${facts}`]);
    expect(told(added, few)[0]).toBe(
      "1003 task removed: comm worker -> (); vppid 1000 -> (); vtgid 1003 -> (); vpgid 1000 -> (); vsid 1000 -> ()",
    );
  });

  it("that were asked for", () => {
    const image = new Edited({ abi });
    for (const nth of [0, 1]) image.altered.set(image.altered.record("CPU", { nth }), "ip", 1);
    expect(image.told({ task: "1001" })).toEqual([
      "1001 registers changed: rip 0x00000000004003e1 -> 0x0000000000000001",
    ]);
    expect(() => image.told({ task: "1001,7" })).toThrow("in both images: no task has pid 7");
  });
});

describe("headers", () => {
  it("count when they are asked to", () => {
    const image = new Edited({ abi: ABI });
    image.altered.set(image.altered.record("HEADER"), "time", 1);
    expect(image.told()).toEqual([]);
    expect(image.told({ header: true })).toEqual([
      "all header changed: time 1268856451 (2010-03-17T20:07:31Z) -> 1 (1970-01-01T00:00:01Z)",
    ]);
  });
});
