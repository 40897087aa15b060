/** Event counters and epoll instances, as CRIU's library reads them from dumps. */
import { describe, expect, it } from "vitest";
import { planDump } from "../../tools/criu/index.js";
import { openedMade } from "../opened.js";
import type { Altered } from "../verify/altered.js";
import { hasCrit } from "./crit.js";
import { ABI, altered, dumps, said } from "./object-dumps.js";

const EVENTFD = 16;
const EPOLL = 17;

const counter = (image: Altered) => image.record("FILE", { where: (fields) => fields.big("count") === 42n });
const items = (image: Altered) => image.record("BUFFER", { label: "epoll_items" });
const ITEM = "ckpt_eventpoll_item";

describe.skipIf(!hasCrit)("events", () => {
  const dump = dumps();

  it("are a counter, and an instance that watches a pipe and the counter", async () => {
    const { open } = await dump(openedMade(ABI));
    expect(open(EVENTFD)).toMatchObject({ type: "EVENTFD", efd: { counter: "42", flags: "2" } });
    expect(open(EPOLL)).toMatchObject({ type: "EVENTPOLL", epfd: { flags: "2" } });
    expect(open(EPOLL).epfd.tfd).toEqual([
      { id: open(EPOLL).id, tfd: "5", events: "1", data: `${2 ** 32 + 5}` },
      { id: open(EPOLL).id, tfd: "16", events: "1", data: `${2 ** 32 + 16}` },
    ]);
  });

  it("watch a file by another descriptor of it when the first one is closed", async () => {
    // The slave of the terminal has descriptors 0, 1 and 2.
    const image = altered((one) => {
      const terminal = one.record("FILE_DESC", { where: (fields) => fields.number("fd_descriptor") === 1 });
      for (const index of [0, 1]) {
        one.setElement(items(one), ITEM, index, "fd", 40 + index);
        one.setElement(items(one), ITEM, index, "file_objref", one.value(terminal, "fd_objref"));
      }
    });
    const { open } = await dump(image);
    expect(open(EPOLL).epfd.tfd.map(({ tfd }: { tfd: string }) => tfd)).toEqual(["0", "1"]);
  });
});

describe("what is not as it was of events is told:", () => {
  it("a file that has no descriptor any more", () => {
    const image = altered((one) => {
      const node = one.record("FILE_DESC", { where: (fields) => fields.number("fd_descriptor") === 5 });
      const other = one.record("FILE_DESC", { where: (fields) => fields.number("fd_descriptor") === 3 });
      one.set(node, "fd_objref", one.value(other, "fd_objref"));
    });
    const plan = planDump(image);
    expect(said(plan, "losses", "EPOLL_ITEMS")).toEqual([
      "epoll_items[].fd: the file that is watched has no descriptor in the process that has the epoll instance; it is not watched any more",
    ]);
    expect(plan.report.losses.find(({ record }) => record === "EPOLL_ITEMS")?.examples[0]?.value).toBe("5");
  });

  it("a semaphore, and a counter beyond 32 bits", () => {
    const image = altered((one) => {
      one.set(counter(one), "flags", 1);
      one.set(counter(one), "count", 1n << 40n);
    });
    expect(said(planDump(image), "losses", "FILE")).toEqual([
      "f_secref: security labels are those of the restoring machine",
      "flags: the eventfd counts like a semaphore, and CRIU makes an ordinary one, of which a read takes everything",
      "count: CRIU sets the counter of an eventfd with 32 bits; it becomes the highest such number",
    ]);
  });
});
