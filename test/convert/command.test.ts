import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ckpt } from "../cli/ckpt.js";
import { made } from "./conversions.js";

const FIXTURE = fileURLToPath(new URL("../fixtures/images/v20h-tree-sub.img", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "ckpt-convert-"));
const image = join(folder, "app.img");
const lossy = join(folder, "lossy.img");
const out = join(folder, "out.img");

beforeAll(() => {
  copyFileSync(FIXTURE, image);
  writeFileSync(lossy, made("v23-rc2/x86_64", { plain: true }));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** No file was written, not even a temporary one. */
function expectNoFile(): void {
  expect(readdirSync(folder).sort()).toEqual(["app.img", "lossy.img"]);
}

describe("ckpt convert", () => {
  it("tells the plan and writes nothing", async () => {
    const { code, out: text } = await ckpt(["convert", image, "--to", "v23-rc2", "--plan"]);
    expect(code).toBe(0);
    expect(text).toMatch(/^v19\/x86_32 to v23-rc2\/x86_32\nsteps\n/);
    expect(text).toContain("  v23-rc1-b → v23-rc1-c: pids as objects in a table\n");
    expect(text).toMatch(/nothing is lost\n$/);
    expectNoFile();
  });

  it("wants losses allowed", async () => {
    const refused = await ckpt(["convert", lossy, "--to", "v21", "-o", out]);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain("  v23-rc2 → v23-rc1-c: TASK.flags (7 times): v23-rc1-c has no such field\n");
    expect(refused.out).toMatch(/nothing was written: something is lost, which --allow-loss allows\n$/);
    expectNoFile();
    expect((await ckpt(["convert", lossy, "--to", "v21", "--plan"])).code).toBe(1);
    const allowed = await ckpt(["convert", lossy, "--to", "v21", "--allow-loss", "-o", out]);
    expect([allowed.code, allowed.err]).toEqual([0, ""]);
    expect((await ckpt(["verify", out, "--abi", "v21"])).out).toContain("no findings");
    rmSync(out);
  });

  it("says what is in the way", async () => {
    writeFileSync(out, made("v23-rc2/x86_64"));
    const before = readFileSync(out);
    const { code, out: text } = await ckpt(["convert", out, "--to", "v21", "--allow-loss", "-o", out]);
    expect(code).toBe(1);
    expect(text).toMatch(/obstacles\n {2}v23-rc2 → v23-rc1-c: IPC_SHM.shift: huge pages/);
    expect(text).toMatch(/cannot be converted\n$/);
    expect(Buffer.compare(readFileSync(out), before)).toBe(0);
    rmSync(out);
  });

  it("prints JSON", async () => {
    const { code, out: text } = await ckpt(["convert", lossy, "--to", "v21", "--plan", "--json"]);
    expect(code).toBe(1);
    const { losses, ...report } = JSON.parse(text);
    expect(report).toMatchObject({ from: "v23-rc2/x86_64", to: "v21/x86_64", obstacles: [], output: null });
    expect(losses).toMatchObject([{ record: "TASK", field: "flags", count: 7 }]);
    expect(losses[0].examples[0]).toEqual({ offset: 627, place: "task 0", field: "flags", value: "2" });
    const done = await ckpt(["convert", image, "--to", "v23-rc2", "-o", out, "--json"]);
    expect(JSON.parse(done.out).output).toEqual({ file: out, bytes: readFileSync(out).length });
    rmSync(out);
  });

  it("writes to the standard output, and reports on the other one", async () => {
    const { code, bytes, err } = await ckpt(["convert", image, "--to", "v23-rc2", "--kernel", "2.6.37", "-o", "-"]);
    expect(code).toBe(0);
    expect(err).toContain("v19/x86_32 to v23-rc2/x86_32");
    writeFileSync(out, bytes);
    const info = await ckpt(["info", out]);
    expect(info.out).toContain("complete checkpoint of Linux 2.6.37");
    rmSync(out);
  });

  it("refuses wrong usage in one line", async () => {
    const said = async (...argv: string[]) => {
      const { code, err, out: text } = await ckpt(["convert", ...argv]);
      expect(text).toBe("");
      return [code, err];
    };
    expect(await said(image, "--to", "v23-rc2")).toEqual([2, "ckpt: where to? -o takes a file; --plan writes none\n"]);
    expect(await said(image, "--to", "v23", "-o", out)).toEqual([
      2,
      'ckpt: unknown version "v23"; did you mean v23-rc2, v23-rc1-a, v23-rc1-b, v23-rc1-c or v23-rc2-arm?\n',
    ]);
    expect((await said(image, "--to", "v21/arm", "-o", out))[0]).toBe(2);
    expect(await said(image, "--to", "v21", "--kernel", "two", "-o", out)).toEqual([
      2,
      'ckpt: a kernel version is two or three numbers such as 2.6.33 or 3.2, not "two"\n',
    ]);
    expect((await said(image, "--to", "v21", "--release", "x".repeat(65), "-o", out))[0]).toBe(2);
    expectNoFile();
  });

  it("refuses a damaged image and leaves no file", async () => {
    const cut = join(folder, "app.img");
    writeFileSync(cut, readFileSync(FIXTURE).subarray(0, 50_000));
    const { code, err } = await ckpt(["convert", cut, "--to", "v23-rc2", "-o", out]);
    expect(code).toBe(3);
    expect(err).toMatch(/^ckpt: .*app\.img: the image is damaged; nothing after the damage can be interpreted: /);
    expect(existsSync(out)).toBe(false);
    copyFileSync(FIXTURE, image);
    expectNoFile();
  });
});
