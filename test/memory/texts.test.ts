import { describe, expect, it } from "vitest";
import { abi } from "../../generated/codecs/index.js";
import { formatOf } from "../../tools/image/detect.js";
import { parseAddress, parseLength } from "../../tools/memory/address.js";
import { parseBytes } from "../../tools/memory/byte-text.js";
import { parsePattern } from "../../tools/memory/pattern.js";
import { made, mappingAt, memoryOf, real } from "./subjects.js";

const LITTLE = formatOf(abi("v21", "x86_64"));
const BIG = formatOf(abi("v19", "s390x"));
const SMALL = formatOf(abi("v19", "s390"));

describe("addresses", () => {
  const subject = real("v16-self-full.img");
  const [task] = subject.tasks as [(typeof subject.tasks)[0]];
  const at = (text: string) => parseAddress(text, memoryOf(subject, task.pid), task);

  it.each([
    ["0x804f000", 0x804f000n],
    ["134541312", 0x804f000n],
    ["0X804F000+0x10", 0x804f010n],
    ["0x804f000+0x10-16+1", 0x804f001n],
    [" 0x10 ", 0x10n],
    ["0xffffffff", 0xffffffffn],
    ["[stack]", 0xbfd6b000n],
    ["[stack]+0x20", 0xbfd6b020n],
    ["[heap]", 0x83fa000n],
    ["[vdso]", 0xb7f72000n],
    ["/bin/ck", 0x8048000n],
    ["/data/file2+4096", 0x55001000n],
    ["$ip", 0x80483e1n],
    ["$pc", 0x80483e1n],
    ["$eip", 0x80483e1n],
    ["$ip-0xe1", 0x8048300n],
    ["$esi", 0x5e5e0001n],
    ["$edi+1", 0xd1d10003n],
    ["$sp", 0xbfd7eb4cn],
  ])("reads %s", (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    ["", "neither a number"],
    ["stack", "neither a number such as 0x8048000 nor a register such as $sp, or a mapping: /bin/ck"],
    ["0x", "neither a number"],
    ["[heap", "neither a number"],
    ["$nothing", "task 175 has no register $nothing; $sp and $ip are there"],
    ["$constructor", "task 175 has no register $constructor; $sp and $ip are there"],
    ["$", "has no register"],
    ["0x100000000", "addresses here have 32 bits"],
    ["0xffffffff+1", "addresses here have 32 bits"],
    ["0-1", "addresses here have 32 bits"],
    [`0x${"f".repeat(10_000)}`, "addresses here have 32 bits"],
  ])("refuses %s", (text, reason) => {
    expect(() => at(text)).toThrow(expect.objectContaining({ code: "bad-address" }));
    expect(() => at(text)).toThrow(reason);
  });

  it("takes lengths with units", () => {
    expect(["1", "0x10", "4k", "2M", "1G", "0"].map(parseLength)).toEqual([1n, 16n, 4096n, 2n << 20n, 1n << 30n, 0n]);
    for (const text of ["", "k", "-1", "1T", "4 k", "1e3"]) expect(parseLength(text)).toBeUndefined();
  });
});

describe("bytes", () => {
  it.each([
    ["deadbeef", LITTLE, "deadbeef"],
    [" de ad\tBE ef ", LITTLE, "deadbeef"],
    ["u8:255,0", LITTLE, "ff00"],
    ["u16:5", LITTLE, "0500"],
    ["u16:5", BIG, "0005"],
    ["u32:0x12345678", LITTLE, "78563412"],
    ["u32:0x12345678, 1", BIG, "1234567800000001"],
    ["u64:0xffffffffffffffff", BIG, "ffffffffffffffff"],
    ["u64:9007199254740993", LITTLE, "0100000000002000"],
    ["s16:-2", LITTLE, "feff"],
    ["s64:-9223372036854775808", BIG, "8000000000000000"],
    ["word:1", LITTLE, "0100000000000000"],
    ["word:1", SMALL, "00000001"],
    ['"hi"', LITTLE, "6869"],
    ['"é"', LITTLE, "c3a9"],
    ['"\\n\\t\\r\\0\\\\\\"\\x7f\\xFF\\u{e9}"', LITTLE, "0a090d005c227fffc3a9"],
  ])("reads %s", (text, format, hex) => {
    expect(Buffer.from(parseBytes(text, format)).toString("hex")).toBe(hex);
  });

  it.each([
    ["", "does not describe bytes"],
    ["abc", "does not describe bytes"],
    ["0x12", "does not describe bytes"],
    ["xyz", "does not describe bytes"],
    ['"open', "does not describe bytes"],
    ['""', "is empty"],
    ['"\\q"', "has \\q, which has no meaning"],
    ["u8:256", "has 256, which does not fit into u8"],
    ["u8:-1", "does not fit"],
    ["s8:128", "does not fit"],
    ["u64:0x10000000000000000", "does not fit"],
    ["u32:", 'has "" where a number such as 5 or 0x10 should be'],
    ["u32:1,,2", 'has "" where'],
    ["u32:1.5", 'has "1.5" where'],
    ["u24:1", "does not describe bytes"],
  ])("refuses %s", (text, reason) => {
    expect(() => parseBytes(text, LITTLE)).toThrow(expect.objectContaining({ code: "bad-bytes" }));
    expect(() => parseBytes(text, LITTLE)).toThrow(reason);
  });
});

describe("patterns", () => {
  const find = (pattern: string, text: Buffer) =>
    [...parsePattern(pattern, LITTLE).find(text, [{ start: 0, until: text.length, end: text.length }], 0)].map(
      ({ at, length }) => [at, length],
    );

  it.each([
    [
      "6162",
      "xxabab",
      [
        [2, 2],
        [4, 2],
      ],
    ],
    [
      '"aa"',
      "aaaaa",
      [
        [0, 2],
        [2, 2],
      ],
    ],
    [
      "61??63",
      "abcaxc",
      [
        [0, 3],
        [3, 3],
      ],
    ],
    ["??63", "abc", [[1, 2]]],
    [
      "6?63",
      "acbc",
      [
        [0, 2],
        [2, 2],
      ],
    ],
    ["6?6363", "abcc", [[1, 3]]],
    ["61??", "a", []],
    [
      "/a+/",
      "baaab a",
      [
        [1, 3],
        [6, 1],
      ],
    ],
    [
      "/A/i",
      "aA",
      [
        [0, 1],
        [1, 1],
      ],
    ],
    ["/a.b/s", "a\nb", [[0, 3]]],
    ["/x*/", "aaa", []],
    ["/\\/etc\\/\\w+/", "in /etc/passwd", [[3, 11]]],
  ])("finds %s in %s", (pattern, text, expected) => {
    expect(find(pattern, Buffer.from(text))).toEqual(expected);
  });

  it("lets expressions see single bytes", () => {
    expect(find("/[\\x80-\\xff]+/", Buffer.from([1, 0x80, 0xff, 2]))).toEqual([[1, 2]]);
    expect(find("/\\x00b/", Buffer.from([0, 0x62]))).toEqual([[0, 2]]);
  });

  it.each([
    ["zz", "is not a pattern"],
    ["", "is not a pattern"],
    ["????", "has no byte without a question mark"],
    ["6?", "has no byte without a question mark"],
    ["de?", "is not a pattern"],
    ["u8:300", "does not fit"],
    ["/(/", "is not a regular expression"],
    ["/a/g", "has flags that mean nothing here"],
    ["//", "is not a pattern"],
    ["ab".repeat(70_000), "are too many"],
  ])("refuses %s", (pattern, reason) => {
    expect(() => parsePattern(pattern, LITTLE)).toThrow(expect.objectContaining({ code: "bad-bytes" }));
    expect(() => parsePattern(pattern, LITTLE)).toThrow(reason);
  });
});

describe("mappings without the addresses that programs under Linux 2.6.30 to 3.0 use", () => {
  it("have no name that misleads", () => {
    const subject = made("v21/x86_64", { tasks: 1 });
    const [task] = subject.tasks as [(typeof subject.tasks)[0]];
    const memory = memoryOf(subject, task.pid);
    expect(parseAddress("[heap]", memory, task)).toBe(subject.chosen[0]?.memory.space.address("start_brk"));
    const stack = mappingAt(memory, parseAddress("[stack]", memory, task));
    expect(stack && stack.end > (memory.space.address("start_stack") ?? 0n)).toBe(true);
  });
});
