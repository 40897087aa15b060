/** Compares images of different versions and architectures. */
import { describe, expect, it } from "vitest";
import { diffImages } from "../../tools/diff/index.js";
import { tasksOf } from "../../tools/model/tasks.js";
import { realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { opened, openedReal } from "../opened.js";
import { lineOf, told } from "./told.js";

describe("two versions of one made scene", () => {
  it("what one version has not is unknown there, and nothing differs", () => {
    const [a, b] = ["v20-c/x86_64", "v23-rc1-a/x86_64"].map((abi) => opened(makeBytes({ abi, pages: 3 }), abi));
    const { differences, unknown } = diffImages(a as never, b as never);
    expect([...differences].map(lineOf).filter((line) => !line.includes("siginfo"))).toEqual([]);
    expect(unknown.B).toEqual(["socket_unix.peercred_uid", "socket_unix.peercred_gid"]);
    expect(unknown.A).toEqual(expect.arrayContaining(["task.sas_ss_sp", "task.sas_ss_size", "sem_undo"]));
  });
});

describe("one program under v16 and under v19", () => {
  it.each(["files", "min", "mem"])("self-%s", (name) => {
    const [a, b] = [openedReal(realImage(`v16-self-${name}.img`)), openedReal(realImage(`v20h-self-${name}.img`))];
    const pids = new Map([[firstPid(a), firstPid(b)]]);
    const diff = diffImages(a, b, { pids });
    const kinds = new Set([...diff.differences].map(({ kind, change }) => `${kind} ${change}`));
    expect(kinds.has("task added") || kinds.has("task removed")).toBe(false);
    // Both have the same files, handlers and memory, except for stacks and counters.
    expect(
      [...kinds].filter((kind) => /descriptor (added|removed)|sharing|credentials|mapping (added|removed)/.test(kind)),
    ).toEqual([]);
    expect(diff.unknown.A).toEqual(expect.arrayContaining(["credentials", "signal handlers", "mm.at_vector"]));
    expect(diff.unknown.B).toEqual(["registers: debug", "ns.flags"]);
  });

  it("threads keep their process", () => {
    const [a, b] = [openedReal(realImage("v16-tree-sub.img")), openedReal(realImage("v20h-tree-sub.img"))];
    const lines = told(a, b);
    expect(lines.filter((line) => / task added/.test(line)).map((line) => line.slice(0, 3))).toEqual([
      "186",
      "187",
      "188",
    ]);
  });
});

function firstPid(image: ReturnType<typeof opened>): number {
  return tasksOf(image)[0]?.pid ?? 0;
}

describe("two architectures", () => {
  it("have nothing in common but what is no register", () => {
    const [a, b] = ["v21/x86_64", "v21/s390x"].map((abi) =>
      opened(makeBytes({ abi, tasks: 2, plain: true, pages: 0 }), abi),
    );
    const lines = told(a as never, b as never);
    expect(lines[0]).toBe("all registers changed other architecture: arch x86_64 -> s390x");
    expect(lines.slice(1).filter((line) => line.includes(" registers "))).toEqual([]);
    expect(lines.filter((line) => / (signals|credentials|descriptor|directories|ipc) /.test(line))).toEqual([]);
  });
});
