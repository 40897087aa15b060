/** The fuzzer finds nothing in a short run, and would find it: its command lines do what they are there for. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMAND_LINES } from "../../scripts/fuzz/commands.js";
import { makeTrial } from "../../scripts/fuzz/run.js";
import { runSeries } from "../../scripts/fuzz/series.js";
import { specimens } from "../../scripts/fuzz/specimens.js";
import { CommandContext } from "../../tools/cli/context.js";
import { IMAGE_COMMANDS } from "../../tools/cli/image/commands.js";
import { ckpt } from "../cli/ckpt.js";

const corpus = specimens();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-fuzz-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("command lines", () => {
  it.each(COMMAND_LINES.map((words) => [words.join(" "), words] as const))("%s", async (_, words) => {
    const sound = corpus.find(({ name }) => name === "v20h-tree-sub.img");
    const image = join(folder, "image");
    writeFileSync(image, sound?.bytes ?? "");
    rmSync(join(folder, "out"), { recursive: true, force: true });
    const argv = words.map((word) => word.replace(/^(IMAGE|SOUND)$/, image).replace(/^PID$/, `${sound?.pid}`));
    const { code, err } = await ckpt(argv.map((word) => word.replace(/^OUT$/, join(folder, "out"))));
    expect(`${code} ${err}`).toMatch(/^[01] /);
  });

  it("of every command", () => {
    const program = new Command();
    for (const add of Object.values(IMAGE_COMMANDS))
      add(program, new CommandContext({ out: { write() {} }, err: { write() {} }, env: {} }));
    const tried = new Set(COMMAND_LINES.map(([command]) => command));
    // The fuzzer encodes what decode has written.
    expect(program.commands.map((command) => command.name()).filter((name) => !tried.has(name))).toEqual(["encode"]);
  });
});

describe("damaged images", () => {
  it("are the same for the same number", () => {
    const [one, again, other] = [5, 5, 6].map((number) => Buffer.from(makeTrial(3, number, corpus).bytes));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it("do no harm", async () => {
    const { tried, failures } = await runSeries({ seed: 20, from: 0, count: 300 });
    expect(failures).toEqual([]);
    expect(tried).toBe(300);
  });
});
