import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import type { Image } from "../../tools/image/image.js";
import { listFileCredentials, listTaskCredentials } from "../../tools/inspect/creds.js";
import { ipcOf, undoListsOf } from "../../tools/inspect/ipc.js";
import { namespacesOf } from "../../tools/inspect/ns.js";
import { listSignals } from "../../tools/inspect/signals.js";
import { listSockets } from "../../tools/inspect/sockets.js";
import { signalName } from "../../tools/model/signals.js";
import { registersOf } from "../../tools/model/task-registers.js";
import { type Task, tasksOf } from "../../tools/model/tasks.js";
import { ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";
import { opened } from "../opened.js";
import { Altered } from "../verify/altered.js";
import { printed } from "./printed.js";

/** The newest ABI of each architecture. JSON and text have the same source, so a few are enough. */
const NEWEST = new Set(registry.arches().map((arch) => ABIS.filter((abi) => abi.endsWith(`/${arch}`)).at(-1)));

describe.each(ABIS)("%s", (abi) => {
  const image = opened(makeBytes({ abi, pages: 0 }), abi);
  const tasks = tasksOf(image);
  const has = (record: string) => image.format.kind(record) !== undefined;
  const names = (...signals: number[]) => signals.map((signal) => signalName(image.format.abi, signal));
  const root = tasks[0] as Task;
  const role = (name: string) => tasks.find((task) => task.name === name) as Task;

  it("has the registers that the codec decodes", () => {
    for (const task of tasks) {
      const { groups, zombie, bits } = registersOf(image, task);
      expect(groups === undefined, task.name).toBe(zombie);
      if (!groups) continue;
      const registers = new Map(groups.flatMap((group) => group.registers).map(({ name, value }) => [name, value]));
      expect(bits).toBe(image.format.wordSize * 8);
      const place = registers.get(PROGRAM_COUNTERS.find((name) => registers.has(name)) ?? "");
      expect(place).toBe(programCounter(image, task));
      expect(place).not.toBe(0n);
    }
  });

  it("knows who waits in which call", () => {
    const hour = 3_600_000_000_000n;
    const calls = tasks.map((task) => [task.name, registersOf(image, task).interrupted] as const);
    expect(new Map(calls).get("leader")).toMatchObject({
      call: "poll",
      arguments: { nfds: 2n, has_timeout: 1n },
      left: hour,
    });
    expect(new Map(calls).get("nested-init")).toMatchObject({ call: "clock_nanosleep", left: hour });
    expect(new Map(calls).get("worker")).toMatchObject({ call: "nanosleep", left: hour });
    expect(new Map(calls).get("init")).toBeUndefined();
    for (const task of tasks)
      if (!task.isZombie) expect(registersOf(image, task).call?.number, task.name).toBeGreaterThan(0);
  });

  it("has signals, limits and timers as far as the version saves them", () => {
    const states = [...listSignals(image, tasks)];
    const [first] = states;
    expect(first?.caught?.map(({ signal }) => signal)).toEqual(has("SIGHAND") ? names(10) : undefined);
    expect(first?.ignored).toEqual(has("SIGHAND") ? names(13) : undefined);
    if (has("SIGHAND")) expect(first?.caught?.[0]).toMatchObject({ mask: names(10, 12) });
    if (!has("SIGPENDING")) {
      expect(first).toMatchObject({ blocked: undefined, pending: undefined, process: undefined });
      return;
    }
    expect(first?.blocked).toEqual(names(2, 12, 17, 34));
    expect(first?.process?.pending).toMatchObject({
      signals: names(2, 17),
      announced: 2,
      queue: [
        { number: 2, class: "kill", code: 0, details: { pid: root.pid, uid: 1000 } },
        { number: 17, class: "child", code: 1, details: { uid: 1000, status: 3, utime: 12n, stime: 4n } },
      ],
    });
    expect(first?.pending).toMatchObject({
      signals: names(34),
      queue: [{ number: 34, class: "queue", code: -1, details: { uid: 1000, value: 0x1234n } }],
    });
    expect(first?.process?.limits.filter(({ soft }) => soft !== undefined)).toEqual([
      { name: "RLIMIT_STACK", soft: 8n << 20n, hard: undefined },
      { name: "RLIMIT_NOFILE", soft: 1024n, hard: 4096n },
    ]);
    expect(first?.process?.terminal).toMatchObject({ index: expect.any(Number) });
    expect(states.find(({ name }) => name === "leader")?.process?.timers).toEqual([
      { name: "real", left: 5_000_000_000n, interval: 10_000_000_000n },
    ]);
    // State that the threads of a process share is listed once.
    for (const { isThread, zombie, tgid, process, processListedWith } of states)
      expect([process !== undefined, processListedWith]).toEqual(isThread ? [false, tgid] : [!zombie, undefined]);
    const thread = tasks.find((task) => task.isThread) as Task;
    const [alone] = [...listSignals(image, tasks, [thread])];
    expect(alone?.process).toEqual(states.find(({ pid }) => pid === thread.tgid)?.process);
    const stacks = states.filter(({ alternateStack }) => alternateStack);
    const hasStacks = image.format.kind("TASK")?.place(undefined, "sas_ss_sp") !== undefined;
    expect(stacks.map(({ pid }) => pid)).toEqual(
      hasStacks ? states.filter(({ isThread }) => isThread).map(({ pid }) => pid) : [],
    );
    for (const { pid, alternateStack } of stacks) {
      const record = tasks.find((task) => task.pid === pid)?.record("TASK");
      const { sas_ss_sp, sas_ss_size } = record && image.decode(record).value;
      expect(alternateStack).toEqual({ address: sas_ss_sp, size: sas_ss_size });
    }
  });

  it("has credentials and labels as far as the version saves them", () => {
    const credentials = new Map([...listTaskCredentials(image, tasks)].map((one) => [one.name, one]));
    if (!has("CRED")) {
      expect([...credentials.values()].every((one) => one.subjective === undefined)).toBe(true);
      return;
    }
    const label = has("SECURITY") ? "_" : undefined;
    expect(credentials.get("init")?.subjective).toMatchObject({
      uids: { real: 1000, effective: 1000, saved: 1000, fileSystem: 1000 },
      gids: { real: 100, effective: 100 },
      groups: [100, 101, 4711],
      capabilities: { permitted: { mask: 0n }, bounding: { mask: 0xffff_ffffn } },
      ...(label !== undefined && { label }),
    });
    const leader = credentials.get("leader");
    expect([leader?.subjective?.uids.real, leader?.objective?.uids.real]).toEqual([0, 1000]);
    const nested = credentials.get("nested-init")?.subjective?.user?.namespace;
    const creators = namespacesOf(image, tasks).user.filter(({ objref }) => objref === nested);
    expect(creators).toEqual([
      expect.objectContaining({ creator: expect.objectContaining({ uid: 1000 }), tasks: [role("nested-init").pid] }),
    ]);
    const files = [...listFileCredentials(image)];
    expect(files.length).toBeGreaterThan(0);
    for (const { opener } of files) expect(opener?.uids.real).toBe(1000);
    expect(new Set(files.map((file) => file.label))).toEqual(new Set([label]));
  });

  it("has the sockets with what waits in them", () => {
    const sockets = listSockets(image, tasks);
    if (!has("SOCKET")) {
      expect(sockets).toEqual([]);
      return;
    }
    const [left, right, mailbox, listener, ...others] = sockets as [Listed, Listed, Listed, Listed, ...Listed[]];
    type Listed = (typeof sockets)[number];
    expect([left.peer, right.peer]).toEqual([right.objref, left.objref]);
    expect(left).toMatchObject({ family: "AF_UNIX", type: "SOCK_STREAM", state: "TCP_ESTABLISHED" });
    expect(left.queues).toEqual({ receive: { buffers: 2, bytes: 20 }, send: { buffers: 0, bytes: 0 } });
    expect(right.queues).toEqual({ receive: { buffers: 0, bytes: 0 }, send: { buffers: 0, bytes: 0 } });
    expect(left.peerCredentials).toEqual({ uid: 1000, gid: 100 });
    expect(mailbox).toMatchObject({ local: "run/mailbox", directory: "/srv/jobs", linked: true });
    expect(mailbox.queues?.receive).toEqual({ buffers: 1, bytes: 10 });
    expect(listener).toMatchObject({ local: "@abstract", state: "TCP_LISTEN", queues: undefined });
    expect(left.holders).toMatchObject([{ processes: [{ name: "init" }, { name: "sharer" }], count: 2 }]);
    const dead = others.at(-1);
    expect(dead).toMatchObject({
      queues: undefined,
      holders: [],
      options: { shutdown: ["RCV_SHUTDOWN", "SEND_SHUTDOWN"] },
    });
    if (!has("SOCKET_INET")) return;
    const [waiting, connection, udp] = others as [Listed, Listed, Listed];
    expect(waiting).toMatchObject({ local: "127.0.0.1:8080", queues: undefined, options: { backlog: 128 } });
    expect(connection).toMatchObject({ local: "127.0.0.1:8080", remote: "127.0.0.1:40000" });
    const pages = has("SOCKET_FRAG") ? image.format.pageSize + 100 : 0;
    expect(connection.queues?.receive).toEqual({ buffers: 1, bytes: 18 + pages });
    expect(udp).toMatchObject({ local: "127.0.0.1:5353", queues: { receive: { buffers: 0 } } });
  });

  it("has the System V objects", () => {
    const [first] = ipcOf(image, tasks, { messages: true, contents: true });
    expect(first?.segments[0]).toMatchObject({
      id: 32769,
      owner: { uid: 1000, gid: 100 },
      mode: 0o640,
      attachedCount: 2,
      attached: tasks.filter(({ name }) => name === "init" || name === "sharer").map(({ pid }) => pid),
    });
    expect(first?.segments[0]?.size).toBe(BigInt(3 * image.format.pageSize));
    expect(first?.queues.map(({ id, count }) => [id, count])).toEqual([[65536, 3n]]);
    const messages = first?.queues[0]?.messages ?? [];
    expect(messages.map(({ type }) => type)).toEqual([1n, 2n, 3n]);
    for (const { length, found, contents } of messages) expect([found, contents?.length]).toEqual([length, length]);
    // The form of an entry in v16 is unknown.
    const values = image.format.struct("sem") ? [1, 0, 7] : [];
    expect(first?.semaphores.map(({ id, count }) => [id, count])).toEqual([[98304, 3]]);
    expect(first?.semaphores[0]?.semaphores.map(({ value }) => value)).toEqual(values);
    const undo = undoListsOf(image, tasks);
    expect(undo.map(({ sets }) => sets)).toEqual(
      has("TASK_SEM_UNDO") ? [[{ id: 98304, adjustments: [0, 1, -2] }]] : [],
    );
    for (const list of undo) expect(list.tasks).toContain(root.pid);
  });

  it("has the namespaces with their tasks", () => {
    const { sets, uts, net, pid } = namespacesOf(image, tasks);
    const live = tasks.filter((task) => !task.isZombie).map((task) => task.pid);
    expect(sets.flatMap((set) => set.tasks).sort()).toEqual(live.sort());
    expect(uts.map(({ texts }) => texts.nodename)).toEqual(["cradle", "nested"]);
    expect(net.flatMap(({ devices }) => devices.map(({ name }) => name))).toEqual(
      has("NETDEV") ? ["lo", "veth0", "veth1", "sit0", "macvlan0"] : [],
    );
    if (has("NETDEV"))
      expect(net[0]?.devices[2]).toMatchObject({
        kind: "CKPT_NETDEV_VETH",
        hardwareAddress: "02:00:00:00:00:02",
        peer: net[0]?.devices[1]?.objref,
        addresses: [{ local: "10.0.0.2", mask: "255.255.255.0" }, { local: "10.0.1.2" }],
      });
    const nested = tasks.filter(({ depth }) => depth > 0);
    expect(pid.map((task) => task.pid)).toEqual(nested.map((task) => task.pid));
  });

  it("takes no address of another protocol for IPv4", () => {
    if (!image.format.struct("ckpt_netdev_addr")) return;
    const altered = new Altered(makeBytes({ abi, pages: 0 }), abi);
    altered.setElement(altered.record("BUFFER", { label: "device_addresses" }), "ckpt_netdev_addr", 0, "type", 1);
    const other = opened(altered.bytes, abi);
    const [lo] = namespacesOf(other, tasksOf(other)).net[0]?.devices ?? [];
    expect(lo?.addresses).toMatchObject([{ unknownType: 1 }]);
    expect(printed(other).ns).toMatch(/ lo .* unknown type 1\n/);
    expect(printed(image).ns).not.toContain("unknown type");
  });

  it("prints all of it", () => {
    for (const [command, text] of Object.entries(printed(image))) {
      expect(text, command).toMatch(/\n$/);
      expect(text, command).not.toMatch(/undefined|NaN|\[object/);
    }
    if (!NEWEST.has(abi)) return;
    for (const [command, json] of Object.entries(printed(image, { json: true })))
      expect(() => JSON.parse(json), command).not.toThrow();
  });
});

const PROGRAM_COUNTERS = ["rip", "eip", "pswa", "pc"];

/** Program counter of a task, by the C names of the structs. */
function programCounter(image: Image, task: Task): bigint | undefined {
  const record = task.record("CPU");
  const cpu = record && image.decode(record).value;
  const place = cpu?.ip ?? cpu?.psw_t_addr ?? cpu?.pt_regs?.nip ?? cpu?.uregs?.[15];
  return place === undefined ? undefined : BigInt(place);
}
