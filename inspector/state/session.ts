/** The open image: one worker at a time reads it. */
import { signal } from "@preact/signals";
import { proxy } from "comlink";
import type { ChangeRequest } from "../engine/change.js";
import type { OnProgress, ServedImage } from "../engine/engine.js";
import type { Product } from "../engine/products.js";
import type { Answer, Argument, QuestionName } from "../engine/questions/index.js";
import { type Started, startEngine } from "./engine.js";

export type Session =
  | { readonly status: "empty" }
  | { readonly status: "opening"; readonly name: string; readonly done: number; readonly total: number }
  /** The reason is a sentence. */
  | { readonly status: "failed"; readonly reason: string }
  | {
      readonly status: "open";
      readonly name: string;
      readonly summary: Answer<"summary">;
      /** Number of changes that were made. */
      readonly changes: number;
      /** Name of the image that it was compared with; undefined if it was not. */
      readonly other: string | undefined;
      /** Whether that is another file, which can be opened. */
      readonly isOtherFile: boolean;
    };

export const session = signal<Session>({ status: "empty" });

/** Number of the image among all that were shown. A change makes another image. */
export const edition = signal(0);

/** A work of the engine that takes a while; undefined if there is none. */
export const work = signal<Work | undefined>();

interface Work {
  readonly title: string;
  readonly done: number;
  readonly total: number;
  /** Whether it reads what a view shows. */
  readonly isQuestion?: true;
}

type ImageToOpen = Blob | ServedImage;

interface Running extends Started {
  readonly file: ImageToOpen;
  readonly name: string;
  readonly answers: Map<string, Promise<unknown>>;
  /** The changes that were made. */
  readonly requests: ChangeRequest[];
  /** The last change of the image that was saved; undefined if none was. */
  saved: ChangeRequest | undefined;
  /** The image that it was compared with; undefined if there is none, or if it is the same file with changes. */
  other: { readonly file: ImageToOpen; readonly name: string } | undefined;
  /** Number of questions that are not answered yet. */
  questions: number;
}

let running: Running | undefined;

/** The file of the open image, without its changes; undefined if none is open. */
export function openedFile(): ImageToOpen | undefined {
  return running?.file;
}

/** Number of changes that would be lost if the image was closed; 0 if the image was saved after the last one. */
function unsavedChanges(): number {
  const { requests = [], saved } = running ?? {};
  return requests.at(-1) === saved ? 0 : requests.length;
}

/** Whether the image may be closed: asks if changes would be lost. */
export function mayClose(): boolean {
  const count = unsavedChanges();
  return count === 0 || confirm(`${count === 1 ? "A change was" : `${count} changes were`} not saved. Discard?`);
}

addEventListener("beforeunload", (event) => {
  if (unsavedChanges() > 0) event.preventDefault();
});

/** Opens a file, in place of the one before. */
export async function open(file: ImageToOpen, name: string, requests: readonly ChangeRequest[] = []): Promise<void> {
  stop();
  const here = start(file, name);
  running = here;
  const isCurrent = () => running === here;
  session.value = { status: "opening", name, done: 0, total: file.size };
  const onProgress = (done: number, total: number) => {
    if (isCurrent()) session.value = { status: "opening", name, done, total };
  };
  try {
    const refusal = await Promise.race([here.engine.open(file, proxy(onProgress)), here.crashed]);
    if (refusal !== undefined) return refuse(`${name} is not a checkpoint image: ${refusal}.`, here);
    const onQuestion = (done: number, total: number) => {
      if (isCurrent() && here.questions > 0) work.value = { title: "Reading the pages", done, total, isQuestion: true };
    };
    await here.engine.watch(proxy(onQuestion));
    for (const request of requests) {
      await Promise.race([here.engine.change(request), here.crashed]);
      here.requests.push(request);
    }
    const summary = await ask("summary", null);
    if (isCurrent())
      session.value = { status: "open", name, summary, changes: requests.length, other: undefined, isOtherFile: false };
  } catch (error) {
    refuse(`${name} could not be opened: ${messageOf(error)}`, here);
  }
}

/** Says why something was not opened, unless an image is open or another one is being opened. */
export function refuse(reason: string, of: Running | undefined = undefined): void {
  if (running !== of) return;
  stop();
  session.value = { status: "failed", reason };
}

/** Closes the image, unless changes would be lost and a person wants to keep them. */
export function close(): void {
  if (mayClose()) stop();
}

/** Stops reading, and closes the image. */
export function stop(): void {
  running?.worker.terminate();
  running = undefined;
  edition.value++;
  work.value = undefined;
  session.value = { status: "empty" };
}

/** Stops a work of the engine. The image is opened again, with its changes. */
export async function stopWork(): Promise<void> {
  if (!running) return;
  const { file, name, requests, saved } = running;
  await open(file, name, requests);
  if (running?.file === file) running.saved = saved;
}

/**
 * Compares the open image with another.
 *
 * @param pairs pids of tasks that are the same although their pids differ, as `ckpt diff --pair` takes them
 * @throws {Error} when the other file is not an image, or cannot be read
 */
export async function compare(file: ImageToOpen, name: string, pairs = ""): Promise<void> {
  const here = running;
  const refusal = await working(`Comparing with ${name}`, ({ engine }, onProgress) =>
    engine.compare(file, pairs, onProgress),
  );
  if (refusal !== undefined) throw new Error(`${name} is not a checkpoint image: ${refusal}.`);
  if (here) here.other = { file, name };
  await renew(name);
}

/** Compares again with the same image, with other pairs of tasks. */
export async function compareAgain(pairs: string): Promise<void> {
  if (running?.other) await compare(running.other.file, running.other.name, pairs);
}

/** Opens the other image in place of the open one, and compares the two the other way round. */
export async function swap(): Promise<void> {
  if (!running?.other || !mayClose()) return;
  const { file, name, other } = running;
  await open(other.file, other.name);
  if (session.peek().status === "open") await compare(file, name);
}

/** Compares the changed image with its file. */
export async function compareWithFile(): Promise<void> {
  const here = running;
  await working("Comparing with the file", ({ engine }, onProgress) => engine.compareWithFile(onProgress));
  if (here) here.other = undefined;
  await renew("with the changes");
}

/**
 * Changes the open image. The file stays as it is.
 *
 * @throws {Error} when the change is impossible
 */
export async function change(request: ChangeRequest): Promise<void> {
  await working("Reading the changed image", ({ engine }) => engine.change(request));
  running?.requests.push(request);
  await renew(undefined, true);
}

/** Takes the last change back. */
export async function undo(): Promise<void> {
  await working("Reading the image", ({ engine }) => engine.undo());
  running?.requests.pop();
  await renew(undefined, true);
}

/**
 * Makes a file of the image and hands it to the browser to save.
 *
 * @throws {Error} when the image has no such product
 */
export async function save(product: Product, name: string): Promise<void> {
  const here = running;
  const blob = await working(`Making ${name}`, ({ engine }, onProgress) => engine.make(product, onProgress));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  if (product.kind === "image" && here && running === here) here.saved = here.requests.at(-1);
  // The browser has taken the file by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Shows what the engine does while it does it. */
async function working<T>(title: string, start: (running: Running, onProgress: OnProgress) => Promise<T>): Promise<T> {
  if (!running) throw new Error("no image is open");
  const here = running;
  const show = (done: number, total: number) => {
    if (running === here) work.value = { title, done, total };
  };
  show(0, 0);
  try {
    return await Promise.race([start(here, proxy(show) as unknown as OnProgress), here.crashed]);
  } finally {
    if (running === here) work.value = undefined;
  }
}

/** Shows the image anew after the engine changed what it is compared with, or made another image of it. */
async function renew(other: string | undefined, isAnother = false): Promise<void> {
  const here = running;
  here?.answers.clear();
  if (isAnother) edition.value++;
  const summary = await ask("summary", null);
  if (here && running === here)
    session.value = {
      status: "open",
      name: here.name,
      summary,
      changes: here.requests.length,
      other,
      isOtherFile: other !== undefined && here.other !== undefined,
    };
}

/**
 * Asks a question about the image. The same question is answered once.
 *
 * @throws {Error} when no image is open, or it cannot be read any more
 */
export function ask<Name extends QuestionName>(name: Name, argument: Argument<Name>): Promise<Answer<Name>> {
  if (!running) return Promise.reject(new Error("no image is open"));
  const { engine, answers, crashed } = running;
  const key = keyOf(name, argument);
  let answer = answers.get(key);
  if (!answer) {
    if (answers.size >= MAX_ANSWERS) answers.clear();
    const here = running;
    here.questions++;
    answer = Promise.race([(engine.ask as unknown as Ask)(name, argument), crashed]).finally(() => {
      here.questions--;
      if (running === here && work.peek()?.isQuestion) work.value = undefined;
    });
    answers.set(key, answer);
  }
  return answer as Promise<Answer<Name>>;
}

type Ask = (name: QuestionName, argument: unknown) => Promise<unknown>;

/** Number of answers that are kept. */
const MAX_ANSWERS = 200;

/** A text that differs between questions. */
export function keyOf(name: QuestionName, argument: unknown): string {
  return name + JSON.stringify(argument, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function start(file: ImageToOpen, name: string): Running {
  return {
    ...startEngine(),
    file,
    name,
    answers: new Map(),
    requests: [],
    saved: undefined,
    other: undefined,
    questions: 0,
  };
}
