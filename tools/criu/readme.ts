/** The file README of a dump: what it was made from, what restoring it needs, and what is not as it was. */

import { oneLine } from "../control-characters.js";
import type { ConversionReport, Loss } from "../convert/report.js";
import { utf8 } from "../utf8.js";
import type { FileUse, Needs } from "./needs.js";
import type { Passage } from "./passage.js";

/** The text, in lines of any length. */
export function readme({ image }: Passage, needs: Needs, report: ConversionReport): Uint8Array {
  const root = needs.pids[0] ?? 0;
  return utf8(
    [
      `Processes of a checkpoint image of Linux checkpoint/restart (${image.format.abi.name}), as a dump for CRIU.`,
      "",
      "Restore them, as root, from this directory:",
      "",
      `    ${restoreCommand(needs)}`,
      "",
      ...restoreHints(needs, root),
      "",
      "The machine needs",
      ...needLines(needs).map((line) => `  - ${line}`),
      "",
      ...section("Files at their paths:", needs.files.map(fileLine)),
      ...section("Made up, because the image does not have it:", report.inventions.map(lossLine)),
      ...section("Lost:", report.losses.map(lossLine)),
      ...section("To know:", report.notes.map(lossLine)),
    ].join("\n"),
  );
}

/** The command that restores the dump. */
export function restoreCommand({ newPidNamespace, options }: Needs): string {
  const restore = restoreHere(options);
  return newPidNamespace ? restore : `unshare --pid --fork --mount-proc ${restore.replace(" --restore-detached", "")}`;
}

/** The command that restores with the pids of the machine, or those of the dump's own namespace. */
function restoreHere(options: Needs["options"]): string {
  const more = options.map((option) => ` ${option}`).join("");
  return `criu restore --images-dir . --restore-detached --manage-cgroups=ignore${more} -v4 --log-file restore.log`;
}

function restoreHints({ newPidNamespace, options }: Needs, root: number): string[] {
  if (newPidNamespace) return ["The processes get a pid namespace of their own; pid 1 in it is the first one."];
  return [
    "This makes a pid namespace, so that the pids are free, and ends when the processes have ended. From outside they have other pids, which",
    `\`NSpid\` in /proc/PID/status tells; \`nsenter --target $(pgrep --newest criu) --pid --mount sh\` opens a shell that sees them as they see themselves,`,
    "in which `criu dump` takes them again. Where the pids are free anyway, the processes can be restored without it, and run on by themselves:",
    "",
    `    ${restoreHere(options)}`,
    "",
    `The first process is ${root}. If CRIU says "Can't fork for ${root}: File exists", the pid is taken. What else it warns of on the way, such as clocks`,
    "values that have not been dumped, does no harm: restore.log ends with what stopped it.",
  ];
}

/** What the machine needs besides files. */
export function needLines({
  machine,
  compat,
  capabilities,
  pids,
  newPidNamespace,
  addresses,
  terminals,
}: Needs): string[] {
  return [
    `a kernel of ${machine} with CONFIG_CHECKPOINT_RESTORE`,
    ...(compat ? ["support for 32-bit programs in that kernel (CONFIG_IA32_EMULATION)"] : []),
    "CRIU 3.17 or later; from Linux 6.13 on CRIU 4.1 or later, because older ones do not know its two areas of the clock",
    ...(newPidNamespace ? [] : [`these pids, unless there is a new pid namespace: ${listed(pids)}`]),
    ...(addresses.length > 0 ? [`these addresses, which nothing else uses: ${listed(addresses)}`] : []),
    ...(terminals.length > 0 ? [`these pseudo-terminals free in /dev/pts: ${listed(terminals)}`] : []),
    ...(capabilities === 0n
      ? []
      : [
          `root with the capabilities ${digits(capabilities)}, as CapPrm in /proc/self/status shows them; where it has fewer, as in many containers, CRIU says "Unable to restore capabilities": convert with --capabilities and what CapPrm shows`,
        ]),
    "the features of the processor that the programs found when they started, such as AVX",
  ];
}

/** A set of capabilities in the form of /proc. */
function digits(capabilities: bigint): string {
  return capabilities.toString(16).padStart(16, "0");
}

/** Number of pids and other things that are listed. */
const MAX_LISTED = 100;

function listed(things: readonly (number | string)[]): string {
  const more = things.length > MAX_LISTED ? ` and ${things.length - MAX_LISTED} more` : "";
  return `${things.slice(0, MAX_LISTED).join(", ")}${more}`;
}

const USES: Readonly<Record<FileUse, string>> = {
  program: "program, the same file as then, executable",
  mapped: "mapped, the same contents as then",
  open: "open",
  directory: "directory",
};

function fileLine({ path, uses, size, leastSize }: Needs["files"][number]): string {
  const bytes = size === undefined ? (leastSize > 0n ? `, at least ${leastSize} bytes` : "") : `, ${size} bytes`;
  return `${oneLine(path)} (${uses.map((use) => USES[use]).join("; ")}${bytes})`;
}

function lossLine({ record, field, count, why, examples: [first] }: Loss): string {
  const what = field === undefined ? record : `${record}.${field}`;
  const where = first?.place ? `${oneLine(first.place)}: ` : "";
  return `${where}${what}${count > 1 ? ` (${count} times)` : ""}: ${why}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  - ${line}`), ""];
}
