import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type ImageRecord, records } from "../../tools/image/index.js";
import { ckpt, text } from "../cli/ckpt.js";
import { IMAGES, type RealImage, realImage } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";

const path = (name: string) => fileURLToPath(new URL(`../fixtures/images/${name}`, import.meta.url));
const FILES = path("v20h-self-files.img");

interface Line {
  readonly offset: number;
  readonly type: number;
  readonly name: string;
  readonly len: number;
  readonly label?: string;
  readonly raw?: number;
  readonly in: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
  readonly payload?: number;
  readonly text?: string;
}

async function lines(...argv: string[]): Promise<Line[]> {
  const { code, out, err } = await ckpt(["records", ...argv, "--json"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** The bytes in a hex view. */
function bytesShown(view: string): string[] {
  return [...view.matchAll(/^ *\d+ {2}((?:[0-9a-f]{2} ?)+)/gm)].flatMap(([, row = ""]) => row.trim().split(" "));
}

describe.each(IMAGES)("$name", ({ name, format, source }: RealImage) => {
  it("lists the records that framing finds, as JSON and as lines", async () => {
    const framed = [...records(format, source)];
    const facts = ({ offset, type, name, length }: ImageRecord) => ({ offset, type, name, len: length });
    expect((await lines(path(name))).map(({ offset, type, name, len }) => ({ offset, type, name, len }))).toEqual(
      framed.map(facts),
    );
    const { out } = await ckpt(["records", path(name)]);
    expect(out.trimEnd().split("\n")).toHaveLength(framed.length);
  });

  it("shows every byte in the hex view, and once but for members of unions", async () => {
    const { out } = await ckpt(["records", path(name), "--hex"]);
    const file = readFileSync(path(name));
    const seen = new Set<number>();
    for (const [, offset, row = ""] of out.matchAll(/^ *(\d+) {2}((?:[0-9a-f]{2} ?)+)/gm))
      row
        .trim()
        .split(" ")
        .forEach((byte, i) => {
          const at = Number(offset) + i;
          if (Number.parseInt(byte, 16) !== file[at]) throw new Error(`another byte at ${at}`);
          seen.add(at);
        });
    const left = [...out.matchAll(/^ {12}(\d+) more bytes$/gm)].map(([, count]) => Number(count));
    const leftOut = left.reduce((sum, count) => sum + count, 0);
    expect(seen.size + leftOut).toBe(source.size);
    // The floating-point registers of s390 are unions, whose members share bytes.
    if (name.startsWith("s390x-")) return;
    const shown = bytesShown(out);
    expect(shown.length + leftOut).toBe(source.size);
    if (left.length === 0) expect(Buffer.from(shown.join(""), "hex").equals(file)).toBe(true);
  });
});

it.each(["TASK", "CPU", "SIGNAL", "VMA"])("shows every byte of a %s that is cut short", async (type) => {
  const { bytes, format, source } = realImage("v20h-self-files.img");
  const whole = [...records(format, source)].find(({ name }) => name === type) as ImageRecord;
  const folder = mkdtempSync(join(tmpdir(), "ckpt-records-"));
  try {
    for (let length = 8; length < whole.length; length += 3) {
      const cut = Uint8Array.from(bytes.subarray(0, whole.offset + length));
      new DataView(cut.buffer).setUint32(whole.offset + 4, length, true);
      writeFileSync(join(folder, "cut.img"), cut);
      const { out } = await ckpt(["records", join(folder, "cut.img"), "--abi", "v19/x86_32", "--hex"]);
      const at = out.indexOf(` bytes at offset ${whole.offset}\n`);
      expect(bytesShown(out.slice(at)), `${length} bytes`).toHaveLength(length);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("shows fields with their meaning", async () => {
  const { out } = await ckpt(["records", FILES, "--type", "VMA"]);
  const [first = ""] = out.split("\n");
  expect(first).toContain("vma_type=CKPT_VMA_FILE(3)");
  expect(first).toContain("vm_start=0x8048000 vm_end=0x804c000");
  expect(first).toContain("vm_flags=VM_READ|VM_EXEC|");
});

it("gives fields, texts and the place in the grammar as JSON", async () => {
  const [name] = await lines(FILES, "--type", "task_name");
  expect(name).toMatchObject({ name: "STRING", label: "task_name", in: ["image", "task"], payload: 16, text: "ck" });
  const [pids] = await lines(FILES, "--type", "pids");
  expect(pids?.fields).toMatchObject({ "pids[0].vpid": 177, "pids[0].vppid": 1 });
  const [header] = await lines(FILES, "--type", "header");
  expect(header?.fields).toMatchObject({ magic: String(0x00feed0cc0a2d200n), rev: 5, "constants.task_comm_len": 16 });
});

it("finds the record that has a byte", async () => {
  for (const at of ["459", "482", "0x1cb"]) expect(await lines(FILES, "--at", at)).toMatchObject([{ offset: 459 }]);
  const { bytes } = realImage("v20h-self-files.img");
  expect(await ckpt(["records", FILES, "--at", String(bytes.length)])).toMatchObject({
    code: 2,
    err: `ckpt: no record has the byte at offset ${bytes.length}; the image has ${bytes.length} bytes\n`,
  });
});

it("shows the bytes outside the framing with the record before them", async () => {
  const pipes = await lines(path("v16-self-files.img"), "--type", "FILE_PIPE");
  expect(pipes.length).toBeGreaterThan(0);
  for (const { raw, fields } of pipes) expect(raw ?? 0).toBe(fields.pipe_len);
});

describe("refuses", () => {
  it.each([
    [["--type", "NOPE"], /has no record type "NOPE"/],
    [["--at", "x"], /--at takes an offset in bytes, not "x"/],
    [["--at", "-1"], /--at takes an offset in bytes, not "-1"/],
    [["--abi", "v99"], /unknown version "v99"/],
    [["--page-size", "5000"], /--page-size takes a power of two/],
  ])("%j", async (argv, message) => {
    const { code, err, out } = await ckpt(["records", FILES, ...argv]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });
});

describe("what cannot be read", () => {
  const readme = fileURLToPath(new URL("../../README.md", import.meta.url));
  it.each([
    ["/nonexistent", "ckpt: cannot read /nonexistent: there is no such file\n"],
    ["/", "ckpt: cannot read /: it is a directory\n"],
    ["/dev/null", "ckpt: cannot read /dev/null: it is not a checkpoint image: it is empty\n"],
    ["/dev/zero", "ckpt: cannot read /dev/zero: it is a device, not a file or a pipe\n"],
  ])("%s", async (file, err) => {
    expect(await ckpt(["records", file])).toMatchObject({ code: 3, out: "", err });
  });

  it("a file of another kind", async () => {
    const { code, out, err } = await ckpt(["records", readme]);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain("it is not a checkpoint image");
  });
});

it("is cut at the width of a terminal", async () => {
  const { out } = await ckpt(["records", FILES], { terminal: 60, env: { NO_COLOR: "1" } });
  for (const line of out.trimEnd().split("\n")) expect(line.length).toBeLessThanOrEqual(60);
});

describe("values of made images", () => {
  const image = async (abi: string, change: (bytes: Buffer) => void, use: (path: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), "ckpt-records-"));
    try {
      const bytes = Buffer.from(makeBytes({ abi, pages: 0 }));
      change(bytes);
      writeFileSync(join(folder, "made.img"), bytes);
      await use(join(folder, "made.img"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const unchanged = () => {};

  it("name bits whose enumeration has their numbers", () =>
    image("v21/powerpc", unchanged, async (made) => {
      expect((await lines(made, "--type", "CPU"))[0]?.fields.features_used).toBe(1);
      expect(await text("records", made, "--type", "CPU")).toContain("features_used=CKPT_USED_FP ");
    }));

  it("show no padding where a longer member of a union lies", () =>
    image("v21/x86_64", unchanged, async (made) => {
      const [device = ""] = (await text("records", made, "--type", "NETDEV", "--hex")).split("\n\n");
      expect(device).toContain("veth.peer_ref = ");
      expect(device.match(/\(padding\)/g)).toHaveLength(1);
    }));

  it("show that the name of a socket is abstract", () =>
    image("v21/x86_64", unchanged, async (made) => {
      expect(await text("records", made, "--type", "SOCKET_UNIX")).toContain('laddr.sun_path="\\u0000abstract"');
    }));

  it("keep the bytes of a path that is no UTF-8 apart", () =>
    image(
      "v21/x86_64",
      (bytes) => bytes.write("\xff\xfe", bytes.indexOf("/srv/jobs/data") + 1, "latin1"),
      async (made) => {
        const out = await text("records", made, "--type", "FILE_NAME");
        expect(out).toContain('"/\\udcff\\udcfev/jobs/data"');
        expect(out).not.toContain("\ufffd");
      },
    ));
});

it("tells what a kernel said that gave up", async () => {
  const failed = path("v16-tree-notfrozen.img");
  expect(await text("records", failed)).toContain('STRING message  "task 186 (tree-root) is not frozen"');
  expect((await lines(failed)).at(-1)?.text).toBe("\0task 186 (tree-root) is not frozen");
});
