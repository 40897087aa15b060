/** The fuzzer finds nothing in a short run, and would find it: its command lines do what they are there for. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMAND_LINES } from "../../scripts/fuzz/commands.js";
import { MUTATIONS } from "../../scripts/fuzz/mutations.js";
import { Random } from "../../scripts/fuzz/random.js";
import { makeTrial } from "../../scripts/fuzz/run.js";
import { runSeries } from "../../scripts/fuzz/series.js";
import { Corpus } from "../../scripts/fuzz/specimens.js";
import { IMAGE_COMMANDS } from "../../tools/cli/commands/index.js";
import { CommandContext } from "../../tools/cli/frame/context.js";
import { ckpt } from "../cli/ckpt.js";

const corpus = new Corpus();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-fuzz-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("command lines", () => {
  it.each(COMMAND_LINES.map((words) => [words.join(" "), words] as const))("%s", async (_, words) => {
    const sound = corpus.of("v20h-tree-sub.img");
    const image = join(folder, "image");
    writeFileSync(image, sound.bytes);
    rmSync(join(folder, "out"), { recursive: true, force: true });
    const text = join(folder, "text");
    writeFileSync(text, (await ckpt(["decode", image])).out);
    const filled: Readonly<Record<string, string>> = {
      IMAGE: image,
      SOUND: image,
      TEXT: text,
      OUT: join(folder, "out"),
      PID: `${sound.pid}`,
      VERSION: "v21",
    };
    const { code, err } = await ckpt(words.map((word) => filled[word] ?? word.replace("PID", `${sound.pid}`)));
    expect(`${code} ${err}`).toMatch(/^[01] /);
  });

  it("of every command", () => {
    const program = new Command();
    for (const add of Object.values(IMAGE_COMMANDS))
      add(program, new CommandContext({ out: { write() {} }, err: { write() {} }, env: {} }));
    const tried = new Set(COMMAND_LINES.map(([command]) => command));
    expect(program.commands.map((command) => command.name()).filter((name) => !tried.has(name))).toEqual([]);
  });
});

describe("damaged images", () => {
  it("are the same for the same number", () => {
    const [one, again, other] = [5, 5, 6].map((number) => Buffer.from(makeTrial(3, number, corpus).bytes));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it("do no harm", async () => {
    const { tried, failures, coverage } = await runSeries({ seed: 20, from: 0, count: 400 });
    expect(failures).toEqual([]);
    expect(tried).toBe(400);
    expect(Object.keys(coverage.mutations).sort()).toEqual(Object.keys(MUTATIONS).sort());
    expect(Object.keys(coverage.commands).sort()).toEqual([...new Set(COMMAND_LINES.map(([name]) => name))].sort());
  });

  it.each(Object.keys(MUTATIONS))("differ from the sound one: %s", (name) => {
    const random = new Random(7);
    const changed = corpus.names.filter((image) => {
      const sound = corpus.of(image);
      const damaged = MUTATIONS[name]?.(sound, random, [corpus.of("v21/s390x")]);
      return damaged && Buffer.compare(damaged, sound.bytes) !== 0;
    });
    expect(changed.length).toBeGreaterThan(corpus.names.length / 2);
  });

  it("are of every version on every architecture, in both byte orders", () => {
    const all = corpus.names.map((name) => corpus.of(name));
    expect(new Set(all.map(({ abi }) => abi)).size).toBeGreaterThan(70);
    expect(all.some(({ littleEndian }) => !littleEndian)).toBe(true);
    for (const { name, objects, references, texts } of all.filter(({ name }) => name.includes("/"))) {
      expect(objects.length, name).toBeGreaterThan(5);
      expect(references.length, name).toBeGreaterThan(5);
      expect(texts.length, name).toBeGreaterThan(5);
    }
  });
});
