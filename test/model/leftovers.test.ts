/** Leftover kernel memory in fields without a meaning in their record, in images that kernels wrote, for all tools that read fields. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { type Image, MemorySource, openImage, type TreeNode } from "../../tools/image/index.js";
import { recordFields } from "../../tools/records/index.js";
import { ckpt } from "../cli/ckpt.js";
import { convert, converted, edited, made } from "../convert/conversions.js";
import { realImage } from "../images/fixtures.js";
import { opened } from "../opened.js";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/images/${name}.img`, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "ckpt-leftovers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Images in which a process has sent itself a signal with `kill` and one with `tkill`, and the leftover word in the value of both. */
const KILLED = [
  ["x86_64-self-full", 2n],
  ["x86_64-self32-full", 18446612132574853632n],
  ["s390x-self-full", 133512664n],
] as const;

/** Sizes in bytes of the ranges of leftover memory in the fields of a record. */
function leftoversIn(image: Image, node: TreeNode): number[] {
  const { record } = node;
  const stretches: { start: number; end: number }[] = [];
  for (const { offset, size, unmeant } of record ? recordFields(image, { record, node }) : []) {
    if (unmeant !== "leftover") continue;
    const last = stretches.at(-1);
    if (last && offset <= last.end) last.end = Math.max(last.end, offset + size);
    else stretches.push({ start: offset, end: offset + size });
  }
  return stretches.map(({ start, end }) => end - start);
}

/** Ranges of leftover memory in the records of a name. */
function leftovers(image: Image, name: string): number[] {
  return [...image.root].flatMap((node) => (node.record?.name === name ? leftoversIn(image, node) : []));
}

describe.each(KILLED)("%s, signals that kill and tkill sent", (name, left) => {
  const bytes = realImage(`${name}.img`).bytes.slice();
  const image = opened(bytes);
  const abi = image.format.abi.name;
  const path = "task[0].shared_pending.siginfo[0].sigval_ptr";

  it("have the integer, the value and the times for leftover memory", () => {
    // They are adjacent.
    expect(leftovers(image, "SIGPENDING")).toEqual([28, 28]);
  });

  it("are shown with their sender alone", async () => {
    const { out } = await ckpt(["signals", fixture(name)]);
    expect(out).toMatch(/SIGUSR1 SI_TKILL, pid \d+, uid 0\n/);
    expect(out).toMatch(/SIGUSR2 SI_USER, pid \d+, uid 0\n/);
  });

  it("are marked among the fields of their records", async () => {
    const { out } = await ckpt(["records", fixture(name), "--type", "SIGPENDING", "--hex"]);
    expect(out).toContain(`sigval_ptr = 0x${left.toString(16)} (leftover memory)\n`);
    expect(out.match(/leftover memory/g)).toHaveLength(8);
  });

  it("lose nothing on the way to a version that has no place for it", async () => {
    const { report } = await converted(bytes, abi, "v23-rc2");
    expect(report.losses).toEqual([]);
    expect((await ckpt(["convert", fixture(name), "--to", "v23-rc2", "--plan"])).code).toBe(0);
  });

  it("do not differ from the same signals with something else left there", async () => {
    const other = join(folder, "other.img");
    writeFileSync(other, edited(bytes, abi, `${path}=0x1234`));
    expect(await ckpt(["diff", fixture(name), other])).toMatchObject({ code: 0 });
    writeFileSync(other, edited(bytes, abi, "task[0].shared_pending.siginfo[0].csi_uid=17"));
    expect(await ckpt(["diff", fixture(name), other])).toMatchObject({ code: 1 });
  });

  it("are stripped of it, and of nothing else", async () => {
    const out = join(folder, "stripped.img");
    const keep = "memory,environment,pipes,sockets,messages,tty,values";
    expect(await ckpt(["strip", fixture(name), "--keep", keep, "-o", out])).toMatchObject({ code: 0 });
    const stripped = edited(
      bytes,
      abi,
      `${path}=0`,
      `${path.replace("shared", "private")}=0`,
      "task[0].robust_futex_head_len=0",
      "task[0].compat_robust_futex_head_len=0",
    );
    expect(Buffer.compare(readFileSync(out), stripped)).toBe(0);
  });

  it("get a warning with a value, unless the signal becomes one that has a value", async () => {
    const copy = join(folder, "set.img");
    copyFileSync(fixture(name), copy);
    const { err } = await ckpt(["set", copy, `${path}=5`, "--dry-run"]);
    expect(err).toBe(`ckpt: warning: ${path}: it has no meaning here, because of other fields of the record\n`);
    const queued = `${path.replace("sigval_ptr", "csi_code")}=0x50000`;
    expect((await ckpt(["set", copy, queued, `${path}=5`, "--dry-run"])).err).not.toContain("means nothing");
  });

  it("keep it as JSON text, to the byte", async () => {
    const text = join(folder, "image.json");
    writeFileSync(text, (await ckpt(["decode", fixture(name)])).out);
    expect(Buffer.compare((await ckpt(["encode", text])).bytes, bytes)).toBe(0);
  });
});

it("has the length of a list of robust futexes for leftover memory where there is no list", async () => {
  const bytes = realImage("v20h-self-min.img").bytes.slice();
  const image = opened(bytes);
  // Its own list has address zero and length 12; that of a 32-bit task on a 64-bit kernel has neither.
  expect(leftovers(image, "TASK")).toEqual([4, 4]);
  const fields = (losses: readonly { field: string | undefined }[]) => losses.map(({ field }) => field);
  const without = await convert(bytes, "v19/x86_32", "v16");
  expect(fields(without.report.losses)).not.toContain("robust_futex_head_len");
  const list = edited(bytes, "v19/x86_32", "task[0].robust_futex_list=0x8050000");
  expect(leftovers(opened(list), "TASK")).toEqual([4]);
  const lost = fields((await convert(list, "v19/x86_32", "v16")).report.losses);
  expect(lost).toContain("robust_futex_list");
  expect(lost).toContain("robust_futex_head_len");
});

it("leaves the bytes of a union to the member that means something", () => {
  const image = openImage(new MemorySource(made("v21/x86_64")), { abi: "v21/x86_64" });
  const format = image.format;
  const found: Record<string, number[]> = {};
  for (const node of image.root) {
    if (node.record?.name !== "NETDEV") continue;
    const kind = image.fields(node).number("type") ?? 0;
    const name = NETDEVS.find((each) => format.constant(each) === kind) ?? `${kind}`;
    found[name] = leftoversIn(image, node);
  }
  // The two numbers of a veth device take eight bytes, the mode of a macvlan device the first four of them.
  expect(found).toEqual({ CKPT_NETDEV_LO: [8], CKPT_NETDEV_VETH: [], CKPT_NETDEV_SIT: [8], CKPT_NETDEV_MACVLAN: [4] });
});

const NETDEVS = ["CKPT_NETDEV_LO", "CKPT_NETDEV_VETH", "CKPT_NETDEV_SIT", "CKPT_NETDEV_MACVLAN"];

describe("a union whose member follows from the kind of the device", () => {
  const abi = "v23-rc2/x86_64";
  const bytes = made(abi);
  const image = openImage(new MemorySource(bytes), { abi });
  const devices = [...image.root].filter(({ record }) => record?.name === "NETDEV");
  const ofKind = (kind: string) => {
    const number = image.format.constant(kind);
    const node = devices.find((each) => image.fields(each).number("type") === number) as TreeNode;
    return { node, offset: node.offset, path: `netdev[${node.parent?.object?.objref}]` };
  };
  const [macvlan, veth] = [ofKind("CKPT_NETDEV_MACVLAN"), ofKind("CKPT_NETDEV_VETH")];
  const file = join(folder, "devices.img");
  writeFileSync(file, bytes);

  it("has in the text the member that is meant, and comes back to the byte", async () => {
    const copy = bytes.slice();
    // The bytes after the mode are leftover memory.
    copy.set([1, 2, 3, 4], macvlan.offset + 16);
    for (const own of [bytes, copy]) {
      const [at, text] = [join(folder, "devices-text.img"), join(folder, "devices.json")];
      writeFileSync(at, own);
      const { out } = await ckpt(["decode", at, "--abi", abi]);
      const lines = out.split("\n").filter((line) => line.includes('"record": "NETDEV"'));
      expect(lines.filter((line) => line.includes("CKPT_NETDEV_MACVLAN"))).toHaveLength(1);
      for (const line of lines)
        if (line.includes("CKPT_NETDEV_MACVLAN")) {
          expect(line).toContain('"macvlan": { "mode": 4 }');
          expect(line).not.toContain("veth");
        } else expect(line).toMatch(/"veth": \{ "this_ref": \d+, "peer_ref": \d+ \}/);
      writeFileSync(text, out);
      expect(Buffer.compare((await ckpt(["encode", text])).bytes, own)).toBe(0);
    }
  });

  it("says among the fields of a record which of its members mean nothing", () => {
    const fields = ({ node }: typeof veth) =>
      recordFields(image, { record: node.record as NonNullable<TreeNode["record"]>, node })
        .filter(({ path }) => /^(veth|macvlan)\./.test(path))
        .map(({ path, unmeant }) => [path, unmeant]);
    expect(fields(veth)).toEqual([
      ["veth.this_ref", undefined],
      ["veth.peer_ref", undefined],
      ["macvlan.mode", "overlaid"],
    ]);
    expect(fields(macvlan)).toEqual([
      ["veth.this_ref", "overlaid"],
      ["veth.peer_ref", "leftover"],
      ["macvlan.mode", undefined],
    ]);
  });

  it("prints that they mean nothing beside the bytes, and leaves them out of the line of a record", async () => {
    const hex = (await ckpt(["records", file, "--abi", abi, "--type", "NETDEV", "--hex"])).out;
    expect(hex).toMatch(/macvlan\.mode = 4\n/);
    expect(hex).toMatch(/veth\.this_ref = 4 \(means nothing here\)\n/);
    expect(hex).toMatch(/macvlan\.mode = \d+ \(means nothing here\)\n/);
    const lines = (await ckpt(["records", file, "--abi", abi, "--type", "NETDEV"])).out.split("\n");
    const line = lines.find((each) => each.includes("CKPT_NETDEV_MACVLAN"));
    expect(line).toContain("veth.peer_ref=0 (leftover memory) macvlan.mode=4 inet_addrs");
    expect(line).not.toContain("this_ref");
  });

  it("warns of a member that means nothing, although its bytes are those of one that is meant", async () => {
    const warned = async ({ path }: typeof veth, field: string) => {
      // Another number in a reference to a device breaks the image.
      const { err, code } = await ckpt(["set", file, "--abi", abi, "--dry-run", "--force", `${path}.${field}=9`]);
      return [code, err.includes(`${path}.${field}: it has no meaning here, because of other fields of the record`)];
    };
    expect(await warned(macvlan, "veth.peer_ref")).toEqual([0, true]);
    expect(await warned(macvlan, "veth.this_ref")).toEqual([0, true]);
    expect(await warned(macvlan, "macvlan.mode")).toEqual([0, false]);
    expect(await warned(veth, "macvlan.mode")).toEqual([0, true]);
  });
});
