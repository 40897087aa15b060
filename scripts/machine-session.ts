/** Commands of a transcript that run as root in the virtual machine of the tests, after those that run here. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bootMachine } from "../test/machine/machine.js";
import { machineRuns } from "../test/machine/needs.js";

const PROGRAMS = fileURLToPath(new URL("../test/fixtures/programs", import.meta.url));

/** Folder of the session in the machine. */
const HOME = "/job";

/** Line between the outputs of two commands, which no command prints. */
const MARK = "=== next command ===";

/**
 * Runs commands one after another in one shell, in a folder that has everything from `folder`, and the programs of the real images in `programs/`.
 *
 * @returns what each prints; undefined if this computer cannot run the machine
 */
export async function machineSession(commands: readonly string[], folder: string): Promise<string[] | undefined> {
  if (!machineRuns) return undefined;
  const machine = await bootMachine();
  try {
    const { code, output } = await machine.run({
      files: { ...filesIn(folder, HOME), ...filesIn(PROGRAMS, `${HOME}/programs`) },
      script: commands.map((command) => `${command}\necho '${MARK}'`).join("\n"),
    });
    if (code !== 0) throw new Error(`a command of the session ends with ${code}:\n${output}`);
    return output.split(`${MARK}\n`).slice(0, -1);
  } finally {
    await machine.stop();
  }
}

/** Regular files in a folder and below, by their path in the machine. The link to the tests is left out. */
function filesIn(folder: string, to: string): Record<string, Uint8Array> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => !name.startsWith("test"));
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [`${to}/${name}`, readFileSync(join(folder, name))]));
}
