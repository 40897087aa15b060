/** The open image: one worker at a time reads it. */
import { signal } from "@preact/signals";
import { proxy, type Remote, wrap } from "comlink";
import type { Engine } from "../engine/engine.js";
import type { Answer, Argument, QuestionName } from "../engine/questions/index.js";

export type Session =
  | { readonly status: "empty" }
  | { readonly status: "opening"; readonly name: string; readonly done: number; readonly total: number }
  | { readonly status: "failed"; readonly name: string; readonly reason: string }
  | { readonly status: "open"; readonly name: string; readonly file: Blob; readonly summary: Answer<"summary"> };

export const session = signal<Session>({ status: "empty" });

interface Running {
  readonly worker: Worker;
  readonly engine: Remote<Engine>;
  /** Rejects when the worker ends by itself, as when memory runs out. */
  readonly crashed: Promise<never>;
  readonly answers: Map<string, Promise<unknown>>;
}

let running: Running | undefined;

/** Opens a file, in place of the one before. */
export async function open(file: Blob, name: string): Promise<void> {
  stop();
  const here = start();
  running = here;
  const isCurrent = () => running === here;
  session.value = { status: "opening", name, done: 0, total: file.size };
  const onProgress = (done: number, total: number) => {
    if (isCurrent()) session.value = { status: "opening", name, done, total };
  };
  try {
    const refusal = await Promise.race([here.engine.open(file, proxy(onProgress)), here.crashed]);
    if (refusal !== undefined) throw new Error(`It is not a checkpoint image: ${refusal}.`);
    const summary = await ask("summary", null);
    if (isCurrent()) session.value = { status: "open", name, file, summary };
  } catch (error) {
    if (!isCurrent()) return;
    stop();
    session.value = { status: "failed", name, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Stops reading, and closes the image. */
export function stop(): void {
  running?.worker.terminate();
  running = undefined;
  session.value = { status: "empty" };
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
    answer = Promise.race([(engine.ask as unknown as Ask)(name, argument), crashed]);
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

function start(): Running {
  const source = document.getElementById("engine")?.textContent ?? "";
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(address);
  URL.revokeObjectURL(address);
  const crashed = new Promise<never>((_, reject) => {
    worker.addEventListener("error", ({ message }) =>
      reject(new Error(message === "" ? "The reader of the image ended." : message)),
    );
  });
  crashed.catch(() => {});
  return { worker, engine: wrap<Engine>(worker), crashed, answers: new Map() };
}
