import { describe, expect, it } from "vitest";
import { fields, losses, order, payloadOf, records } from "../../conversions.js";
import { clean, lengths, plain } from "../images.js";

const V16 = "v16/x86_32";
const V17 = "v17/x86_32";
const TEXTS = ["sysname", "nodename", "release", "version", "machine", "domainname"];
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe("uts-texts", () => {
  it("v16 to v17: two strings and what the header says of the kernel", async () => {
    const source = plain(
      V16,
      "header.time=0",
      "header.patch=30",
      "release=2.6.30-rc7",
      "machine=i586",
      "nodename=here",
      "domainname=there",
    );
    const { image } = await clean(source, V16, "v17");
    const [uts] = records(image, "UTS_NS");
    expect(uts && TEXTS.map((name) => image.fields(uts).text(name))).toEqual([
      ...["Linux", "here", "2.6.30-rc7"],
      ...["#1 SMP Wed Mar 17 16:07:31 EDT 2010", "i586", "there"],
    ]);
    expect(order(uts?.parent)).toEqual(["UTS_NS"]);
    expect(lengths(image, "UTS_NS")).toEqual([8 + 6 * 65 + 2]);
  });

  it("v17 to v16: host and domain as strings of 65 bytes, the others are lost when the header has them not", async () => {
    const source = plain(
      V17,
      "uts_ns[0].nodename=here",
      "uts_ns[0].domainname=there",
      "uts_ns[0].release=3.14",
      "uts_ns[0].sysname=Minix",
    );
    const result = await clean(source, V17, "v16");
    expect(order(records(result.image, "UTS_NS")[0]?.parent)).toEqual(["UTS_NS", "nodename", "domainname"]);
    expect(["nodename", "domainname"].map((name) => text(payloadOf(result.image, name)))).toEqual([
      "here".padEnd(65, "\0"),
      "there".padEnd(65, "\0"),
    ]);
    expect(fields(result.image, "UTS_NS", ["nodename_len", "domainname_len"])).toEqual([65, 65]);
    expect(lengths(result.image, "UTS_NS")).toEqual([16]);
    expect(losses(result).filter((lost) => lost.startsWith("UTS_NS"))).toEqual([
      "UTS_NS.sysname: Minix",
      "UTS_NS.release: 3.14",
    ]);
  });
});
