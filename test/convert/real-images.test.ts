/** Converts images that kernels wrote to every other version that can hold them. */

import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { recordFields } from "../../tools/records/index.js";
import { COMPLETE, IMAGES } from "../images/fixtures.js";
import { opened } from "../opened.js";
import { convert, edited, faults, records } from "./conversions.js";
import { portraitOf } from "./portrait.js";

/** Versions that cannot hold an image, with the reason. */
const IMPOSSIBLE: Readonly<Record<string, { readonly version: string; readonly why: string }>> = {
  "v20h-tree-thread.img": { version: "v16", why: "v16 saves no threads" },
};

/** The first version with codes for the segments of a 64-bit kernel. */
const WIDE_SEGMENTS = "v19-rc2-b";

describe.each(COMPLETE.map(({ name, notes, bytes }) => [name, notes.abi, bytes] as const))("%s", (name, abi, bytes) => {
  const image = opened(bytes, abi);
  const [, arch = ""] = abi.split("/");
  const before = portraitOf(image);

  it("keeps registers, memory and tree in every version", async () => {
    for (const version of registry.versions.filter((id) => registry.arches(id).includes(arch))) {
      const { bytes: result, report } = await convert(bytes, abi, version);
      const obstacle = IMPOSSIBLE[name];
      if (arch === "x86_64" && registry.versions.indexOf(version) < registry.versions.indexOf(WIDE_SEGMENTS)) {
        expect(result, version).toBeUndefined();
        const whys = new Set(report.obstacles.map(({ why }) => why));
        expect([...whys].every((why) => /^v19-rc2-a has no CKPT_X86_SEG_USER64_[CD]S$/.test(why))).toBe(true);
        continue;
      }
      if (obstacle?.version === version) {
        expect(report.obstacles.map(({ why }) => why)).toEqual([obstacle.why]);
        continue;
      }
      const target = `${version}/${arch}`;
      expect(result, `${version}: ${report.obstacles[0]?.why}`).toBeDefined();
      expect(faults(result as Uint8Array, target), version).toEqual([]);
      expect(portraitOf(opened(result as Uint8Array, target)), version).toEqual(before);
    }
  });

  it("loses nothing on the way to newer versions, and comes back as it was", async () => {
    const [version = ""] = abi.split("/");
    const { bytes: newest, report } = await convert(bytes, abi, "v23-rc2-arm");
    expect(report.losses).toEqual([]);
    const back = await convert(newest as Uint8Array, `v23-rc2-arm/${arch}`, version);
    // Only values that were invented for v16 are lost on the way back.
    if (version !== "v16") expect(back.report.losses).toEqual([]);
    const expected = version === "v16" ? withoutReset(bytes, abi) : bytes;
    const [found, wanted] = [back.bytes as Uint8Array, expected].map((each) => withoutLeftovers(each, abi));
    expect(Buffer.compare(found as Uint8Array, wanted as Uint8Array)).toBe(0);
  });
});

/** Debug registers without a breakpoint come back as zero, not with their values after a processor reset. */
function withoutReset(bytes: Uint8Array, abi: string): Uint8Array {
  return edited(bytes, abi, "task[0].cpu.debugreg6=0", "task[0].cpu.debugreg7=0");
}

/** Fields without a meaning in their record, such as the value of a signal sent by kill, may come back as zero. */
function withoutLeftovers(bytes: Uint8Array, abi: string): Uint8Array {
  const image = opened(bytes, abi);
  const cleared = bytes.slice();
  for (const node of image.root) {
    const { record } = node;
    if (!record) continue;
    for (const { offset, size, unmeant } of recordFields(image, { record, node }))
      if (unmeant === "leftover") cleared.fill(0, record.offset + offset, record.offset + offset + size);
  }
  return cleared;
}

it("turns the message of a failed checkpoint into one of any version", async () => {
  const failed = IMAGES.find(({ name }) => name === "v16-tree-notfrozen.img");
  const { bytes = new Uint8Array(0) } = failed ? await convert(failed.bytes, failed.notes.abi, "v23-rc2") : {};
  const image = opened(bytes, "v23-rc2/x86_32");
  expect(image.end).toBe("error");
  expect(records(image, "message")[0]?.record?.type).toBe(5);
});
