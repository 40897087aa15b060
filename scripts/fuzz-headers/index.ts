/**
 * `npm run fuzz-headers`: passes hostile C headers to comparison and import. Every input is a function of seed and number, so a failure can be
 * repeated with `--only`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { describeSchema } from "../../generator/header/schema.js";
import { readSchemaFiles } from "../../generator/read-schema.js";
import { IMAGE } from "../../generator/units.js";
import { interruptedCode, stopSignal, stopText } from "../stop.js";
import { hostileHeaders } from "./hostile.js";
import { tryHeaders } from "./run.js";

interface Options {
  readonly seed: string;
  readonly from: string;
  readonly count: string;
  readonly only?: string;
  readonly imports: string;
}

async function fuzz({ seed, from, count, only, imports }: Options): Promise<void> {
  const files = readSchemaFiles(fileURLToPath(new URL("../..", import.meta.url)), IMAGE);
  const described = describeSchema(files);
  if ("problems" in described) throw new Error("the schema has problems; run: npm run gen");
  const schema = { files, description: described.description };
  const stop = stopSignal();
  const outcomes: Record<string, number> = {};
  const first = Number(only ?? from);
  const end = first + (only === undefined ? Number(count) : 1);
  let slowest = { seconds: 0, number: first };
  let number = first;
  for (; number < end; number++) {
    // Let pending signals be handled.
    await setImmediate();
    if (stop.aborted) break;
    const headers = hostileHeaders(Number(seed), number);
    const directory = mkdtempSync(join(tmpdir(), "ckpt-fuzz-headers-"));
    const started = performance.now();
    let outcome: string;
    try {
      outcome = tryHeaders(headers, directory, schema, number % Number(imports) === 0);
    } catch (error) {
      outcome = "failed";
      process.exitCode = 1;
      process.stdout.write(`${number}: ${headers.mutations.join(", ")}\n    ${(error as Error).stack}\n`);
    } finally {
      rmSync(directory, { recursive: true });
    }
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const seconds = (performance.now() - started) / 1000;
    if (seconds > slowest.seconds) slowest = { seconds, number };
  }
  const counts = Object.entries(outcomes).map(([outcome, times]) => `${times} ${outcome}`);
  process.stdout.write(
    `${number - first} headers: ${counts.join(", ")}; slowest ${slowest.seconds.toFixed(1)} s (${slowest.number}), peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`,
  );
  if (stop.aborted) process.stdout.write(`${stopText(stop)}: ${number - first} of ${end - first} headers were tried\n`);
  process.exitCode = interruptedCode(stop) ?? process.exitCode;
}

await new Command("fuzz-headers")
  .description("Put hostile headers through comparison and import.")
  .option("--seed <n>", "other numbers give other headers", "1")
  .option("--from <n>", "number of the first headers", "0")
  .option("--count <n>", "how many", "500")
  .option("--imports <n>", "import each nth of those that can be read", "20")
  .option("--only <n>", "only the headers of this number")
  .action(fuzz)
  .parseAsync();
