import { describe, expect, it } from "vitest";
import { convert, edited, fields, losses, made, textOf } from "../../conversions.js";
import { clean, lengths, returns, without } from "../images.js";

const OLD = "v19-rc1/x86_64";
const NEW = "v19-rc2-a/x86_64";
const LENGTHS = ["lin_len", "skb_len", "frg_len", "hdr_len", "data_offset", "nr_frags"];
const HEADERS = ["transport_header", "network_header", "mac_header", "mac_len"];
/** The queue of the second socket of a pair, with two buffers. */
const QUEUE = "file_table[0].deferred[1].receive_queue";

describe("socket-buffers", () => {
  it("v19-rc1 to v19-rc2-a: all of the linear part is data", async () => {
    const source = without(OLD, ["SOCKET_INET"]);
    const { image } = await clean(source, OLD, "v19-rc2-a");
    expect(
      [0, 1, 2].map((nth) => [textOf(image, "socket_data", nth), ...fields(image, "SOCKET_BUFFER", LENGTHS, nth)]),
    ).toEqual([
      ["over the ", 9, 9, 0, 0, 0, 0],
      ["socket pair", 11, 11, 0, 0, 0, 0],
      ["last words", 10, 10, 0, 0, 0, 0],
    ]);
    expect(fields(image, "SOCKET_BUFFER", HEADERS)).toEqual([0, 0, 0, 0]);
    expect(lengths(image, "SOCKET_BUFFER")).toEqual([104, 104, 104]);
    const refs = fields(image, "SOCKET_BUFFER", ["sk_objref", "pr_objref"]);
    expect(refs).toEqual(["this", "this"].map((path, i) => fields(image, "SOCKET_UNIX", [path], i)[0]));
    expect(await returns(source, OLD, "v19-rc2-a")).toBe(true);
  });

  it("v19-rc2-a to v19-rc1: two numbers and data, what stands before the data is lost", async () => {
    const source = without(NEW, ["SOCKET_INET"]);
    const result = await clean(source, NEW, "v19-rc1");
    expect(losses(result)).toEqual([]);
    expect(lengths(result.image, "SOCKET_BUFFER")).toEqual([16, 16, 16]);
    const first = ["data_offset=5", "hdr_len=5", "skb_len=4"].map((value) => `${QUEUE}.socket_buffer[0].${value}`);
    const headed = edited(source, NEW, ...first, `${QUEUE}.total_bytes=15`);
    const shifted = await clean(headed, NEW, "v19-rc1");
    expect(textOf(shifted.image, "socket_data")).toBe("the ");
    expect(losses(shifted)).toEqual([`BUFFER.data_offset: ${Buffer.from("over ").toString("hex")}`]);
  });

  it("buffers of internet sockets are refused in both directions, and pages as well", async () => {
    const obstacles = async (abi: string, to: string) => {
      const { report } = await convert(made(abi, { tasks: 1, pages: 1 }), abi, to);
      return report.obstacles.filter(({ step }) => step === "socket-buffers").map(({ field, why }) => [field, why]);
    };
    expect(await obstacles(OLD, "v19-rc2-a")).toEqual([[undefined, expect.stringMatching(/need headers/)]]);
    expect(await obstacles(NEW, "v19-rc1")).toEqual([
      [undefined, expect.stringMatching(/have headers/)],
      ["nr_frags", expect.stringMatching(/no pages/)],
    ]);
  });
});
