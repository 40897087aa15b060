/** Sockets of TCP and UDP, as CRIU's library reads them from dumps. */
import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { type file_entry, file_entrySchema } from "../../generated/criu/fdinfo_pb.js";
import { planDump } from "../../tools/criu/index.js";
import { restoreCommand } from "../../tools/criu/readme.js";
import type { Image } from "../../tools/image/index.js";
import { MemorySink } from "../../tools/write/index.js";
import { openedMade } from "../opened.js";
import type { Altered } from "../verify/altered.js";
import { hasCrit } from "./crit.js";
import { ABI, altered, base64, dumps, said } from "./object-dumps.js";

const LISTENER = 13;
const CONNECTION = 14;
const UDP = 15;

/** 127.0.0.1 in the byte order of the network, read as a number of x86. */
const LOCALHOST = "16777343";

const PAGE = 4096;
const REQUEST = "GET / HTTP/1.0\r\n\r\n";

const connection = (image: Altered) => image.record("SOCKET_INET", { where: (one) => one.number("raddr_len") !== 0 });
const commonOf = (image: Altered, state: number) =>
  image.record("SOCKET", { where: (one) => one.number("sock.protocol") === 6 && one.number("sock.state") === state });

describe.skipIf(!hasCrit)("internet sockets", () => {
  const dump = dumps();

  it("have addresses and state", async () => {
    const { open, plan } = await dump(openedMade(ABI));
    const localhost = { family: "2", src_addr: [LOCALHOST], flags: "2" };
    expect(open(LISTENER)).toMatchObject({
      type: "INETSK",
      isk: {
        ...localhost,
        type: "1",
        proto: "6",
        state: "10",
        src_port: "8080",
        dst_port: "0",
        dst_addr: ["0"],
        backlog: "128",
      },
    });
    expect(open(CONNECTION).isk).toMatchObject({
      ...{
        ...localhost,
        type: "1",
        proto: "6",
        state: "1",
        src_port: "8080",
        dst_port: "40000",
        dst_addr: [LOCALHOST],
      },
    });
    expect(open(UDP).isk).toMatchObject({ ...localhost, type: "2", proto: "17", state: "7", src_port: "5353" });
    // CRIU would call shutdown with a value for none, which fails.
    for (const descriptor of [LISTENER, CONNECTION, UDP]) expect(open(descriptor).isk).not.toHaveProperty("shutdown");
    expect(plan.needs.addresses).toEqual(["tcp 127.0.0.1:8080", "udp 127.0.0.1:5353"]);
  });

  it("have the state of a connection with what is unread, over several pages", async () => {
    const { entries, open } = await dump(openedMade(ABI));
    const file = `tcp-stream-${Number(open(CONNECTION).isk.ino).toString(16)}.img`;
    const [stream] = entries[file] ?? [];
    const unread = REQUEST.length + PAGE + 100;
    expect(stream).toMatchObject({
      ...{ inq_len: `${unread}`, inq_seq: "1000000", outq_len: "0", outq_seq: "9000", unsq_len: "0" },
      ...{ opt_mask: "0", mss_clamp: "1448", snd_wl1: "0", snd_wnd: "32768", max_window: "32768" },
      ...{ rcv_wnd: "32768", rcv_wup: "1000000" },
    });
    const bytes = base64(stream?.extra.inq);
    expect(bytes.length).toBe(unread);
    expect(bytes.startsWith(REQUEST)).toBe(true);
    // The second fragment begins in the middle of a page with the same contents.
    expect(bytes.slice(REQUEST.length + PAGE)).toBe(bytes.slice(REQUEST.length + 16, REQUEST.length + 116));
  });

  it("are shut down in the directions that the program has shut down", async () => {
    const image = altered((one) => one.set(commonOf(one, 1), "sock.shutdown", 2));
    expect((await dump(image)).open(CONNECTION).isk.shutdown).toBe("WRITE");
  });

  it("have only what the program has not read yet", async () => {
    const image = altered((one) => one.set(connection(one), "tcp.copied_seq", 1_000_000 - 100));
    const { entries, open } = await dump(image);
    const [stream] = entries[`tcp-stream-${Number(open(CONNECTION).isk.ino).toString(16)}.img`] ?? [];
    expect(stream?.inq_len).toBe("100");
    expect(base64(stream?.extra.inq).length).toBe(100);
  });

  it("of IPv6 have addresses of four words", async () => {
    const image = altered((one) => {
      const common = one.record("SOCKET", { where: (fields) => fields.number("sock.protocol") === 17 });
      one.set(common, "sock_common.family", 10);
      const node = one.recordBehind(common.offset, "SOCKET_INET");
      const address = one.offsetOf(node, "inet6.rcv_saddr");
      one.poke(address, 0x20, 0x01, 0x0d, 0xb8);
      one.poke(address + 15, 1);
    });
    const { open, plan } = await dump(image);
    expect(open(UDP).isk).toMatchObject({
      ...{ family: "10", src_port: "5353", v6only: false },
      ...{ src_addr: [`${0xb80d0120}`, "0", "0", `${0x01000000}`], dst_addr: ["0", "0", "0", "0"] },
    });
    expect(plan.needs.addresses).toContain("udp [2001:db8::1]:5353");
  });

  it("have options that the library of CRIU 3.17 does not know yet", async () => {
    const image = altered((one) => {
      one.set(connection(one), "uc_ttl", 7);
      one.set(connection(one), "cmsg_flags", 1);
      one.set(connection(one), "tcp.nonagle", 3);
    });
    const isk = (await openFiles(image)).find((file) => file.isk?.dstPort === 40000)?.isk;
    expect(isk?.ipOpts).toMatchObject({ ttl: 7, pktinfo: true });
    expect(isk?.tcpOpts).toMatchObject({ nodelay: true, cork: true });
  });
});

/** The entries of files.img, read by our own descriptions. */
async function openFiles(image: Image): Promise<file_entry[]> {
  const files = new MemorySink();
  await planDump(image).write(
    { file: (name) => (name === "files.img" ? files : new MemorySink()) },
    { allowLoss: true },
  );
  const { bytes } = files;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: file_entry[] = [];
  for (let at = 8; at < bytes.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    entries.push(fromBinary(file_entrySchema, bytes.subarray(at + 4, end)));
    at = end;
  }
  return entries;
}

describe("what is not as it was of internet sockets is told:", () => {
  it("what both ends have agreed on, and the option of criu restore", () => {
    const plan = planDump(openedMade(ABI));
    expect(said(plan, "inventions", "SOCKET_INET")).toEqual([
      "tcp: the image does not have what the two ends agreed on when they connected: no window scale, no time stamps, no selective acknowledgement",
    ]);
    expect(plan.needs.options).toEqual(["--tcp-established"]);
    expect(restoreCommand(plan.needs)).toContain(" --tcp-established ");
  });

  it("no option where no socket is connected", () => {
    const plan = planDump(openedMade(ABI, { plain: true }));
    expect(plan.needs.options).toEqual([]);
    expect(restoreCommand(plan.needs)).not.toContain("--tcp-established");
  });

  it("connections of versions without their state", () => {
    expect(said(planDump(openedMade("v18-dev-b/x86_64")), "obstacles", "SOCKET")).toEqual([
      "sock.state: images of this version do not have the state of connections of TCP",
    ]);
  });

  it("sequence numbers for which there are too few bytes", () => {
    const image = altered((one) => one.set(connection(one), "tcp.copied_seq", 0));
    expect(said(planDump(image), "obstacles", "SOCKET_INET")).toEqual([
      "tcp: the sequence numbers of the connection say that more bytes wait than the image has",
    ]);
  });

  it("a connection that is being made", () => {
    const image = altered((one) => one.set(commonOf(one, 1), "sock.state", 2));
    expect(said(planDump(image), "obstacles", "SOCKET")).toEqual([
      "sock.state: the connection is being made or ended, and the image does not say how far that is",
    ]);
  });

  it("the times of keep-alive probes, an urgent byte, data that the program asked for", () => {
    const image = altered((one) => {
      one.set(commonOf(one, 1), "sock.flags", 1n << 3n);
      one.set(connection(one), "tcp.urg_data", 0x141);
      one.set(connection(one), "cmsg_flags", 3);
    });
    expect(said(planDump(image), "losses", "SOCKET_INET")).toEqual([
      "tcp.urg_data: the urgent byte of the connection is not kept by CRIU",
      "cmsg_flags: of the data that a program can ask for along with packets, CRIU keeps only the address to which they were sent",
      "tcp.keepalive_time: the times of keep-alive probes are in ticks whose length the image does not say; they become those of the machine",
    ]);
  });

  it("protocols and families of which images do not have enough", () => {
    const udp = (field: string, value: number) =>
      altered((one) =>
        one.set(one.record("SOCKET", { where: (fields) => fields.number("sock.protocol") === 17 }), field, value),
      );
    expect(said(planDump(udp("sock.protocol", 1)), "obstacles", "SOCKET")).toEqual([
      "sock.protocol: of internet sockets CRIU gets those of TCP and UDP from an image",
    ]);
    expect(said(planDump(udp("sock_common.family", 16)), "obstacles", "SOCKET")).toEqual([
      "sock_common.family: images do not have enough of sockets of this family to make them again",
    ]);
  });
});
