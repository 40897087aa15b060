/** `header measure`: compares sizes and offsets that a compiler gives the headers with those that the schema computes. */

import { CommandError } from "../../generator/command-error.js";
import { isRefusal } from "../../generator/header/broken.js";
import { type Command, usualCompiler, works } from "../../generator/header/measure/compiler.js";
import { type Deviation, type Measured, measureHeaders } from "../../generator/header/measure/index.js";
import type { Abi, Version } from "../../generator/model.js";
import { EXIT } from "../../tools/errors/exit.js";
import { archesOf, type ComparisonOptions, type Inputs, readInputs, versionOf } from "./inputs.js";

interface MeasureOptions extends ComparisonOptions {
  readonly cc?: string;
}

export async function measure(paths: readonly string[], options: MeasureOptions): Promise<number> {
  const inputs = await readInputs(paths, options);
  const { model } = inputs.description;
  const version = versionOf(model, options.version);
  const named = archesOf(model, options.arch);
  if (options.cc !== undefined && named?.length !== 1)
    throw new CommandError("wrong-usage", "--cc compiles for one architecture: say which with --arch");
  const outcomes: Outcome[] = [];
  for (const arch of named ?? model.arches) {
    const abi = { version, arch, name: `${version.id}/${arch.id}` };
    if (arch.versions.includes(version)) outcomes.push(measureAbi(inputs, abi, options.cc, named !== undefined));
    else if (named) throw new CommandError("wrong-usage", `${version.id} does not have ${arch.id}`);
  }
  const results = outcomes.flatMap(({ measured }) => measured ?? []);
  const output = options.json
    ? [JSON.stringify(reportOf(version, results), null, 2)]
    : [...outcomes.flatMap(({ lines }) => lines), ...hazardLines(results)];
  process.stdout.write(`${output.join("\n")}\n`);
  return exitCode(outcomes, results, named !== undefined);
}

/** What came of measuring one ABI. */
interface Outcome {
  readonly arch: string;
  readonly kind: "measured" | "no-compiler" | "refused" | "does-not-compile";
  readonly lines: readonly string[];
  readonly measured?: Measured;
}

/** @param isNamed whether the architecture was asked for, so that headers which refuse it are an error */
function measureAbi(
  { description, sources, defines }: Inputs,
  abi: Abi,
  cc: string | undefined,
  isNamed: boolean,
): Outcome {
  const { id: arch, bits } = abi.arch;
  const command: Command | undefined = cc?.split(/\s+/).filter((word) => word !== "") ?? usualCompiler(arch);
  const compiler = command?.join(" ");
  if (!command || !works(command, bits)) {
    const why = command ? `${compiler} does not work here` : "no compiler is known for it";
    return { arch, kind: "no-compiler", lines: [`skipped: ${abi.name}: ${why}; name one with --cc`] };
  }
  try {
    const measured = measureHeaders(sources, description, abi, command, defines);
    const { deviations, compared } = measured;
    const sum =
      deviations.length === 0
        ? `${abi.name}: all ${compared} sizes, alignments and offsets are as computed (${compiler})`
        : `${abi.name}: ${deviations.length} of ${compared} differ (${compiler})`;
    const lines = [...deviations.map((deviation) => deviationLine(deviation, abi.name)), sum];
    return { arch, kind: "measured", lines, measured };
  } catch (error) {
    if (!isNamed && isRefusal(error)) {
      const { file, line, message } = error.problem;
      return { arch, kind: "refused", lines: [`skipped: ${abi.name}: ${file}:${line}: ${message}`] };
    }
    if (!(error instanceof CommandError) || error.code !== "does-not-compile") throw error;
    const messages = error.message.split("\n").map((line) => `  ${line}`);
    return {
      arch,
      kind: "does-not-compile",
      lines: [`${abi.name}: ${compiler} refuses the headers:`, ...messages],
    };
  }
}

/** The report as JSON. */
function reportOf(version: Version, results: readonly Measured[]) {
  return {
    version: version.id,
    results: results.map(({ abi, hazards, ...rest }) => ({
      abi: abi.name,
      ...rest,
      hazards: hazards.map(({ path, message }) => ({ name: path, message })),
    })),
  };
}

/** @throws {CommandError} when nothing was measured, or a named architecture was not */
function exitCode(outcomes: readonly Outcome[], results: readonly Measured[], areNamed: boolean): number {
  const archesWith = (kind: Outcome["kind"]) => outcomes.flatMap((one) => (one.kind === kind ? [one.arch] : []));
  const refused = archesWith("refused");
  const missing = archesWith("no-compiler");
  if (refused.length + missing.length === outcomes.length)
    throw refused.length > 0
      ? new CommandError("nothing-compared", `nothing was measured: the headers refuse ${refused.join(", ")}`)
      : new CommandError("no-compiler", "nothing was measured: no compiler");
  if (archesWith("does-not-compile").length > 0) return EXIT.input;
  if (results.every(({ compared }) => compared === 0))
    throw new CommandError("nothing-compared", "nothing was measured: the headers declare no struct");
  // An architecture that was named and has no compiler is a failure.
  if (areNamed && missing.length > 0)
    throw new CommandError("no-compiler", `${missing.join(", ")} was not measured: no compiler`);
  return results.some(({ deviations }) => deviations.length > 0) ? EXIT.findings : EXIT.done;
}

function deviationLine({ name, what, computed, measured, schema, header }: Deviation, abi: string): string {
  const place = schema ?? header;
  const where = place ? `${place.file}:${place.line}:${place.column}: ` : "";
  if (measured === undefined) return `${where}${name} is not in the headers [${abi}]`;
  if (computed === undefined) return `${where}${name} is not in the schema (${what} ${measured}) [${abi}]`;
  return `${where}${what} of ${name} is ${measured}, computed ${computed} [${abi}]`;
}

/** Each line once, for any number of architectures. */
function hazardLines(results: readonly Measured[]): string[] {
  const lines = results.flatMap(({ hazards }) =>
    hazards.map(
      ({ path, message, place: { file, line, column } }) =>
        `${file}:${line}:${column}: ${path}: ABI hazard: ${message}`,
    ),
  );
  return [...new Set(lines)];
}
