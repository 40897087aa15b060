/** Runs commands as separate processes that take turns, so that temporary load on the machine affects all of them. */
import { seconds } from "./image/process.js";
import { median } from "./median.js";

type Command = readonly string[];

/**
 * Runs commands in turns, `rounds` times, and measures their wall time.
 *
 * @param before called before each run, not measured
 * @param statuses exit statuses of success
 * @returns seconds by name, one per round. The first round is not counted
 */
export function inTurns<Name extends string>(
  commands: Readonly<Record<Name, Command>>,
  rounds: number,
  before: () => void = () => {},
  statuses: readonly number[] = [0],
): Record<Name, number[]> {
  const names = Object.keys(commands) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++)
    for (const name of names) {
      before();
      const time = seconds(commands[name], statuses);
      if (round > 0) times[name].push(time);
    }
  return times;
}

/** Median over the rounds of the ratio of two times in the same round. */
export function ratio(times: readonly number[], base: readonly number[]): number {
  return median(times.map((time, round) => time / (base[round] as number)));
}
