import { describe, expect, it } from "vitest";
import { type ListedDescriptor, type ListedFileTable, listFileTables } from "../../tools/inspect/fds.js";
import { executableOf, isSelf, isTree, sharersOf } from "../images/expectations.js";
import { WITNESSED } from "../images/fixtures.js";
import { openedMade, openedReal } from "../opened.js";

type Table = Omit<ListedFileTable, "descriptors"> & { readonly descriptors: readonly ListedDescriptor[] };

function tablesOf(image: ReturnType<typeof openedReal>): Table[] {
  return [...listFileTables(image)].map((table) => ({ ...table, descriptors: [...table.descriptors] }));
}

describe.each(WITNESSED.filter(isSelf))("$name: descriptors", (real) => {
  const [table] = tablesOf(openedReal(real));
  const fd = (number: number) => table?.descriptors.find((descriptor) => descriptor.number === number);
  const lines = real.truth.lines.flatMap((line) => /^fd (\d+) (\/\S+) (.*)$/.exec(line)?.slice(1) ?? []);
  const files = Array.from({ length: lines.length / 3 }, (_, i) => lines.slice(3 * i, 3 * i + 3));

  if (files.length > 0)
    it("have the paths, positions, modes and flags that the program opened them with", () => {
      for (const [number, path, facts = ""] of files) {
        const descriptor = fd(Number(number));
        expect(descriptor?.file?.path).toBe(path);
        const position = /pos=(\d+)/.exec(facts)?.[1];
        // A program that writes the image to a descriptor moves its position at the same time.
        if (position !== undefined && !facts.includes("the image itself"))
          expect(Number(descriptor?.file?.position)).toBeGreaterThanOrEqual(Number(position));
        if (path === "/data/file1") expect(descriptor?.file?.position).toBe(BigInt(position ?? Number.NaN));
        expect(descriptor?.closeOnExec).toBe(facts.includes("FD_CLOEXEC"));
        expect(descriptor?.file?.flags.includes("O_APPEND")).toBe(facts.includes("O_APPEND"));
        expect(descriptor?.file?.isDirectory).toBe(facts.includes("directory"));
        expect(descriptor?.file?.reads).toBe(!facts.includes("O_WRONLY"));
        expect(descriptor?.file?.writes).toBe(/O_WRONLY|O_RDWR/.test(facts));
      }
    });

  const pipe = real.truth.lines.find((line) => line.startsWith("fd 5 pipe read end"));
  if (pipe !== undefined)
    it("know the ends of the pipe and what waits in it", () => {
      const [queued] = /(\d+) bytes queued/.exec(pipe ?? "")?.slice(1) ?? [];
      const [reading, writing] = [fd(5), fd(6)];
      expect([reading?.file?.reads, reading?.file?.writes]).toEqual([true, false]);
      expect([writing?.file?.reads, writing?.file?.writes]).toEqual([false, true]);
      expect(reading?.file?.pipe).toEqual({
        objref: writing?.file?.pipe?.objref,
        waiting: Number(queued),
        otherEnds: [writing?.objref],
      });
      expect(writing?.file?.pipe?.otherEnds).toEqual([reading?.objref]);
    });

  if (real.truth.lines.includes("fd 2 dup of 1"))
    it("are told to share an open file", () => {
      expect(fd(1)?.objref).toBe(fd(2)?.objref);
      expect([fd(1)?.sharers, fd(2)?.sharers]).toEqual([2, 2]);
      expect(fd(5)?.objref).toBe(fd(37)?.objref);
      expect(fd(0)?.sharers).toBe(1);
    });

  it("stand in the order of the image, beside the program", () => {
    const numbers = table?.descriptors.map(({ number }) => number) ?? [];
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(table?.places.find(({ what }) => what === "exe")?.path).toBe(executableOf(real));
  });
});

describe.each(WITNESSED.filter(isTree))("$name: descriptors", (real) => {
  const tables = tablesOf(openedReal(real));

  it("are inherited: every task shares the open files of the root", () => {
    expect(tables.length).toBeGreaterThan(4);
    for (const { descriptors } of tables) {
      const [first] = descriptors;
      expect(first?.file?.path).toBe("/data/file1");
      expect(first?.file?.position).toBe(77n);
      expect(first?.sharers).toBe(tables.length);
    }
  });

  it("belong to tables that tasks share", () => {
    const sharing = tables.filter(({ tasks }) => tasks.length > 1);
    expect(sharing).toHaveLength(1);
    expect(sharing[0]?.tasks.map(({ pid }) => pid)).toEqual(expect.arrayContaining(sharersOf(real)));
  });

  it("have the working directory of /proc where the version saves it", () => {
    const places = tables.flatMap(({ places: own }) => own.map(({ what, path }) => `${what} ${path}`));
    const expected = real.name.startsWith("v16") ? ["exe /bin/ck"] : ["cwd /", "root /", "exe /bin/ck"];
    expect(new Set(places)).toEqual(new Set(expected));
  });
});

describe.each(["v23-rc2/x86_64", "v20-c/s390x", "v21/powerpc"])("%s: files of every kind", (abi) => {
  const [root, leader] = tablesOf(openedMade(abi, { tasks: 8 }));
  const fd = (number: number) => root?.descriptors.find((descriptor) => descriptor.number === number)?.file;

  it("terminals", () => {
    expect(fd(0)?.terminal).toMatchObject({ index: 1, side: "PTY_TYPE_SLAVE" });
    expect(fd(8)?.terminal).toMatchObject({ index: 1, side: "PTY_TYPE_MASTER" });
  });

  it("pipes and fifos", () => {
    expect(fd(5)?.pipe?.waiting).toBe("in the pipe".length);
    expect(fd(7)).toMatchObject({ path: "/srv/jobs/fifo", pipe: { waiting: "in the fifo".length, otherEnds: [] } });
  });

  it("sockets", () => {
    expect(fd(9)?.socket).toMatchObject({ family: "AF_UNIX", type: "SOCK_STREAM", state: "TCP_ESTABLISHED" });
    expect(fd(9)?.socket?.peer).not.toBe(0);
    const addresses = [9, 10, 11, 12, 13, 14, 15].map((number) => fd(number)?.socket).flatMap((s) => s?.local ?? []);
    expect(addresses).toEqual(
      expect.arrayContaining([expect.stringMatching(/mailbox/), "@abstract", "127.0.0.1:8080", "127.0.0.1:5353"]),
    );
    expect(fd(14)?.socket?.remote).toBe("127.0.0.1:40000");
  });

  it("eventfds and what epoll files watch", () => {
    expect(fd(16)?.eventCount).toBe(42n);
    expect(fd(17)?.watches?.map(({ descriptor }) => descriptor)).toEqual([5, 16]);
    expect(fd(16)?.watches).toBeUndefined();
  });

  it("descriptors that an exec closes", () => {
    const closing = (table: Table | undefined) =>
      table?.descriptors.filter(({ closeOnExec }) => closeOnExec).map(({ number }) => number);
    expect(closing(root)).toEqual([6, 255]);
    expect(closing(leader)).toEqual([3]);
  });
});
