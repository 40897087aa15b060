/** `header measure`: compares sizes and offsets that a compiler gives the headers with those that the schema computes. */

import { CommandError } from "../../generator/command-error.js";
import { isRefusal } from "../../generator/header/broken.js";
import { type Command, usualCompiler, works } from "../../generator/header/measure/compiler.js";
import { type Deviation, type Measured, measureHeaders } from "../../generator/header/measure/index.js";
import { EXIT } from "../../tools/errors/exit.js";
import { archesOf, type ComparisonOptions, readInputs, versionOf } from "./inputs.js";

interface MeasureOptions extends ComparisonOptions {
  readonly cc?: string;
}

export async function measure(paths: readonly string[], options: MeasureOptions): Promise<number> {
  const { description, sources, defines } = await readInputs(paths, options);
  const version = versionOf(description.model, options.version);
  const named = archesOf(description.model, options.arch);
  if (options.cc !== undefined && named?.length !== 1)
    throw new CommandError("wrong-usage", "--cc compiles for one architecture: say which with --arch");
  const results: Measured[] = [];
  const lines: string[] = [];
  let compiled = 0;
  let failed = false;
  const refused: string[] = [];
  const missing: string[] = [];
  for (const arch of named ?? description.model.arches) {
    const abi = { version, arch, name: `${version.id}/${arch.id}` };
    if (!arch.versions.includes(version)) {
      if (named) throw new CommandError("wrong-usage", `${version.id} does not have ${arch.id}`);
      continue;
    }
    const command: Command | undefined =
      options.cc?.split(/\s+/).filter((word) => word !== "") ?? usualCompiler(arch.id);
    if (!command || !works(command, arch.bits)) {
      missing.push(arch.id);
      lines.push(
        `skipped: ${abi.name}: ${command ? `${command.join(" ")} does not work here` : "no compiler is known for it"}; name one with --cc`,
      );
      continue;
    }
    try {
      const measured = measureHeaders(sources, description, abi, command, defines);
      compiled++;
      results.push(measured);
      lines.push(
        ...measured.deviations.map((deviation) => deviationLine(deviation, abi.name)),
        measured.deviations.length === 0
          ? `${abi.name}: all ${measured.compared} sizes, alignments and offsets are as computed (${command.join(" ")})`
          : `${abi.name}: ${measured.deviations.length} of ${measured.compared} differ (${command.join(" ")})`,
      );
    } catch (error) {
      if (!named && isRefusal(error)) {
        const { file, line, message } = error.problem;
        refused.push(arch.id);
        lines.push(`skipped: ${abi.name}: ${file}:${line}: ${message}`);
        continue;
      }
      if (!(error instanceof CommandError) || error.code !== "does-not-compile") throw error;
      compiled++;
      failed = true;
      lines.push(
        `${abi.name}: ${command.join(" ")} refuses the headers:`,
        ...error.message.split("\n").map((line) => `  ${line}`),
      );
    }
  }
  lines.push(...hazardLines(results));
  const output = options.json
    ? [
        JSON.stringify(
          {
            version: version.id,
            results: results.map(({ abi, hazards, ...rest }) => ({
              abi: abi.name,
              ...rest,
              hazards: hazards.map(({ path, message }) => ({ name: path, message })),
            })),
          },
          null,
          2,
        ),
      ]
    : lines;
  process.stdout.write(`${output.join("\n")}\n`);
  if (compiled === 0 && refused.length > 0)
    throw new CommandError("nothing-compared", `nothing was measured: the headers refuse ${refused.join(", ")}`);
  if (compiled === 0) throw new CommandError("no-compiler", "nothing was measured: no compiler");
  if (failed) return EXIT.input;
  if (results.every(({ compared }) => compared === 0))
    throw new CommandError("nothing-compared", "nothing was measured: the headers declare no struct");
  // An architecture that was named and has no compiler is a failure.
  if (named && missing.length > 0)
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
