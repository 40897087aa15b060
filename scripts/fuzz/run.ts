/** Puts damaged images through the tools and notes whatever they must never do. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../tools/cli/main.js";
import { ImageError, MemorySource, openImage } from "../../tools/image/index.js";
import { verify } from "../../tools/verify/index.js";
import { COMMAND_LINES } from "./commands.js";
import { MUTATIONS } from "./mutations.js";
import { Random } from "./random.js";
import type { ImageSpecimen } from "./specimens.js";

/** One damaged image. It is a function of seed and number alone. */
export interface Trial {
  readonly number: number;
  readonly specimen: ImageSpecimen;
  /** Names of the mutations, in order. */
  readonly mutations: readonly string[];
  readonly bytes: Uint8Array;
  readonly command: readonly string[];
}

/** What went wrong with one. */
export interface Failure {
  readonly trial: Trial;
  readonly reason: string;
}

/** Seconds of the processor that no input may take; what others do on the machine does not count. */
const PATIENCE = 10;

export function makeTrial(seed: number, number: number, corpus: readonly ImageSpecimen[]): Trial {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const specimen = random.pick(corpus);
  const mutations = [random.pick(Object.keys(MUTATIONS))];
  while (random.below(3) === 0) mutations.push(random.pick(Object.keys(MUTATIONS)));
  let { bytes } = specimen;
  for (const name of mutations) {
    if (bytes.length === 0) break;
    // The offsets are those of the sound image; after the first mutation they hit anything.
    const offsets = specimen.offsets.filter((offset) => offset < bytes.length);
    bytes =
      MUTATIONS[name]?.({ ...specimen, bytes, offsets: offsets.length > 0 ? offsets : [0] }, random, corpus) ?? bytes;
  }
  return { number, specimen, mutations, bytes, command: COMMAND_LINES[number % COMMAND_LINES.length] as string[] };
}

/** @param directory where files of the trial may lie; afterwards it is as it was */
export async function tryOut(trial: Trial, directory: string): Promise<Failure | undefined> {
  const started = process.cpuUsage();
  const reason = (await readAndVerify(trial)) ?? (await runCommand(trial, directory));
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  if (reason !== undefined) return { trial, reason };
  return seconds > PATIENCE ? { trial, reason: `took ${seconds.toFixed(1)} s` } : undefined;
}

async function readAndVerify({ bytes }: Trial): Promise<string | undefined> {
  const source = new MemorySource(bytes);
  try {
    const image = openImage(source);
    verify(image.format, source);
    return undefined;
  } catch (error) {
    return error instanceof ImageError ? undefined : `reading threw ${stackOf(error)}`;
  }
}

async function runCommand({ bytes, command, specimen }: Trial, directory: string): Promise<string | undefined> {
  const image = join(directory, "image");
  const sound = join(directory, "sound");
  const output = join(directory, "output");
  writeFileSync(image, bytes);
  writeFileSync(sound, specimen.bytes);
  const argv = command.map((word) =>
    word
      .replace(/^IMAGE$/, image)
      .replace(/^SOUND$/, sound)
      .replace(/^OUT$/, output)
      .replace(/^PID$/, `${specimen.pid}`),
  );
  try {
    const { code, out: text, err: message } = await runQuietly(argv);
    if (![0, 1, 2, 3].includes(code)) return `exit code ${code}`;
    if (code > 1 && message === "") return `exit code ${code} without a message`;
    if (code > 1 && existsSync(output)) return `exit code ${code}, but there is an output`;
    const steering = STEERING.exec(text) ?? STEERING.exec(message);
    if (steering)
      return `control character ${JSON.stringify(steering[0])} in ${JSON.stringify(steering.input.slice(Math.max(0, steering.index - 40), steering.index + 40))}`;
    if (/^\s+at .*:\d+:\d+\)?$/m.test(message)) return `stack trace: ${message}`;
    if (command[0] === "diff" && !command.includes("SOUND") && code === 1) return `it differs from itself: ${text}`;
    return command[0] === "decode" && code < 2 ? await differenceAfterEncoding(text, bytes, output) : undefined;
  } catch (error) {
    return `${command.join(" ")} threw ${stackOf(error)}`;
  } finally {
    rmSync(output, { recursive: true, force: true });
    rmSync(image);
    rmSync(sound);
  }
}

async function runQuietly(argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const streams = {
    out: { write: (data: string | Uint8Array) => out.push(String(data)) },
    err: { write: (data: string | Uint8Array) => err.push(String(data)) },
    env: {},
  };
  const code = await run(argv, streams, "fuzz");
  return { code, out: out.join(""), err: err.join("") };
}

/** Damaged or not, an image comes back from its text as it was. */
async function differenceAfterEncoding(text: string, bytes: Uint8Array, path: string): Promise<string | undefined> {
  const encoded = `${path}.img`;
  try {
    writeFileSync(path, text);
    const { code, err } = await runQuietly(["encode", path, "-o", encoded]);
    if (code !== 0) return `encode cannot read what decode wrote: ${err}`;
    return readFileSync(encoded).equals(bytes) ? undefined : "encode made another image of what decode wrote";
  } finally {
    rmSync(encoded, { force: true });
  }
}

/** Characters that steer a terminal. Lines end, and nothing else. */
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
