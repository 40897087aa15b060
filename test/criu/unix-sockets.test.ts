/** Unix sockets, as CRIU's library reads them from dumps. */
import { describe, expect, it } from "vitest";
import { planDump } from "../../tools/criu/index.js";
import { openedMade } from "../opened.js";
import type { Altered } from "../verify/altered.js";
import { hasCrit } from "./crit.js";
import { ABI, altered, base64, dumps, said } from "./object-dumps.js";

const LEFT = 9;
const RIGHT = 10;
const MAILBOX = 11;
const LISTENER = 12;

/** SOCKET_UNIX and SOCKET of the socket that listens, which has the only abstract name, and of the one with a path. */
const byName = (image: Altered, length: number) =>
  image.record("SOCKET_UNIX", { where: (fields) => fields.number("laddr_len") === length });
const ABSTRACT = 11;
const PATH = 14;

describe.skipIf(!hasCrit)("unix sockets", () => {
  const dump = dumps();

  it("have each other as peers, and what waits in them", async () => {
    const { entries, open } = await dump(openedMade(ABI));
    const [left, right] = [open(LEFT), open(RIGHT)];
    expect(left).toMatchObject({
      type: "UNIXSK",
      usk: { type: "1", state: "1", flags: "2", name: "", shutdown: "NONE" },
    });
    expect([left.usk.peer, right.usk.peer]).toEqual([right.usk.ino, left.usk.ino]);
    const queues = (entries["sk-queues.img"] ?? []).map((one) => [one.id_for, one.length, base64(one.extra)]);
    expect(queues).toEqual([
      [left.id, "9", "over the "],
      [left.id, "11", "socket pair"],
      [open(MAILBOX).id, "10", "last words"],
    ]);
  });

  it("have names: a path with its directory, and one without a file", async () => {
    const { open } = await dump(openedMade(ABI));
    // The library writes bytes that are no text in this way.
    expect(open(MAILBOX).usk).toMatchObject({
      type: "2",
      state: "7",
      name: "run/mailbox=00",
      name_dir: "/srv/jobs",
      peer: "0",
    });
    expect(open(MAILBOX).usk.deleted).toBeUndefined();
    expect(open(LISTENER).usk).toMatchObject({ type: "1", state: "10", backlog: "5", name: "=00abstract" });
  });

  it("have their options", async () => {
    const image = altered((one) => {
      const node = one.recordBehind(0, "SOCKET");
      const set = (path: string, value: number | bigint) => one.set(node, path, value);
      set("sock.sndtimeo", 2_500_000_000n);
      set("sock.rcvtimeo", 1_000_001_000n);
      set("sock.rcvlowat", 7);
      set("sock.priority", 3);
      set("sock.flags", (1n << 6n) | (1n << 3n) | (1n << 2n));
      set("socket.flags", 1n << 3n);
      set("sock_common.reuse", 1);
      set("sock.linger.l_onoff", 1);
      set("sock.linger.l_linger", 9);
      set("sock.sndbuf", 1000);
    });
    const { open } = await dump(image);
    expect(open(LEFT).usk.opts).toEqual({
      ...{ so_sndbuf: "2000", so_rcvbuf: "108544", so_priority: "3", so_rcvlowat: "7", so_linger: "9" },
      ...{ so_snd_tmo_sec: "2", so_snd_tmo_usec: "500000", so_rcv_tmo_sec: "1", so_rcv_tmo_usec: "1" },
      ...{ reuseaddr: true, so_reuseport: false, so_passcred: true, so_passsec: false, so_dontroute: false },
      ...{ so_no_check: false, so_broadcast: true, so_keepalive: true, so_oobinline: "1" },
    });
  });

  it("are shut down in the directions that the program has shut down", async () => {
    const image = altered((one) => one.set(one.recordBehind(0, "SOCKET"), "sock.shutdown", 2));
    expect((await dump(image)).open(LEFT).usk.shutdown).toBe("WRITE");
  });

  it("have no peer when the other end is not in the image, and both directions shut down", async () => {
    const image = altered((one) => {
      const [pair] = one.records("SOCKET_UNIX").filter((node) => one.value(node, "peer") !== 0);
      if (!pair) throw new Error("no pair");
      // The closed socket that has sent the datagram.
      const closed = one.record("SOCKET_BUFFER", { nth: 2 });
      for (const node of one.records("SOCKET_UNIX"))
        if (one.value(node, "peer") !== 0) one.set(node, "peer", one.value(closed, "sk_objref"));
    });
    const { open, plan } = await dump(image);
    expect(open(LEFT).usk).toMatchObject({ peer: "0", state: "1", shutdown: "BOTH" });
    // The other end has ended, as the flag of the socket says, so nothing is lost.
    expect(said(plan, "losses", "SOCKET_UNIX")).toEqual([]);
  });

  it("are those of a deleted path", async () => {
    const { open } = await dump(altered((one) => one.set(byName(one, PATH), "flags", 0)));
    expect(open(MAILBOX).usk).toMatchObject({ deleted: true, name: "run/mailbox=00" });
  });
});

describe("what is not as it was of unix sockets is told:", () => {
  it("the owner of the file of a name, and the user at the other end", () => {
    const plan = planDump(openedMade(ABI));
    expect(said(plan, "inventions", "SOCKET_UNIX")).toEqual([
      "laddr: the image has no owner and permissions of the file of the socket; it is made anew by root, and replaces a socket of that path",
    ]);
    expect(said(plan, "notes", "SOCKET_UNIX")).toEqual([
      "peercred: the socket tells root as the user at its other end, because CRIU connects the two",
    ]);
  });

  it("an end that is open outside of the image", () => {
    const image = altered((one) => {
      const closed = one.value(one.record("SOCKET_BUFFER", { nth: 2 }), "sk_objref");
      for (const node of one.records("SOCKET_UNIX")) if (one.value(node, "peer") !== 0) one.set(node, "peer", closed);
      for (const node of one.records("SOCKET"))
        if (one.value(node, "sock.flags") === 1) one.set(node, "sock.flags", 0n);
    });
    expect(said(planDump(image), "losses", "SOCKET_UNIX")).toEqual([
      "peer: the other end of the connection is outside of the image; to the program it is closed",
    ]);
  });

  it("the name of a connected socket", () => {
    const image = altered((one) => {
      const [node] = one.records("SOCKET_UNIX").filter((each) => one.value(each, "peer") !== 0);
      if (!node) throw new Error("no pair");
      one.set(node, "laddr_len", 7);
    });
    expect(said(planDump(image), "losses", "SOCKET_UNIX")).toEqual([
      "laddr: a connected socket does not get its name back from CRIU",
    ]);
  });

  it("an error that waits, and a device", () => {
    const image = altered((one) => {
      const node = byName(one, ABSTRACT);
      const common = one.record("SOCKET", { where: (fields) => fields.number("sock.backlog") === 5 });
      expect(common.offset).toBeLessThan(node.offset);
      one.set(common, "sock.err", 111);
      one.set(common, "sock_common.bound_dev_if", 2);
    });
    expect(said(planDump(image), "losses", "SOCKET")).toEqual([
      "sock_common.bound_dev_if: the socket is bound to a network device of which the image has only the number; it is bound to none",
      "sock.err: the error that the socket has still to report is not kept by CRIU",
    ]);
  });

  it("a state that no unix socket has", () => {
    const image = altered((one) =>
      one.set(one.record("SOCKET", { where: (fields) => fields.number("sock.backlog") === 5 }), "sock.state", 2),
    );
    expect(said(planDump(image), "obstacles", "SOCKET")).toEqual([
      "sock.state: no unix socket has such a type and state",
    ]);
  });
});
