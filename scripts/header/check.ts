/** `header check`: what the headers have otherwise than the schema. */
import pc from "picocolors";
import { compareHeaders } from "../../generator/header/compare.js";
import { report, reportLines } from "../../generator/header/report.js";
import { DIFFERENT, DONE, USAGE } from "./exit.js";
import { archesOf, CannotDo, type CommonOptions, readInputs, versionOf } from "./inputs.js";

export interface CheckOptions extends CommonOptions {
  readonly version?: string;
  readonly arch?: string;
  readonly json?: true;
}

export async function check(paths: readonly string[], options: CheckOptions): Promise<number> {
  const { description, sources, defines } = await readInputs(paths, options);
  const version = versionOf(description.model, options.version);
  const arches = archesOf(description.model, options.arch);
  const without = arches?.find((arch) => !arch.versions.includes(version));
  if (without) throw new CannotDo(`${version.id} does not have ${without.id}`, USAGE);
  if (!arches && sources.asm && !sources.asmChooses)
    throw new CannotDo(`${sources.asm.file} is the header of one architecture: say which with --arch`, USAGE);
  const found = report(compareHeaders(sources, description, { version, ...(arches && { arches }), defines }));
  if (options.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else {
    const { bold, dim } = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
    process.stdout.write(`${reportLines(found, { name: bold, dim }).join("\n")}\n`);
  }
  return found.differences.length > 0 ? DIFFERENT : DONE;
}
