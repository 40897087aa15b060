/** Checks of the open image. Each has a worker of its own, so that questions are answered in the meantime, and can be stopped. */
import { effect, type Signal, signal } from "@preact/signals";
import { proxy } from "comlink";
import { useEffect } from "preact/hooks";
import type { CheckName, CheckResult } from "../engine/checks.js";
import { startEngine } from "./engine.js";
import { ask, edition, messageOf, openedFile } from "./session.js";

export type Check<T> =
  | { readonly status: "running"; readonly done: number; readonly total: number }
  | { readonly status: "stopped" }
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "done"; readonly value: T };

const checks: { readonly [Name in CheckName]: Signal<Check<CheckResult<Name>> | undefined> } = {
  all: signal(undefined),
  ofChanges: signal(undefined),
};

const workers = new Map<CheckName, Worker>();

// Another image was opened, or a change made one.
effect(() => {
  edition.value;
  for (const name of ["all", "ofChanges"] as const) {
    end(name);
    checks[name].value = undefined;
  }
});

/** A check of the image as it is now. It begins when it is first asked for. */
export function useCheck<Name extends CheckName>(name: Name): Check<CheckResult<Name>> {
  const { value: current } = edition;
  useEffect(() => {
    if (checks[name].peek() === undefined) void startCheck(name);
  }, [name, current]);
  return (checks[name].value as Check<CheckResult<Name>> | undefined) ?? BEGUN;
}

const BEGUN = { status: "running", done: 0, total: 0 } as const;

export async function startCheck<Name extends CheckName>(name: Name): Promise<void> {
  const state = checks[name] as Signal<Check<CheckResult<Name>> | undefined>;
  const file = openedFile();
  if (!file) return;
  end(name);
  const { worker, engine, crashed } = startEngine();
  workers.set(name, worker);
  const set = (check: Check<CheckResult<Name>>) => {
    if (workers.get(name) === worker) state.value = check;
  };
  set(BEGUN);
  try {
    const reading = await ask("reading", null);
    const onProgress = proxy((done: number, total: number) => set({ status: "running", done, total }));
    const value = await Promise.race([engine.check(name, file, reading, onProgress), crashed]);
    set({ status: "done", value: value as CheckResult<Name> });
  } catch (error) {
    set({ status: "failed", reason: messageOf(error) });
  }
  if (workers.get(name) === worker) end(name);
}

export function stopCheck(name: CheckName): void {
  end(name);
  checks[name].value = { status: "stopped" };
}

function end(name: CheckName): void {
  workers.get(name)?.terminate();
  workers.delete(name);
}
