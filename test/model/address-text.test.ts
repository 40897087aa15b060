/** Network addresses have one form in every command: RFC 5952 for IPv6, pairs with colons for hardware, decimal with dots for IPv4. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ipv4Text, ipv6Text, macText, parseIpv4, parseIpv6 } from "../../tools/model/address-text.js";
import { ckpt } from "../cli/ckpt.js";
import { makeBytes } from "../make-image/make.js";

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

describe("IPv6 addresses", () => {
  it.each([
    ["20010db8000000000000000000000001", "2001:db8::1"],
    ["00000000000000000000000000000000", "::"],
    ["00000000000000000000000000000001", "::1"],
    ["fe800000000000000000000000000000", "fe80::"],
    ["00010000000000020000000000000003", "1:0:0:2::3"],
    ["00100000000000200000000000000300", "10:0:0:20::300"],
    ["00010002000300040005000600070008", "1:2:3:4:5:6:7:8"],
    ["00010002000000040005000600070008", "1:2:0:4:5:6:7:8"],
    // The first of two runs of the same length, and no run of one group (RFC 5952, 4.2.2 and 4.2.3).
    ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
    ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
    ["ABCDEF00000000000000000000000000", "abcd:ef00::"],
    // A mapped IPv4 address (RFC 5952, 5), and addresses that only resemble one.
    ["00000000000000000000ffffc0000201", "::ffff:192.0.2.1"],
    ["000000000000000000000000c0000201", "::c000:201"],
    ["0000000000000000ffff0000c0000201", "::ffff:0:c000:201"],
  ])("%s is %s", (hex, text) => {
    expect(ipv6Text(bytesOf(hex))).toBe(text);
    expect(parseIpv6(text)).toEqual(bytesOf(hex));
  });

  it.each([
    ["2001:0DB8:0:0:0:0:0:1", "20010db8000000000000000000000001"],
    ["1:2:3:4:5:6:192.0.2.1", "000100020003000400050006c0000201"],
    ["::192.0.2.1", "000000000000000000000000c0000201"],
  ])("%s is read as well", (text, hex) => expect(parseIpv6(text)).toEqual(bytesOf(hex)));

  it.each([
    ...["", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", ":1:2:3:4:5:6:7", "12345::", "g::"],
    ...["::1%eth0", "192.0.2.1", "::1.2.3", "::ffff:1.2.3.256", "1:2:3:4:5:6:7:1.2.3.4"],
  ])("%j is none", (text) => expect(parseIpv6(text)).toBeUndefined());

  it("any 16 bytes come back, and the system takes their text for an address", () => {
    const byte = fc.oneof(fc.constant(0), fc.constant(0xff), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), (array) => {
        const text = ipv6Text(array);
        expect(isIPv6(text)).toBe(true);
        expect([...(parseIpv6(text) ?? [])]).toEqual(array);
      }),
    );
  });
});

it("IPv4 and hardware addresses", () => {
  expect(ipv4Text(0xc0000201)).toBe("192.0.2.1");
  expect(ipv4Text(0xffff_ffffn)).toBe("255.255.255.255");
  expect(parseIpv4("192.0.2.1")).toBe(0xc0000201n);
  expect(parseIpv4("192.0.2.256")).toBeUndefined();
  expect(parseIpv4("192.0.2")).toBeUndefined();
  expect(macText([2, 0, 0x5e, 0x10, 0, 0xff])).toBe("02:00:5e:10:00:ff");
});

describe("commands", () => {
  const LOCAL = "SOCKET_INET[1].inet6.rcv_saddr.__in6_u.__u6_addr8";
  const REMOTE = "SOCKET_INET[1].inet6.daddr.__in6_u.__u6_addr8";
  let folder: string;
  let plain: string;
  let changed: string;

  const out = async (...argv: string[]) => (await ckpt(argv)).out;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ckpt-addresses-"));
    [plain, changed] = ["plain.img", "changed.img"].map((name) => join(folder, name)) as [string, string];
    writeFileSync(plain, makeBytes({ abi: "v21/x86_64" }));
    const texts = [`${LOCAL}=::FFFF:192.0.2.1`, `${REMOTE}=20010db8000000000000000000000001`];
    const others = [
      "SOCKET[5].sock_common.family=AF_INET6",
      "SOCKET_INET[1].laddr_len=0",
      "SOCKET_INET[1].raddr_len=0",
    ];
    const mac = "NETDEV[17].hwaddr=02005e1000ff";
    expect(await ckpt(["set", plain, ...others, ...texts, mac, "-o", changed])).toMatchObject({ code: 0 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("get prints what set takes", async () => {
    expect(await out("get", changed, LOCAL)).toBe("::ffff:192.0.2.1\n");
    expect(await out("get", changed, REMOTE)).toBe("2001:db8::1\n");
    expect(await out("get", changed, "NETDEV[17].hwaddr")).toBe("02:00:5e:10:00:ff\n");
    expect(await out("get", changed, "SOCKET_INET[0].laddr.sin_addr.s_addr")).toBe("127.0.0.1\n");
    const again = join(folder, "again.img");
    const values = [`${LOCAL}=::ffff:192.0.2.1`, `${REMOTE}=2001:db8::1`, "NETDEV[17].hwaddr=02:00:5e:10:00:ff"];
    await ckpt(["set", changed, ...values, "-o", again]);
    expect(readFileSync(again).equals(readFileSync(changed))).toBe(true);
  });

  it("records shows them in the same form", async () => {
    const hex = await out("records", changed, "--type", "SOCKET_INET", "--hex");
    expect(hex).toMatch(/inet6\.rcv_saddr\.__in6_u\.__u6_addr8\s.*::ffff:192\.0\.2\.1/);
    expect(hex).toMatch(/inet6\.daddr\.__in6_u\.__u6_addr8\s.*\s2001:db8::1/);
    expect(hex).toMatch(/laddr\.sin_addr\.s_addr\s.*\s127\.0\.0\.1/);
    expect(await out("records", changed, "--type", "NETDEV", "--hex")).toMatch(/hwaddr\s.*\s02:00:5e:10:00:ff/);
  });

  it("sockets and ns", async () => {
    expect(await out("sockets", changed)).toMatch(/47 +inet6 .* \[::ffff:192\.0\.2\.1\]:8080 +\[2001:db8::1\]:40000/);
    expect(await out("ns", changed)).toContain(" 02:00:5e:10:00:ff ");
  });

  it("diff", async () => {
    const text = await out("diff", plain, changed);
    expect(text).toContain("inet6.rcv_saddr.__in6_u.__u6_addr8 :: -> ::ffff:192.0.2.1");
    expect(text).toContain("inet6.daddr.__in6_u.__u6_addr8 :: -> 2001:db8::1");
    expect(text).toContain("02:00:00:00:00:01 -> 02:00:5e:10:00:ff");
  });

  it("decode writes them, and encode makes the same image", async () => {
    const text = join(folder, "image.json");
    const back = join(folder, "back.img");
    await ckpt(["decode", changed, "-o", text]);
    const json = readFileSync(text, "utf8");
    for (const shown of ["::ffff:192.0.2.1", "2001:db8::1", "02:00:5e:10:00:ff", "127.0.0.1"])
      expect(json).toContain(`"${shown}"`);
    expect(json).not.toContain('"0:0:0:0:0:0:0:0"');
    await ckpt(["encode", text, "-o", back]);
    expect(readFileSync(back).equals(readFileSync(changed))).toBe(true);
  });

  it("report shows none of them", async () => {
    const report = await out("report", changed);
    for (const hidden of ["192.0.2.1", "2001:db8", "5e:10", "127.0.0.1"]) expect(report).not.toContain(hidden);
  });
});
