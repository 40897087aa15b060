/** Stops a run that may end at any time: at a time limit, or on a signal. */

/** Exit codes that shells give processes ended by these signals. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type Stop = { readonly by: "limit"; readonly seconds: number } | { readonly by: keyof typeof EXIT_CODES };

/**
 * A signal that is aborted at the limit or at the first SIGINT or SIGTERM, which then do not end the process; its reason is a {@link Stop}. A second
 * signal ends the process.
 *
 * @param seconds time limit of the run; none by default
 */
export function stopSignal(seconds?: number): AbortSignal {
  const controller = new AbortController();
  const stop = (reason: Stop) => controller.abort(reason);
  if (seconds !== undefined) setTimeout(stop, seconds * 1000, { by: "limit", seconds }).unref();
  for (const by of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]) process.once(by, () => stop({ by }));
  return controller.signal;
}

/** Exit code of a run that was successful until it was interrupted; undefined if it was not. */
export function interruptedCode({ reason }: AbortSignal): number | undefined {
  const stop = reason as Stop | undefined;
  return stop === undefined || stop.by === "limit" ? undefined : EXIT_CODES[stop.by];
}

/** Why a run was stopped, e.g. `stopped by SIGTERM`; undefined if it was not. */
export function stopText({ reason }: AbortSignal): string | undefined {
  const stop = reason as Stop | undefined;
  if (stop === undefined) return undefined;
  return stop.by === "limit" ? `stopped after ${stop.seconds} s` : `stopped by ${stop.by}`;
}
