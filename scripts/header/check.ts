/** `header check`: reports how the headers differ from the schema. */
import pc from "picocolors";
import { CommandError } from "../../generator/command-error.js";
import { compareHeaders, type HeaderComparison } from "../../generator/header/compare.js";
import { report, reportLines } from "../../generator/header/report.js";
import { EXIT } from "../../tools/errors/exit.js";
import { archesOf, type CommonOptions, readInputs, versionOf } from "./inputs.js";

interface CheckOptions extends CommonOptions {
  readonly version?: string;
  readonly arch?: string;
  readonly json?: true;
}

export async function check(paths: readonly string[], options: CheckOptions): Promise<number> {
  const { description, sources, defines } = await readInputs(paths, options);
  const version = versionOf(description.model, options.version);
  const arches = archesOf(description.model, options.arch);
  const without = arches?.find((arch) => !arch.versions.includes(version));
  if (without) throw new CommandError("wrong-usage", `${version.id} does not have ${without.id}`);
  if (!arches && sources.asm && !sources.asmChooses)
    throw new CommandError(
      "wrong-usage",
      `${sources.asm.file} is the header of one architecture: say which with --arch`,
    );
  const comparison = compareHeaders(sources, description, { version, ...(arches && { arches }), defines });
  const found = report(comparison);
  if (options.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else {
    const { bold, dim } = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
    process.stdout.write(`${reportLines(found, { name: bold, dim }).join("\n")}\n`);
  }
  const nothing = whyNothing(comparison);
  if (nothing !== undefined) throw new CommandError("nothing-compared", `nothing was compared: ${nothing}`);
  return found.differences.length > 0 ? EXIT.findings : EXIT.done;
}

/** Why the headers were not compared; undefined if they were. */
function whyNothing({ version, abis, refused, compared }: HeaderComparison): string | undefined {
  if (abis.length === 0 && refused.length > 0)
    return `the headers refuse every architecture of ${version.id} (${refused.map(({ arch }) => arch.id).join(", ")})`;
  if (abis.length === 0) return `the headers are meant for no architecture of ${version.id}`;
  return compared === 0 ? "the headers declare no struct, no enumerator and no define with a value" : undefined;
}
