import { describe, expect, it } from "vitest";
import { type ListedTask, listTasks } from "../../tools/inspect/ps.js";
import { isTree, isV16, pidNamed, savedTasks } from "../images/expectations.js";
import { WITNESSED } from "../images/fixtures.js";
import { openedMade, openedReal } from "../opened.js";

describe.each(WITNESSED)("$name: tasks", (image) => {
  const tasks = [...listTasks(openedReal(image))];
  const task = (pid: number) => tasks.find((candidate) => candidate.pid === pid) as ListedTask;

  it("have the pids and names of /proc", () => {
    const expected = savedTasks(image).map(([pid, { status, stat }]) => [
      ...[pid, Number(status.get("PPid")), Number(status.get("Tgid")), Number(stat[5]), Number(stat[6])],
      status.get("Name"),
    ]);
    const listed = tasks.map(({ pid, ppid, tgid, pgid, sid, name }) => [pid, ppid, tgid, pgid, sid, name]);
    expect(new Set(listed.map(String))).toEqual(new Set(expected.map(String)));
    expect(listed).toHaveLength(expected.length);
  });

  it("have as much memory as /proc says", () => {
    for (const [pid, { status, maps }] of savedTasks(image)) {
      const { memory } = task(pid);
      expect(Number(memory?.virtualSize) / 1024).toBe(Number.parseInt(status.get("VmSize") ?? "", 10));
      expect(memory?.mappings).toBe(maps.length);
      expect(memory?.present).toBeGreaterThan(0);
    }
  });

  it("count the threads that the image has", () => {
    for (const [pid, { status }] of savedTasks(image))
      expect(task(pid).threads).toBe(isV16(image) ? 1 : Number(status.get("Threads")));
  });

  it("are no zombies", () => {
    for (const { exit, state } of tasks)
      expect([exit, state.letter]).toEqual([undefined, expect.stringMatching(/[RSD]/)]);
  });

  if (isTree(image))
    it("wait in the calls that the program made", () => {
      const pid = (name: string) => pidNamed(image, name);
      expect(task(pid("kid-sleeper")).wait).toBe("CKPT_RESTART_BLOCK_HRTIMER_NANOSLEEP");
      expect(task(pid("kid-poll")).wait).toBe("CKPT_RESTART_BLOCK_POLL");
      expect(task(pid("kid-spin")).wait).toBeUndefined();
    });
});

describe("made tasks", () => {
  const tasks = [...listTasks(openedMade("v21/s390x", { tasks: 8 }))];
  const named = (name: string) => tasks.find((task) => task.name === name);

  it("are alive, stopped or gone", () => {
    expect(named("zombie")).toMatchObject({
      state: { letter: "Z", word: "zombie" },
      exit: { status: 3 << 8, code: 3 },
      memory: undefined,
      wait: undefined,
    });
    expect(named("init")?.state.letter).toBe("R");
  });

  it("know their pids in nested namespaces", () => {
    expect(named("nested-init")?.nested).toEqual([1]);
    expect(named("init")?.nested).toEqual([]);
  });

  it("say that they are threads", () => {
    expect(tasks.filter(({ isThread }) => isThread).map(({ name, threads }) => [name, threads])).toEqual([
      ["leader/1", 2],
      ["init/1", 2],
    ]);
  });

  it("share memory and files", () => {
    const objects = (name: string) => [named(name)?.addressSpace, named(name)?.fileTable];
    expect(objects("sharer")).toEqual(objects("init"));
    expect(objects("worker")).not.toEqual(objects("init"));
  });
});

it("a task that a signal killed has no exit code", () => {
  const image = openedMade("v20-c/powerpc", { tasks: 8 });
  const zombie = [...listTasks(image)].findIndex(({ name }) => name === "zombie");
  const record = image.root.rules("task")[zombie]?.find("TASK")?.record;
  const place = record?.kind?.place(undefined, "exit_code");
  if (!record || !place) throw new Error("no exit code");
  image.source.view.setUint32(record.offset + place.offset, 9, image.format.littleEndian);
  expect([...listTasks(image)][zombie]?.exit).toMatchObject({ status: 9, signal: 9 });
  expect([...listTasks(image)][zombie]?.exit?.code).toBeUndefined();
});
