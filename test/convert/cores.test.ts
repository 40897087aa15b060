/** The core of a process does not depend on the version of its image. */

import { describe, expect, it } from "vitest";
import { registry } from "../../generated/codecs/index.js";
import { coreOf, processesOf } from "../../tools/core/index.js";
import type { Image } from "../../tools/image/index.js";
import { MemorySink } from "../../tools/write/index.js";
import { COMPLETE } from "../images/fixtures.js";
import { opened } from "../opened.js";
import { convert, made } from "./conversions.js";

const SUBJECTS = [
  ...COMPLETE.map(({ name, notes, bytes }) => ({ name, abi: notes.abi, bytes })),
  ...["v17/x86_32", "v19/x86_64", "v21/s390x", "v21/powerpc", "v18/powerpc64", "v22-arm/arm"].map((abi) => ({
    name: `made ${abi}`,
    abi,
    bytes: made(abi, { plain: true }),
  })),
];

describe.each(SUBJECTS)("cores of $name", ({ abi, bytes }) => {
  it("are the same after a conversion that loses nothing", async () => {
    const before = await coresOf(opened(bytes, abi));
    expect(before.size).toBeGreaterThan(0);
    const [version = "", arch = ""] = abi.split("/");
    let compared = 0;
    for (const to of registry.versions.filter((id) => id !== version && registry.arches(id).includes(arch))) {
      const { bytes: result, report } = await convert(bytes, abi, to);
      if (!result || report.losses.length > 0) continue;
      const after = await coresOf(opened(result, `${to}/${arch}`));
      expect([...after.keys()], to).toEqual([...before.keys()]);
      for (const [pid, core] of before)
        expect(Buffer.compare(core, after.get(pid) as Uint8Array), `${to}, ${pid}`).toBe(0);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });
});

/** Cores of all processes that have one, by pid. */
async function coresOf(image: Image): Promise<Map<string, Uint8Array>> {
  const cores = new Map<string, Uint8Array>();
  for (const process of processesOf(image)) {
    const sink = new MemorySink();
    await coreOf(process).write(sink);
    cores.set(String(process.pid), sink.bytes);
  }
  return cores;
}
