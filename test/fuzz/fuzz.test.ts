/** The fuzzer finds nothing in a short run, and finds injected faults; its command lines work. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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
    // `view` only opens the image, as the others do, and then runs until a signal ends it.
    const tried = new Set(["view", ...COMMAND_LINES.map(([command]) => command)]);
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

describe("a run that is stopped", () => {
  it("tells what was done until then", async () => {
    const stop = new AbortController();
    const result = runSeries({ seed: 20, from: 0, count: 1_000_000 }, stop.signal);
    setTimeout(() => stop.abort(), 50);
    const { tried, failures, coverage } = await result;
    expect(tried).toBeLessThan(1_000_000);
    expect(failures).toEqual([]);
    const counted = Object.values(coverage.commands).reduce((sum, times) => sum + times, 0);
    expect(counted).toBe(tried);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("by %s, in all its processes", async (signal) => {
    const { out, code } = await interrupted(["--nightly", "--jobs", "2"], signal);
    expect(code).toBe(signal === "SIGTERM" ? 143 : 130);
    const [, tried] = /^(\d+) damaged images in \d+ s, 0 failures/m.exec(out) ?? [];
    expect(out).toContain(`stopped by ${signal}: ${tried} of 1000000 images were tried\n`);
  });

  it("by its limit, without an error unless a count was asked for", async () => {
    const nightly = await interrupted(["--nightly", "--jobs", "1", "--seconds", "0.01"]);
    expect([nightly.code, nightly.out]).toEqual([0, expect.stringMatching(/^stopped after 0.01 s: \d+ of 1000000 /m)]);
    const counted = await interrupted(["--count", "5000", "--jobs", "1", "--seconds", "0.01"]);
    expect([counted.code, counted.out]).toEqual([
      1,
      expect.stringMatching(/^wrong: only \d+ of 5000 images were tried$/m),
    ]);
  });
});

/** Runs the command, and sends it a signal as soon as it has started to work. */
async function interrupted(
  argv: readonly string[],
  signal?: "SIGTERM" | "SIGINT",
): Promise<{ out: string; code: number | null }> {
  const script = fileURLToPath(new URL("../../scripts/fuzz/index.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, ...argv], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (data) => {
    out += data;
    if (signal && !child.killed) child.kill(signal);
  });
  const [code] = await once(child, "exit");
  return { out, code };
}
