/** When a run that can stop anywhere is to stop: when its time is over, or somebody interrupts it. */

/** Exit codes that a shell gives processes which end by these signals. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

export type Stop = { readonly by: "limit"; readonly seconds: number } | { readonly by: keyof typeof EXIT_CODES };

/**
 * Aborted at the limit or at the first SIGINT or SIGTERM, which no longer end the process; the reason is a {@link Stop}. A second signal ends it.
 *
 * @param seconds time that the run may take; no limit when not given
 */
export function stopSignal(seconds?: number): AbortSignal {
  const controller = new AbortController();
  const stop = (reason: Stop) => controller.abort(reason);
  if (seconds !== undefined) setTimeout(stop, seconds * 1000, { by: "limit", seconds }).unref();
  for (const by of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]) process.once(by, () => stop({ by }));
  return controller.signal;
}

/** Exit code of a run that did all that was wanted until it was stopped; undefined where it was not interrupted. */
export function interruptedCode({ reason }: AbortSignal): number | undefined {
  const stop = reason as Stop | undefined;
  return stop === undefined || stop.by === "limit" ? undefined : EXIT_CODES[stop.by];
}

/** Why it was stopped, e.g. `stopped by SIGTERM`; undefined where it came to its end. */
export function stopText({ reason }: AbortSignal): string | undefined {
  const stop = reason as Stop | undefined;
  if (stop === undefined) return undefined;
  return stop.by === "limit" ? `stopped after ${stop.seconds} s` : `stopped by ${stop.by}`;
}
