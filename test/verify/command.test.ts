import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ckpt } from "../cli/ckpt.js";
import { Altered } from "./altered.js";

const FIXTURES = fileURLToPath(new URL("../fixtures/images/", import.meta.url));
const SOUND = join(FIXTURES, "v20h-tree-sub.img");
const ABI = "v19/x86_32";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-verify-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = async (...argv: string[]) => {
  const { code, out } = await ckpt(["verify", ...argv]);
  return { code, out };
};

/** A file with the image after a change. */
function changed(name: string, alter: (image: Altered) => void): string {
  const image = new Altered(new Uint8Array(readFileSync(SOUND)), ABI);
  alter(image);
  const path = join(folder, name);
  writeFileSync(path, image.bytes);
  return path;
}

const noted = () => changed("noted.img", (image) => image.set(image.record("HEADER"), "time", 0));
const wrong = () =>
  changed("wrong.img", (image) => {
    for (let nth = 0; nth < 5; nth++) image.set(image.record("VMA", { nth }), "_padding", 1);
    image.set(image.record("HEADER"), "time", 0);
  });

describe("ckpt verify", () => {
  it("says that a sound image is one", async () => {
    expect(await run(SOUND)).toEqual({
      code: 0,
      out: `${SOUND}: no findings in 356 records, read as v19/x86_32\n`,
    });
  });

  it("lists findings, what the rules ask for, and numbers", async () => {
    const { code, out } = await run(wrong());
    expect(code).toBe(1);
    const lines = out.trimEnd().split("\n");
    expect(lines.length).toBe(6 + 1 + 1 + 2 + 1);
    expect(lines[0]).toBe(
      "note: HEADER at offset 0: time: expected a time from 2009-05-27 to now, found 1970-01-01T00:00:00Z [header-time]",
    );
    expect(lines[1]).toMatch(
      /^warning: VMA at offset \d+ \(in MM 16\): _padding: expected zero, found 0x01 .* \[padding\]$/,
    );
    expect(lines.slice(-3)).toEqual([
      "  5 × padding: Bytes that belong to no field are zero. No kernel writes anything else; a restart may misinterpret it.",
      "  1 × header-time: The checkpoint was taken after the oldest version was written and not in the future. Something else is unusual, and perhaps right.",
      `${join(folder, "wrong.img")}: 0 errors, 5 warnings, 1 note in 356 records, read as v19/x86_32`,
    ]);
  });

  it("leaves out what is too much, notes first", async () => {
    const { out } = await run(wrong(), "--max", "2");
    expect(out.match(/^warning/gm)?.length).toBe(2);
    expect(out).not.toMatch(/^note/m);
    expect(out).toContain("and 4 more; --all lists all of them\n");
  });

  it("lets notes pass, unless it is to be strict", async () => {
    expect((await run(noted())).code).toBe(0);
    expect((await run(noted(), "--strict")).code).toBe(1);
  });

  it.each([[[]], [["--max", "3"]], [["--all"]], [["--max", "0"]]])("prints JSON with %j", async (options) => {
    const { out } = await run(wrong(), "--json", ...options);
    const { image, abi, findings, summary } = JSON.parse(out);
    expect({ image, abi }).toEqual({ image: join(folder, "wrong.img"), abi: ABI });
    const listed = options[0] === "--max" ? Number(options[1]) : 6;
    expect(findings.length).toBe(listed);
    expect(summary).toMatchObject({
      ...{ end: "complete", records: 356, bytes: 133780, errors: 0, warnings: 5, notes: 1 },
      ...{ leftOut: 6 - listed, rules: { padding: 5, "header-time": 1 } },
    });
    if (listed === 6)
      expect(findings).toContainEqual(
        expect.objectContaining({
          rule: "header-time",
          severity: "note",
          record: "HEADER",
          offset: 0,
          at: 56,
          field: "time",
        }),
      );
  });

  it("tells how far a damaged image was checked", async () => {
    const path = changed("cut.img", (image) => image.splice(100_000, image.bytes.length));
    const { code, out } = await run(path);
    expect(code).toBe(1);
    expect(out).toMatch(/^error: BUFFER at offset \d+ .*\[short-record\]$/m);
    expect(out).toMatch(/read as v19\/x86_32; nothing after the damage was checked\n$/);
  });

  it("tells why a checkpoint failed", async () => {
    const { code, out } = await run(join(FIXTURES, "v16-tree-notfrozen.img"));
    expect(code).toBe(1);
    expect(out).toContain('found the message "task 186 (tree-root) is not frozen" [checkpoint-failed]');
  });

  it("refuses what is no image", async () => {
    const path = join(folder, "text");
    writeFileSync(path, "This is a text and no image, however long it is.\n".repeat(50));
    const refused = async (...argv: string[]) => {
      const { code, out, err } = await ckpt(["verify", ...argv]);
      return `${code} ${out}${err}`;
    };
    expect(await refused(path)).toMatch(/^3 ckpt: cannot read .*: it is not a checkpoint image/);
    expect(await refused(path, "--all", "--json")).toMatch(/^3 ckpt: cannot read .*: it is not a checkpoint image/);
    expect(await refused(join(folder, "nothing"))).toMatch(/^3 ckpt: cannot read .*: there is no such file/);
    expect(await refused(SOUND, "--max", "many")).toMatch(/^2 ckpt: --max /);
  });

  it("shows no character of the image that steers a terminal", async () => {
    const path = changed("escape.img", (image) => {
      const { start } = image.record("BUFFER", { label: "machine" }).record?.payload ?? { start: 0 };
      image.poke(start, 0x1b, 0x5b, 0x32, 0x4a);
    });
    expect((await run(path, "--abi", ABI)).out).not.toContain("\u001b");
  });
});

describe("ckpt verify for a kernel", () => {
  const path = (name: string) => join(FIXTURES, `${name}.img`);

  it("finds nothing where the image was written, whatever process is to be restarted", async () => {
    for (const [image, like] of [
      ["x86_64-self-full", "x86_64-again-set"],
      ["s390x-tree-thread", "s390x-self-min"],
      ["v20h-tree-sub", "v20h-self-min"],
      ["v16-self-full", "v16-tree-sub"],
    ] as const) {
      const kernel = image.startsWith("v16") ? "2.6.30" : "2.6.33";
      expect((await run(path(image), "--like", path(like), "--for-kernel", kernel)).code, image).toBe(0);
    }
  });

  it("says what a restart refuses, and how to mend it", async () => {
    const { code, out } = await run(path("v16-self-min"), "--for-kernel", "2.6.33", "--for-abi", "v19");
    expect(code).toBe(1);
    expect(out).toContain("error: HEADER at offset 0: major: expected 2.6.33, found 2.6.30 [restart-kernel]\n");
    expect(out).toContain("error: HEADER at offset 0: rev: expected 5, found 1 [restart-revision]\n");
    expect(out).toContain("`ckpt convert --kernel` writes another one. Otherwise a restart refuses the image.\n");
  });

  it("has no findings after the conversion that it asks for", async () => {
    const result = join(folder, "converted.img");
    const options = ["--to", "v19", "--kernel", "2.6.33", "-o", result];
    expect((await ckpt(["convert", path("v16-self-min"), ...options])).code).toBe(0);
    expect((await run(result, "--for-kernel", "2.6.33", "--for-abi", "v19")).code).toBe(0);
  });

  it("notes that a 32-bit program needs a process that runs 32-bit code, which no option mends", async () => {
    const { code, out } = await run(path("x86_64-self32-full"), "--like", path("x86_64-self-min"));
    expect(code).toBe(0);
    expect(out).toContain("a process that runs 32-bit code to restart it in, found TIF_IA32 [restart-width]\n");
    expect((await run(path("x86_64-self32-full"), "--for-kernel", "2.6.33", "--strict")).code).toBe(1);
  });

  it.each([
    [["--for-kernel", "recent"], 2, /a kernel version is two or three numbers such as 2.6.33 or 3.2, not "recent"/],
    [["--for-abi", "v99"], 2, /unknown version "v99"/],
    [["--for-kernel", "2.6.30", "--like", path("x86_64-self-min")], 2, /the target is Linux 2.6.30, but .* 2.6.33/],
    [["--for-abi", "v21", "--like", path("x86_64-self-min")], 2, /the target is v21\/x86_64, but .* v19\/x86_64/],
    [["--like", path("none")], 3, /none\.img/],
  ] as const)("%j is refused", async (options, code, message) => {
    const refused = await ckpt(["verify", path("x86_64-self-full"), ...options]);
    expect(refused.code).toBe(code);
    expect(refused.err).toMatch(message);
    expect(refused.out).toBe("");
  });
});
