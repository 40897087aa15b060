/** Coverage of a series: how often each mutation, ABI, command and exit code occurred. */
import type { Outcome, Trial } from "./run.js";

export interface Coverage {
  readonly mutations: Counts;
  /** By the ABI that the sound image is read as. */
  readonly abis: Counts;
  readonly commands: Counts;
  readonly codes: Counts;
}

type Counts = Record<string, number>;

export function noCoverage(): Coverage {
  return { mutations: {}, abis: {}, commands: {}, codes: {} };
}

export function cover({ mutations, abis, commands, codes }: Coverage, trial: Trial, { code }: Outcome): void {
  for (const mutation of trial.mutations) count(mutations, mutation, 1);
  count(abis, trial.specimen.abi, 1);
  count(commands, trial.command[0] as string, 1);
  count(codes, `${code}`, 1);
}

export function addCoverage(to: Coverage, from: Coverage): void {
  for (const part of ["mutations", "abis", "commands", "codes"] as const)
    for (const [name, times] of Object.entries(from[part])) count(to[part], name, times);
}

/** One line per part; for ABIs only their number and the count of the rarest. Empty before the first image. */
export function coverageLines({ mutations, abis, commands, codes }: Coverage): string[] {
  if (Object.keys(abis).length === 0) return [];
  const list = (counts: Counts) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, times]) => `${name} ${times}`)
      .join(", ");
  return [
    `mutations: ${list(mutations)}`,
    `ABIs: ${Object.keys(abis).length}, each at least ${Math.min(...Object.values(abis))} times`,
    `commands: ${list(commands)}`,
    `exit codes: ${list(codes)}`,
  ];
}

function count(counts: Counts, name: string, times: number): void {
  counts[name] = (counts[name] ?? 0) + times;
}
