import { describe, expect, it } from "vitest";
import { convert, fields, losses, made, obstacles, records } from "../../conversions.js";
import { clean, lengths, rewritten, without } from "../images.js";

const LOCALHOST = 0x7f00_0001;

/** A listening socket, and one without a connection; the queue of the third is lost with its connection. */
function unconnected(abi: string): Uint8Array {
  return rewritten(made(abi, { tasks: 1, pages: 1 }), abi, (nodes) => {
    for (const { record, fields } of nodes)
      if (record === "SOCKET" && fields.sock_common.family === "AF_INET" && fields.sock.state === "TCP_ESTABLISHED") {
        fields.sock.state = "TCP_CLOSE";
        fields.socket.state = "SS_UNCONNECTED";
      }
    for (const { as, records } of nodes) {
      const buffer = records?.[1]?.records?.[0]?.fields;
      if (as !== "receive_queue" || !buffer || buffer.sk_objref !== buffer.pr_objref) continue;
      records.splice(1);
      Object.assign(records[0].fields, { skb_count: 0, total_bytes: 0 });
    }
  });
}

describe("inet-addresses", () => {
  it("v18-dev-a to v18: refused for internet sockets only", async () => {
    const { report } = await convert(made("v18-dev-a/x86_32", { tasks: 1, pages: 1 }), "v18-dev-a/x86_32", "v18");
    expect(report.obstacles.map(({ record, count, why }) => [record, count, why])).toEqual([
      ["SOCKET", 3, expect.stringMatching(/addresses of internet sockets/)],
    ]);
    const unix = without("v18-dev-a/x86_32", ["SOCKET_INET"]);
    expect(records((await clean(unix, "v18-dev-a/x86_32", "v18")).image, "SOCKET_UNIX")).toHaveLength(5);
  });

  it("v18 to v18-dev-a: refused as well", async () => {
    // Such a socket has no record of its family in v18.
    const source = rewritten(made("v18/x86_32", { tasks: 1, pages: 1 }), "v18/x86_32", (nodes) => {
      const inner = nodes.find(
        ({ rule, records }) => rule === "SOCK" && records[0].fields.sock.state === "TCP_LISTEN",
      ).records;
      inner[0].fields.sock_common.family = "AF_INET";
      inner.splice(1);
    });
    expect(obstacles(await convert(source, "v18/x86_32", "v18-dev-a"))).toEqual(["SOCKET"]);
  });
});

describe("inet-state", () => {
  const OLD = "v19-rc1/x86_32";
  const NEW = "v19-rc2-a/x86_32";
  const PATHS = [
    "rcv_saddr",
    "saddr",
    "num",
    "sport",
    "uc_ttl",
    "daddr",
    "dport",
    "tcp.rcv_nxt",
    "laddr_len",
    "laddr.sin_port",
  ];

  it("v19-rc1 to v19-rc2-a: sockets have the address and port that they are bound to, and nothing of a connection", async () => {
    const { image } = await clean(unconnected(OLD), OLD, "v19-rc2-a");
    expect([0, 1, 2].map((nth) => fields(image, "SOCKET_INET", PATHS, nth))).toEqual([
      [LOCALHOST, LOCALHOST, 8080, 8080, -1, 0, 0, 0, 16, 8080],
      [LOCALHOST, LOCALHOST, 8080, 8080, -1, 0, 0, 0, 16, 8080],
      [LOCALHOST, LOCALHOST, 5353, 5353, -1, 0, 0, 0, 16, 5353],
    ]);
    expect(lengths(image, "SOCKET_INET")).toEqual([328, 328, 328]);
  });

  it("connections are refused in both directions", async () => {
    const reasons = async (abi: string, to: string) => {
      const { report } = await convert(made(abi, { tasks: 1, pages: 1 }), abi, to);
      return report.obstacles.filter(({ step }) => step === "inet-state").map(({ count, why }) => [count, why]);
    };
    const expected = [[1, "the state of a connection cannot be converted"]];
    expect(await reasons(OLD, "v19-rc2-a")).toEqual(expected);
    expect(await reasons(NEW, "v19-rc1")).toEqual(expected);
  });

  it("v19-rc2-a to v19-rc1: what follows from the address is no loss, all else is", async () => {
    const source = rewritten(unconnected(NEW), NEW, (nodes) => {
      const inet = nodes.filter(({ record }) => record === "SOCKET_INET");
      inet[1].fields = structuredClone(inet[0].fields);
      Object.assign(inet[2].fields, { uc_ttl: 64, num: 4711 });
    });
    const result = await clean(source, NEW, "v19-rc1");
    expect(losses(result)).toEqual(["SOCKET_INET.num: 4711", "SOCKET_INET.uc_ttl: 64"]);
    expect(lengths(result.image, "SOCKET_INET")).toEqual([48, 48, 48]);
    expect(fields(result.image, "SOCKET_INET", ["laddr.sin_port", "laddr.sin_addr.s_addr"], 2)).toEqual([
      5353,
      LOCALHOST,
    ]);
  });
});
