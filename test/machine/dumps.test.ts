/** Real dumps: CRIU takes them in the machine and restores them, and those of the fixtures are what they are said to be. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { critReads, readCriu } from "./crit.js";
import { dumpNames, readDump } from "./dump-fixtures.js";
import { DUMPS, plainRun, takeDump } from "./dumps.js";
import { bootMachine, type Machine } from "./machine.js";
import { machineRuns } from "./needs.js";

test("there is a fixture of every dump", () => {
  expect([...dumpNames].sort()).toEqual(Object.keys(DUMPS).sort());
});

describe.skipIf(!machineRuns)("a program that CRIU dumps and restores", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await bootMachine();
  });
  afterAll(() => machine?.stop());

  test.each(Object.entries(DUMPS))("says what it says without that: %s", async (name, dump) => {
    const plain = await plainRun(machine, dump.program);
    expect(plain).toMatch(/^ready\nwent on\n./);
    expect((await takeDump(machine, dump)).said).toBe(plain);
    expect(readDump(name).get("said")?.toString()).toBe(plain);
  });
});

describe.skipIf(!critReads).each(dumpNames)("the fixture %s", (name) => {
  const files = readDump(name);
  const text = (path: string) => files.get(path)?.toString() ?? "";
  const read = () => {
    const dump = [...files].filter(([path]) => path.startsWith("dump/"));
    return readCriu(new Map(dump.map(([path, bytes]) => [path.slice("dump/".length), bytes])));
  };

  test("is read by CRIU's own reader, and has the processes and threads that /proc showed", () => {
    const dump = read();
    const tree = dump.get("pstree")?.entries ?? [];
    // In a namespace of its own a process has the last of its numbers.
    const number = (path: string) => Number(/^NSpid:.*\t(\d+)$/m.exec(text(path))?.[1]);
    const pids = text("seen/tree").trim().split("\n");
    expect(tree.map(({ pid }) => pid)).toEqual(pids.map((pid) => number(`seen/${pid}/status`)));
    for (const [i, pid] of pids.entries()) {
      const threads = [...files.keys()].filter((path) => new RegExp(`^seen/${pid}/task/\\d+/status$`).test(path));
      expect([...((tree[i]?.threads ?? []) as number[])].sort()).toEqual(threads.map(number).sort());
      const core = dump.get(`core-${tree[i]?.pid}`)?.entries[0];
      expect(core?.tc).toMatchObject({ comm: text(`seen/${pid}/comm`).trim() });
    }
  });
});
