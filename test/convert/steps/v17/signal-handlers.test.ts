import { describe, expect, it } from "vitest";
import { fields, losses, made, order, records } from "../../conversions.js";
import { clean, inventions, lengths, plain } from "../images.js";

const V16 = "v16/x86_32";
const V17 = "v17/x86_32";

describe("signal-handlers", () => {
  it("v16 to v17: 64 default actions for every process, last of the shared objects", async () => {
    const result = await clean(made(V16, { tasks: 2, pages: 1, plain: true }), V16, "v17");
    const { image } = result;
    expect(lengths(image, "SIGHAND")).toEqual([2056, 2056]);
    const actions = records(image, "SIGHAND").flatMap((node) => image.decode(node).tail as { _sa_handler: bigint }[]);
    expect(actions.map(({ _sa_handler }) => Number(_sa_handler))).toEqual(new Array(2 * 64).fill(0));
    expect(order(records(image, "TASK_OBJS")[0]?.parent)).toEqual(["(FILE_TABLE)", "(MM)", "(SIGHAND)", "TASK_OBJS"]);
    const numbers = records(image, "SIGHAND").map(({ parent }) => parent?.object?.objref);
    expect([0, 1].map((task) => fields(image, "TASK_OBJS", ["sighand_objref"], task)[0])).toEqual(numbers);
    expect(inventions(result)).toContain("TASK_OBJS.sighand_objref: default actions");
  });

  it("v17 to v16: every action that is not the default is lost", async () => {
    const { report, image } = await clean(plain(V17), V17, "v16");
    // Made images have a handler for SIGUSR1 and ignore SIGPIPE.
    const lost = losses({ report }).filter((text) => text.startsWith("SIGHAND"));
    expect(lost.map((text) => text.split(",")[0])).toEqual([
      "SIGHAND.action[9]: {_sa_handler: 134513152",
      "SIGHAND.action[12]: {_sa_handler: 1",
    ]);
    expect(records(image, "SIGHAND")).toEqual([]);
    expect(lengths(image, "TASK_OBJS")).toEqual([16]);
  });
});
