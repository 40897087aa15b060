/** Every command that opens an image identifies files of other kinds by name, and still reads images. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ckpt } from "../cli/ckpt.js";
import { temporaryFiles } from "../opened.js";
import { realImage } from "./fixtures.js";

const file = temporaryFiles();
const SOUND = realImage("v16-self-min.img").bytes;

const bytesOf = (...parts: (string | Uint8Array | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));
const zeros = (length: number) => new Uint8Array(length);

function words(littleEndian: boolean, ...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries())
    if (littleEndian) bytes.writeUInt32LE(value, i * 4);
    else bytes.writeUInt32BE(value, i * 4);
  return bytes;
}

function swapped(width: number): Buffer {
  const bytes = Buffer.from(SOUND.subarray(0, SOUND.length - (SOUND.length % width)));
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}

/** Header of an ELF file of a type. */
function elf(type: number, isBig = false): Buffer {
  const half = isBig ? [0, type] : [type, 0];
  return bytesOf("\x7fELF", [2, isBig ? 2 : 1, 1, 0], zeros(8), half, zeros(66000));
}

const KINDS: readonly (readonly [name: string, bytes: Uint8Array, what: string, advice?: string])[] = [
  ["ELF program", elf(2), "it is an ELF program"],
  ["ELF library", elf(3), "it is an ELF program or library"],
  ["ELF core", elf(4), "it is an ELF core file", "gdb reads it: gdb PROGRAM FILE"],
  ["big-endian ELF core", elf(4, true), "it is an ELF core file", "gdb reads it: gdb PROGRAM FILE"],
  ["gzip", gzipSync(SOUND), "it is compressed with gzip", "unpack it first: gzip -dc FILE | ckpt info -"],
  ["xz", bytesOf("\xfd7zXZ\0", zeros(40)), "it is compressed with xz", "unpack it first: xz -dc FILE | ckpt info -"],
  [
    "zstd",
    bytesOf([0x28, 0xb5, 0x2f, 0xfd], zeros(9)),
    "it is compressed with zstd",
    "unpack it first: zstd -dc FILE | ckpt info -",
  ],
  [
    "bzip2",
    bytesOf("BZh91AY&SY", zeros(9)),
    "it is compressed with bzip2",
    "unpack it first: bzip2 -dc FILE | ckpt info -",
  ],
  [
    "zip",
    bytesOf("PK\x03\x04\x14\0\0\0", zeros(40)),
    "it is a zip archive",
    "unpack it first: unzip -p FILE MEMBER | ckpt info -",
  ],
  [
    "cpio",
    bytesOf("070701", "0".repeat(104)),
    "it is a cpio archive",
    "unpack it first: cpio -i --to-stdout MEMBER < FILE | ckpt info -",
  ],
  [
    "tar",
    bytesOf("image.ckpt", zeros(247), "ustar\0", zeros(249), SOUND),
    "it is a tar archive",
    "unpack it first: tar -xOf FILE MEMBER | ckpt info -",
  ],
  ["pcap", words(true, 0xa1b2c3d4, 0x40002, 0, 0, 65535, 1), "it is a capture of network packets (pcap)"],
  ["big-endian pcap", words(false, 0xa1b2c3d4, 0x20004, 0, 0, 65535, 1), "it is a capture of network packets (pcap)"],
  ["pcapng", words(true, 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, 0, 28), "it is a capture of network packets (pcapng)"],
  [
    "CRIU core",
    words(true, 0x54564319, 0x55053847, 64),
    "it is an image of CRIU (core)",
    "crit reads it: crit show FILE",
  ],
  [
    "big-endian CRIU mm",
    words(false, 0x54564319, 0x57492820, 64),
    "it is an image of CRIU (mm)",
    "crit reads it: crit show FILE",
  ],
  [
    "CRIU stats",
    words(true, 0x55105940, 0x57093306, 64),
    "it is an image of CRIU (stats)",
    "crit reads it: crit show FILE",
  ],
  [
    "CRIU inventory",
    words(true, 0x58313116, 32, 0),
    "it is an image of CRIU (inventory)",
    "crit reads it: crit show FILE",
  ],
  ["unknown CRIU", words(true, 0x54564319, 0x11111111, 64), "it is an image of CRIU", "crit reads it: crit show FILE"],
  [
    "DMTCP",
    bytesOf("DMTCP_CHECKPOINT_IMAGE_v4.0\n\0", zeros(99)),
    "it is a checkpoint of DMTCP",
    "dmtcp_restart is for it",
  ],
  ["zeros", zeros(5000), "all its 5000 bytes are zero"],
  ["many zeros", zeros(100_000), "its first 65536 bytes are zero"],
  ["text", bytesOf("dear reader,\nthis is no image\n"), "it is a text"],
  [
    "text in Latin-1",
    Buffer.from("cher lecteur, l'\xe9t\xe9\n", "latin1"),
    "it is a text in an encoding other than UTF-8",
  ],
  ["text in UTF-16, little-endian", Buffer.from("\ufeffdear reader\n", "utf16le"), "it is a text in UTF-16"],
  ["text in UTF-16, big-endian", Buffer.from("\ufeffdear reader\n", "utf16le").swap16(), "it is a text in UTF-16"],
  ["other JSON", bytesOf('{ "format": "something else" }\n'), "it is a text, probably JSON"],
  [
    "leading bytes",
    bytesOf("\r\n%!", SOUND),
    "an image begins at offset 4, after other bytes",
    "leave out what is in front: tail -c +5 FILE | ckpt info -",
  ],
  [
    "leading zeros",
    bytesOf(zeros(512), SOUND),
    "an image begins at offset 512, after other bytes",
    "leave out what is in front: tail -c +513 FILE | ckpt info -",
  ],
  [
    "bytes swapped in pairs",
    swapped(2),
    "its bytes are swapped in groups of 2",
    "swap them back: dd conv=swab if=FILE | ckpt info -",
  ],
  [
    "bytes swapped in words",
    swapped(4),
    "its bytes are swapped in groups of 4",
    "swap them back: objcopy -I binary -O binary --reverse-bytes=4 FILE OUT",
  ],
  [
    "bytes swapped in longs",
    swapped(8),
    "its bytes are swapped in groups of 8",
    "swap them back: objcopy -I binary -O binary --reverse-bytes=8 FILE OUT",
  ],
];

const hex = (bytes: Uint8Array) =>
  [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

describe("a file of another kind", () => {
  for (const [name, bytes, what, advice] of KINDS)
    it(name, async () => {
      const path = file("other", bytes);
      const { code, out, err } = await ckpt(["info", path]);
      const found = `at offset 0 it has ${hex(bytes)} instead of the type of HEADER`;
      const told = [what, found, ...(advice === undefined ? [] : [advice])].join("; ");
      expect([code, out, err]).toEqual([3, "", `ckpt: cannot read ${path}: it is not a checkpoint image: ${told}\n`]);
    });

  it("the text of an image goes back through encode", async () => {
    const text = (await ckpt(["decode", file("sound", SOUND)])).out;
    const { code, err } = await ckpt(["info", file("text", Buffer.from(text))]);
    expect(code).toBe(3);
    expect(err).toMatch(
      /: it is the text of one, as ckpt decode writes it; .*; make an image of it: ckpt encode FILE -o IMAGE\n$/,
    );
  });

  it.each<[string, Uint8Array, string]>([
    ["nothing", zeros(0), "it is empty"],
    ["less than a header of a record", SOUND.subarray(0, 7), "it has only 7 bytes"],
    [
      "less than a record",
      SOUND.subarray(0, 20),
      "it begins like one, but it has HEADER at offset 0: expected 48 bytes, found the end of the image after 20 bytes",
    ],
    [
      "no kind that is known",
      bytesOf([0xfd, 0x3f, 0xeb, 0x3c], [0xff, 0xff, 0xff, 0xff, 0xfe]),
      "at offset 0 it has fd 3f eb 3c instead of the type of HEADER",
    ],
  ])("%s", async (_, bytes, why) => {
    const path = file("other", bytes);
    expect((await ckpt(["info", path])).err).toBe(`ckpt: cannot read ${path}: it is not a checkpoint image: ${why}\n`);
  });

  it("a directory, and one of CRIU", async () => {
    const folder = join(dirname(file("x", zeros(0))), "dump");
    mkdirSync(folder);
    expect(await ckpt(["info", folder])).toMatchObject({
      code: 3,
      err: `ckpt: cannot read ${folder}: it is a directory\n`,
    });
    writeFileSync(join(folder, "inventory.img"), "");
    expect((await ckpt(["info", folder])).err).toBe(
      `ckpt: cannot read ${folder}: it is a directory with a checkpoint of CRIU; crit reads its files: crit show FILE\n`,
    );
  });

  it.each([
    ["ps"],
    ["maps"],
    ["fds"],
    ["regs"],
    ["env"],
    ["auxv"],
    ["signals"],
    ["creds"],
    ["sockets"],
    ["ipc"],
    ["ns"],
    ["records"],
    ["verify"],
    ["report"],
    ["decode"],
    ["get", "--list"],
    ["set", "task[0].comm=x"],
    ["peek", "0x1000"],
    ["poke", "0x1000=00"],
    ["search", "/x/"],
    ["strip"],
    ["core"],
    ["convert", "--to", "v21"],
    ["verify", "--json"],
    ["info", "--abi", "v21/x86_64"],
    ["info", "--abi", "v21/s390x"],
  ])("is named by %s", async (command, ...rest) => {
    const path = file("elf", elf(4));
    const output = ["strip", "core", "convert", "set", "poke"].includes(command) ? ["-o", `${path}.out`] : [];
    const { code, err } = await ckpt([command, path, ...rest, ...output]);
    expect(code).toBe(3);
    expect(err).toContain(
      "it is an ELF core file; at offset 0 it has 7f 45 4c 46 instead of the type of HEADER; gdb reads it: gdb PROGRAM FILE\n",
    );
  });

  it("is named by diff, as either image", async () => {
    const [other, sound] = [file("elf", elf(4)), file("sound", SOUND)];
    for (const pair of [
      [other, sound],
      [sound, other],
    ]) {
      const { code, err } = await ckpt(["diff", ...pair]);
      expect([code, err]).toEqual([3, expect.stringContaining("it is an ELF core file")]);
    }
  });

  it.each<[string, Uint8Array, string]>([
    ["an image", SOUND, "it is the image itself; make a text of it: ckpt decode FILE -o TEXT"],
    ["gzip", gzipSync("{}"), "it is compressed with gzip; unpack it first: gzip -dc FILE | ckpt encode - -o IMAGE"],
    ["an ELF file", elf(2), "it is an ELF program"],
  ])("%s is no text", async (_, bytes, why) => {
    const path = file("other", bytes);
    const { code, err } = await ckpt(["encode", path]);
    expect([code, err]).toEqual([3, `ckpt: cannot read ${path}: it is not the text of an image: ${why}\n`]);
  });
});

describe("what is an image", () => {
  it("is read, though the type of its first record is destroyed", async () => {
    for (const type of [0xff, 2, 77]) {
      const bytes = SOUND.slice();
      bytes[0] = type;
      const { code, out } = await ckpt(["info", file("wrong", bytes)]);
      expect([type, code]).toEqual([type, 1]);
      expect(out).toContain("damaged checkpoint");
    }
  });

  it("is read up to the damage behind its first record", async () => {
    const bytes = SOUND.slice();
    bytes.fill(0xff, 48);
    const { code, out } = await ckpt(["info", file("wrong", bytes)]);
    expect([code, out]).toEqual([
      1,
      expect.stringContaining("damaged checkpoint of Linux 2.6.30: readable up to offset 48"),
    ]);
  });
});
