import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ckpt, type Surroundings } from "../cli/ckpt.js";
import { realImage } from "../images/fixtures.js";
import { firstDifference } from "./text.js";

const { bytes } = realImage("v20h-self-files.img");

let folder: string;
let image: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-text-"));
  image = at("app.img");
  writeFileSync(image, bytes);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("decode and encode", () => {
  it("through the standard output", async () => {
    const { code, out, err } = await ckpt(["decode", image]);
    expect([code, err]).toEqual([0, ""]);
    writeFileSync(at("app.json"), out);
    const back = await ckpt(["encode", at("app.json")]);
    expect(firstDifference(back.bytes, bytes)).toBeUndefined();
  });

  it("into files, with the memory beside", async () => {
    await ckpt(["decode", image, "--memory", at("memory"), "-o", at("app.json")]);
    await ckpt(["encode", at("app.json"), "--memory", at("memory"), "-o", at("new.img")]);
    expect(firstDifference(readFileSync(at("new.img")), bytes)).toBeUndefined();
    expect(readdirSync(folder).sort()).toEqual(["app.img", "app.json", "memory", "new.img"]);
  });

  it("with JSON that tells what was written", async () => {
    const decoded = await ckpt(["decode", image, "--memory", at("memory"), "-o", at("app.json"), "--json"]);
    const size = statSync(at("app.json")).size;
    expect(JSON.parse(decoded.out)).toEqual({ output: at("app.json"), bytes: size, memory: at("memory") });
    const encoded = await ckpt(["encode", at("app.json"), "--memory", at("memory"), "--json"]);
    expect(firstDifference(encoded.bytes, bytes)).toBeUndefined();
    expect(JSON.parse(encoded.err)).toEqual({ output: "-", bytes: bytes.length });
  });

  it("as the ABI that the user names", async () => {
    for (const abi of ["v19/x86_32", "v20-c/x86_32"]) {
      const { out } = await ckpt(["decode", image, "--abi", abi]);
      expect(JSON.parse(out).abi).toBe(abi);
    }
  });

  it("a damaged image is told, and there all the same", async () => {
    writeFileSync(image, bytes.subarray(0, 15_000));
    const { code, out, err } = await ckpt(["decode", image]);
    expect(code).toBe(1);
    expect(err).toContain("the image is damaged there");
    writeFileSync(at("app.json"), out);
    const back = await ckpt(["encode", at("app.json")]);
    expect(firstDifference(back.bytes, bytes.subarray(0, 15_000))).toBeUndefined();
  });
});

describe("refusals", () => {
  /** Exit code and message of a command without output. */
  const refused = async (argv: readonly string[], surroundings: Surroundings = {}) => {
    const { code, out, err } = await ckpt(argv, surroundings);
    expect(out).toBe("");
    return `${code} ${err.replaceAll(folder, "")}`;
  };

  it("an image on a terminal", async () => {
    expect(await refused(["encode", at("app.json")], { terminal: 80 })).toMatch(
      /^2 ckpt: an image is not for a terminal/,
    );
    expect(await refused(["encode", at("app.json"), "-o", "-"], { terminal: 80 })).toMatch(
      /^2 ckpt: an image is not for/,
    );
  });

  it("a mistake leaves the output as it was", async () => {
    await ckpt(["decode", image, "-o", at("app.json")]);
    writeFileSync(at("bad.json"), readFileSync(at("app.json"), "utf8").replace('"record": "TAIL"', '"record": "TIAL"'));
    writeFileSync(at("new.img"), "precious");
    expect(await refused(["encode", at("bad.json"), "-o", at("new.img")])).toMatch(
      /^3 ckpt: cannot read \/bad\.json: line \d+ \.records\[\d+\]\.record \(TIAL\): expected TAIL, found "TIAL"\n$/,
    );
    expect(readFileSync(at("new.img"), "utf8")).toBe("precious");
    expect(readdirSync(folder).sort()).toEqual(["app.img", "app.json", "bad.json", "new.img"]);
  });

  it("outputs that cannot be", async () => {
    expect(await refused(["decode", image, "-o", image])).toMatch(/^2 ckpt: \/app\.img is being read/);
    expect(await refused(["decode", image, "-o", at("no/app.json")])).toMatch(/^4 ckpt: .*no such directory/);
    expect(await refused(["decode", image, "--memory", folder])).toMatch(/^2 ckpt: {2}is not empty/);
    expect(await refused(["decode", image, "--memory", at("m"), "--inline"])).toMatch(/^2 ckpt: --inline and/);
    expect(await refused(["encode", at("app.txt")])).toMatch(/^3 ckpt: cannot read \/app\.txt: there is no such file/);
  });

  it("a memory directory is as it was when the text cannot be written", async () => {
    const names = readdirSync(folder);
    expect(await refused(["decode", image, "--memory", at("new"), "-o", at("no/app.json")])).toMatch(/^4 /);
    expect(readdirSync(folder)).toEqual(names);
    mkdirSync(at("mine"));
    expect(await refused(["decode", image, "--memory", at("mine"), "-o", folder])).toMatch(/^4 /);
    expect(readdirSync(at("mine"))).toEqual([]);
  });

  it("a memory directory that cannot be written is named", async () => {
    expect(await refused(["decode", image, "--memory", `${image}/memory`])).toMatch(
      /^4 ckpt: cannot write \/app\.img\/memory: /,
    );
  });

  it("more memory than one wants in a text", async () => {
    writeFileSync(image, Buffer.concat([bytes, Buffer.alloc(65 << 20, 0xee)]));
    expect(await refused(["decode", image])).toMatch(/^2 ckpt: the image has 65.* --memory DIR, or .* --inline\n$/);
    writeFileSync(image, Buffer.concat([bytes, Buffer.alloc(129 << 20, 0xee)]));
    expect(await refused(["decode", image, "--inline"])).toMatch(/in one piece, too long for a text/);
  });
});
