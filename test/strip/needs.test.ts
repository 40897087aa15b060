/** Every entry of the list of what stays in a stripped image is needed: without it an image is invalid, or some command shows less. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Image, MemorySource, openImage } from "../../tools/image/index.js";
import { ALLOWED_FIELDS, type Allowed } from "../../tools/strip/allowed.js";
import { stripImage } from "../../tools/strip/strip.js";
import { MemorySink } from "../../tools/write/sink.js";
import { ckpt } from "../cli/ckpt.js";
import { makeBytes } from "../make-image/make.js";

const COMMANDS = ["verify", "info", "ps", "maps", "fds", "regs", "signals", "creds", "sockets", "ipc", "ns", "auxv"];

/** Images with many kinds of records; the first that needs an entry is used. */
const SUBJECTS = [
  makeBytes({ abi: "v21/x86_64" }),
  makeBytes({ abi: "v21/powerpc" }),
  makeBytes({ abi: "v23-rc2/s390x" }),
  makeBytes({ abi: "v21/x86_64", error: "out of memory" }),
].map((bytes) => openImage(new MemorySource(bytes)));

const folder = mkdtempSync(join(tmpdir(), "ckpt-strip-needs-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function shown(image: Image, command: string, registers: boolean, allowed: readonly Allowed[]): Promise<string> {
  const sink = new MemorySink();
  await stripImage(image, sink, { registers }, undefined, allowed);
  const path = join(folder, "stripped.img");
  writeFileSync(path, sink.bytes);
  const { code, out, err } = await ckpt([command, path, "--abi", image.format.abi.name, "--json"]);
  return `${code} ${out} ${err}`;
}

describe("a stripped image", () => {
  const always = ALLOWED_FIELDS.filter(({ keep }) => !keep);

  it.each(always.map((entry) => [entry.what, entry] as const))("needs %s", async (_, entry) => {
    const others = ALLOWED_FIELDS.filter((each) => each !== entry);
    for (const registers of [false, true])
      for (const image of SUBJECTS)
        for (const command of COMMANDS) {
          const before = await shown(image, command, registers, ALLOWED_FIELDS);
          if ((await shown(image, command, registers, others)) !== before) return;
        }
    expect.unreachable("every command shows the same without it");
  });
});
