/** Passes damaged images to the tools and detects forbidden behaviour. */

import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { registry } from "../../generated/codecs/index.js";
import { run } from "../../tools/cli/main.js";
import { ImageError, MemorySource, openImage } from "../../tools/image/index.js";
import { utf8Text } from "../../tools/utf8.js";
import { verify } from "../../tools/verify/index.js";
import { COMMAND_LINES } from "./commands.js";
import { MUTATIONS } from "./mutations.js";
import { Random } from "./random.js";
import type { Corpus, Specimen } from "./specimens.js";
import { damagedText } from "./texts.js";

/** One damaged image; a function of seed and number. */
export interface Trial {
  readonly number: number;
  readonly specimen: Specimen;
  /** Names of the mutations, in order. */
  readonly mutations: readonly string[];
  readonly bytes: Uint8Array;
  readonly command: readonly string[];
  /** Value of the placeholder `VERSION`. */
  readonly version: string;
  /** Seed of the damage of the text `TEXT`. */
  readonly textSeed: number;
}

export interface Outcome {
  /** Exit code of the command; undefined if it has none. */
  readonly code: number | undefined;
  /** What went wrong; undefined if nothing did. */
  readonly reason: string | undefined;
}

/** Maximum processor time in seconds for any input; other processes on the machine do not count. */
const MAX_SECONDS = 10;

export function makeTrial(seed: number, number: number, corpus: Corpus): Trial {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const specimen = corpus.pick(random);
  const others = [corpus.pick(random), specimen];
  const mutations = [random.pick(Object.keys(MUTATIONS))];
  while (random.below(3) === 0) mutations.push(random.pick(Object.keys(MUTATIONS)));
  let { bytes } = specimen;
  for (const name of mutations) {
    if (bytes.length === 0) break;
    // The offsets are those of the sound image; after the first mutation they may be wrong.
    const offsets = specimen.offsets.filter((offset) => offset < bytes.length);
    bytes =
      MUTATIONS[name]?.({ ...specimen, bytes, offsets: offsets.length > 0 ? offsets : [0] }, random, others) ?? bytes;
    // Images that double again and again test nothing.
    if (bytes.length > MAX_IMAGE_BYTES) bytes = bytes.slice(0, MAX_IMAGE_BYTES);
  }
  const command = COMMAND_LINES[number % COMMAND_LINES.length] as string[];
  const version = random.pick(registry.versions);
  return { number, specimen, mutations, bytes, command, version, textSeed: random.below(2 ** 32) };
}

/** Maximum size of an image in bytes. */
const MAX_IMAGE_BYTES = 2 ** 20;

/**
 * Passes a damaged image to the library and to a command, and returns what was forbidden about that, if anything.
 *
 * @param directory for files of the trial, which are removed afterwards
 */
export async function tryOut(trial: Trial, directory: string): Promise<Outcome> {
  const started = process.cpuUsage();
  const { reason, isSound } = stateOf(trial.bytes);
  const outcome: Outcome =
    reason === undefined ? await runCommand(trial, directory, isSound) : { code: undefined, reason };
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  return outcome.reason === undefined && seconds > MAX_SECONDS
    ? { ...outcome, reason: `took ${seconds.toFixed(1)} s` }
    : outcome;
}

/** Whether an image has no errors, or what went wrong while reading it. */
function stateOf(bytes: Uint8Array): { readonly isSound: boolean; readonly reason?: string } {
  const source = new MemorySource(bytes);
  try {
    const image = openImage(source);
    return { isSound: verify(image.format, source).summary.errors === 0 };
  } catch (error) {
    if (error instanceof ImageError) return { isSound: false };
    return { isSound: false, reason: `reading threw ${stackOf(error)}` };
  }
}

async function runCommand(trial: Trial, directory: string, isSound: boolean): Promise<Outcome> {
  const { bytes, command, specimen, version } = trial;
  const image = join(directory, "image");
  const sound = join(directory, "sound");
  const output = join(directory, "output");
  writeFileSync(image, bytes);
  writeFileSync(sound, specimen.bytes);
  const given = join(directory, "text");
  if (command.includes("TEXT")) {
    const { out } = await runQuietly(["decode", sound]);
    writeFileSync(given, damagedText(out, new Random(trial.textSeed)));
  }
  const argv = command.map((word) =>
    word
      .replace(/^IMAGE$/, image)
      .replace(/^SOUND$/, sound)
      .replace(/^OUT$/, output)
      .replace(/^TEXT$/, given)
      .replace(/^VERSION$/, version)
      .replace(/^PID$/, `${specimen.pid}`),
  );
  let code: number | undefined;
  try {
    const result = await runQuietly(argv);
    code = result.code;
    const reason = complaintAbout(trial, result, output, isSound);
    if (reason !== undefined || command[0] !== "decode" || code > 1) return { code, reason };
    return { code, reason: await differenceAfterEncoding(result.out, bytes, output) };
  } catch (error) {
    return { code, reason: `${command.join(" ")} threw ${stackOf(error)}` };
  } finally {
    for (const path of [output, image, sound, given]) rmSync(path, { recursive: true, force: true });
  }
}

/** Commands whose output must be as sound an image as their input. */
const WRITERS = ["strip", "convert"];

function complaintAbout(
  { command }: Trial,
  { code, out, err }: Ended,
  output: string,
  isSound: boolean,
): string | undefined {
  if (![0, 1, 2, 3, 4].includes(code)) return `exit code ${code}`;
  if (code > 1 && err === "") return `exit code ${code} without a message`;
  if (code > 1 && existsSync(output)) return `exit code ${code}, but there is an output`;
  const steering = STEERING.exec(out) ?? STEERING.exec(err);
  if (steering)
    return `control character ${JSON.stringify(steering[0])} in ${JSON.stringify(steering.input.slice(Math.max(0, steering.index - 40), steering.index + 40))}`;
  if (/^\s+at .*:\d+:\d+\)?$/m.test(err)) return `stack trace: ${err}`;
  if (command[0] === "diff" && !command.includes("SOUND") && code === 1) return `it differs from itself: ${out}`;
  if (!isSound || !WRITERS.includes(command[0] as string) || !existsSync(output)) return undefined;
  // A dump for CRIU is a directory and no image.
  if (statSync(output).isDirectory()) return undefined;
  const written = stateOf(readFileSync(output));
  if (written.reason !== undefined) return `of the output: ${written.reason}`;
  return written.isSound ? undefined : "the image has no errors, but the output has";
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function runQuietly(argv: readonly string[]): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const streams = {
    out: { write: (data: string | Uint8Array) => out.push(typeof data === "string" ? data : utf8Text(data)) },
    err: { write: (data: string | Uint8Array) => err.push(typeof data === "string" ? data : utf8Text(data)) },
    env: {},
  };
  const code = await run(argv, streams, "fuzz");
  return { code, out: out.join(""), err: err.join("") };
}

/** Why an image is not restored from its text; undefined if it is. */
async function differenceAfterEncoding(text: string, bytes: Uint8Array, path: string): Promise<string | undefined> {
  const encoded = `${path}.img`;
  try {
    writeFileSync(path, text);
    const { code, err } = await runQuietly(["encode", path, "-o", encoded]);
    if (code !== 0) return `encode cannot read what decode wrote: ${err}`;
    return readFileSync(encoded).equals(bytes) ? undefined : "encode did not give the image that decode read";
  } finally {
    rmSync(encoded, { force: true });
  }
}

/** Characters that control a terminal; line feeds are allowed. */
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
