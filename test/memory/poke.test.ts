import { describe, expect, it } from "vitest";
import { windowBytes } from "../../tools/image/index.js";
import { type PlannedPoke, planPokes } from "../../tools/memory/poke.js";
import { readBytes } from "../../tools/memory/read.js";
import { made, real, type Subject } from "./subjects.js";

function plan(subject: Subject, pid: number, ...pokes: [address: bigint, bytes: Uint8Array][]): PlannedPoke[] {
  const { shared, tasks, chosen } = subject;
  const task = tasks.find((one) => one.pid === pid);
  const memory = chosen.find(({ sharedBy }) => sharedBy.some((one) => one.pid === pid))?.memory;
  if (!task || !memory) throw new Error(`no memory of task ${pid}`);
  return planPokes(
    shared,
    memory,
    tasks,
    task,
    pokes.map(([address, bytes]) => ({ address, bytes })),
  );
}

const bytes = (...list: number[]) => Uint8Array.from(list);

describe("pokes", () => {
  it("say what was there, where it is, and change nothing", () => {
    const subject = real("v16-self-full.img");
    const before = subject.bytes.slice();
    const [poke] = plan(subject, 175, [0x804f004n, bytes(9, 8, 7, 6)]);
    expect([...(poke?.old ?? [])]).toEqual([1, 0, 1, 0xd1]);
    const [part] = poke?.parts ?? [];
    expect([...windowBytes(subject.image.source, part?.offset ?? 0, 4)]).toEqual([1, 0, 1, 0xd1]);
    expect(Buffer.compare(subject.bytes, before)).toBe(0);
  });

  it.each(["v21/x86_64", "v19/s390", "v19/powerpc64", "v16/x86_32"])("go across pages in %s", (abi) => {
    const subject = made(abi, { tasks: 1, pages: 30 });
    const [{ task, memory }] = subject.chosen as [(typeof subject.chosen)[0]];
    const page = BigInt(subject.image.format.pageSize);
    const long = [...memory.all()].find(
      ({ backing, start, end }) => backing.kind === "image" && end - start >= 2n * page,
    );
    const address = (long?.start ?? 0n) + page - 3n;
    const [poke] = plan(subject, task.pid, [address, bytes(1, 2, 3, 4, 5, 6)]);
    for (const part of poke?.parts ?? []) subject.bytes.set(part.bytes, part.offset);
    expect([...readBytes(memory, address, 6)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(poke?.sharers).toEqual([]);
  });

  it("tell who shares an address space, and who shares a segment at which address", () => {
    const subject = real("v20h-tree-sub.img");
    const pids = (pid: number, address: bigint) =>
      plan(subject, pid, [address, bytes(0)])[0]?.sharers.map((one) => [one.pid, one.address]);
    expect(pids(182, 0x804f000n)).toEqual([[188, 0x804f000n]]);
    expect(pids(183, 0x804f000n)).toEqual([]);
    expect(pids(183, 0x53000010n)).toEqual([182, 184, 185, 186, 187, 188].map((pid) => [pid, 0x53000010n]));
  });

  it.each([
    [0x8048000n, "0x8048000 cannot be written: its page is not in the image but in /bin/ck at offset 0x0"],
    [0x50000000n, "0x50000000 cannot be written: the image has no page there, because the task never wrote to it"],
    [0x50001fffn, "0x50002000 cannot be written: the image has no page there"],
    [0x1000n, "0x1000 cannot be written: the task has no memory there"],
    [0xb7f72000n, "0xb7f72000 cannot be written: it is the page of code"],
    [0x55000000n, "not in the image but in /data/file2 at offset 0x0"],
  ])("refuse %s", (address, reason) => {
    const subject = real("v16-self-full.img");
    const good: [bigint, Uint8Array] = [0x804f000n, bytes(0)];
    expect(() => plan(subject, 175, good, [address, bytes(1, 2)])).toThrow(
      expect.objectContaining({ code: "missing-page", exit: "findings" }),
    );
    expect(() => plan(subject, 175, good, [address, bytes(1, 2)])).toThrow(reason);
  });

  it("refuse to write the same bytes twice", () => {
    const subject = real("v16-self-full.img");
    const twice = () => plan(subject, 175, [0x804f000n, bytes(1, 2)], [0x804f001n, bytes(3)]);
    expect(twice).toThrow("0x804f000 and 0x804f001 write to the same bytes");
    expect(twice).toThrow(expect.objectContaining({ code: "bad-poke", exit: "usage" }));
    expect(plan(subject, 175, [0x804f001n, bytes(3)], [0x804f000n, bytes(1)])).toHaveLength(2);
  });
});
