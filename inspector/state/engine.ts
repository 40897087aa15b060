/** Starts workers with the engine, whose program is in the page. */
import { type Remote, wrap } from "comlink";
import type { Engine } from "../engine/engine.js";

export interface Started {
  readonly worker: Worker;
  readonly engine: Remote<Engine>;
  /** Rejects when the worker ends by itself, as when memory runs out. */
  readonly crashed: Promise<never>;
}

export function startEngine(): Started {
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
  return { worker, engine: wrap<Engine>(worker), crashed };
}
