/** Prints the signal state of tasks. */
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import type { PendingSignals } from "../../inspect/pending-signals.js";
import type {
  ControllingTerminal,
  IntervalTimer,
  ProcessSignals,
  ResourceLimit,
} from "../../inspect/process-signals.js";
import { type CaughtSignal, listSignals, type TaskSignals } from "../../inspect/signals.js";
import { shortName } from "../../model/short-name.js";
import type { QueuedSignal } from "../../model/siginfo.js";
import type { ShownTasks } from "../frame/inspect.js";
import { NO_TASKS, printBlocks } from "../output/blocks.js";
import { type Fact, listed, printFacts, secondsText } from "../output/facts.js";
import { printTaskHeading } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";

export function printSignals(
  image: Image,
  streams: Streams,
  { all, chosen }: ShownTasks,
  { json }: { readonly json?: true },
): void {
  const tasks = listSignals(image, all, chosen);
  if (json) {
    writeJson(streams.out, tasks);
    return;
  }
  const hasActions = image.format.kind("SIGHAND") !== undefined;
  if (!hasActions && chosen.length > 0)
    streams.out.write(`images of ${image.format.abi.target.version} do not hold the signal state of tasks\n\n`);
  printBlocks(streams, tasks, NO_TASKS, (task) => {
    printTaskHeading(streams, task);
    if (task.zombie) streams.out.write("  it has exited\n");
    printFacts(streams, factsOf(task, hasActions));
  });
}

function factsOf(task: TaskSignals, hasActions: boolean): (Fact | undefined)[] {
  const { zombie, process, processListedWith, alternateStack, exitSignal, parentDeathSignal } = task;
  const missing = (part: unknown, label: string): Fact | undefined =>
    part === undefined && hasActions && !zombie ? [label, "the image does not have them"] : undefined;
  return [
    ...pendingFacts("pending (thread)", task.pending),
    task.blocked && ["blocked", listed(task.blocked, Number.POSITIVE_INFINITY)],
    task.ignored && ["ignored", listed(task.ignored, Number.POSITIVE_INFINITY)],
    task.caught?.length === 0 ? ["caught", "none"] : missing(task.caught, "actions"),
    ...(task.caught ?? []).map((action): Fact => ["caught", actionText(action)]),
    alternateStack && ["stack", `signal stack of ${alternateStack.size} bytes at ${hex(alternateStack.address)}`],
    exitSignal === undefined ? undefined : ["at exit", `sends its parent ${exitSignal}`],
    parentDeathSignal === undefined ? undefined : ["parent", `gets ${parentDeathSignal} when its parent ends`],
    ...(process ? processFacts(process) : []),
    processListedWith === undefined ? undefined : ["process", `as with task ${processListedWith}`],
  ];
}

function processFacts({ pending, timers, terminal, limits }: ProcessSignals): (Fact | undefined)[] {
  return [
    ...pendingFacts("pending (process)", pending),
    ...timers.map((timer): Fact => ["timer", timerText(timer)]),
    terminal && ["terminal", terminalText(terminal)],
    ["limits", limits.map(limitText).join(", ")],
  ];
}

function timerText({ name, left, interval }: IntervalTimer): string {
  const again = interval === 0n ? "" : `, every ${secondsText(interval)}`;
  return `${name}: ${left === 0n ? "stopped" : `${secondsText(left)} left`}${again}`;
}

/** Maximum number of queue entries that are listed; JSON lists all. */
const MAX_LISTED_SIGNALS = 32;

function pendingFacts(label: string, pending: PendingSignals | undefined): Fact[] {
  if (!pending) return [];
  const { signals, queue, announced } = pending;
  const rest = queue.length - MAX_LISTED_SIGNALS;
  return [
    [label, listed(signals, Number.POSITIVE_INFINITY)],
    ...queue.slice(0, MAX_LISTED_SIGNALS).map((one): Fact => ["", queuedText(one)]),
    ...(rest > 0 ? [["", `and ${rest} more`] as const] : []),
    ...(queue.length < announced
      ? [["", `${announced - queue.length} of ${announced} entries are missing`] as const]
      : []),
  ];
}

/** Details that are printed in hexadecimal: addresses, bits or arbitrary values. */
const HEX: ReadonlySet<string> = new Set(["address", "band", "value", "private"]);

function queuedText({ signal, reason, class: kind, code, errno, details }: QueuedSignal): string {
  const why = reason ?? `code ${code}${kind === undefined ? " of unknown kind" : ` (${kind})`}`;
  const facts = Object.entries(details).map(([name, value]) => `${name} ${HEX.has(name) ? hex(value) : value}`);
  return [`${signal} ${why}`, ...facts, ...(errno === 0 ? [] : [`error ${errno}`])].join(", ");
}

function actionText({ signal, handler, flags, otherFlags, restorer, mask }: CaughtSignal): string {
  const bits = [...flags, ...(otherFlags === 0n ? [] : [hex(otherFlags)])].join("|");
  return [
    `${signal} at ${hex(handler)}`,
    ...(bits === "" ? [] : [bits]),
    ...(restorer === 0n ? [] : [`restorer ${hex(restorer)}`]),
    ...(mask.length === 0 ? [] : [`masks ${mask.join(" ")}`]),
  ].join(", ");
}

function terminalText({ objref, index, foreground, formerForeground }: ControllingTerminal): string {
  const which = objref === 0 ? "none any more" : index === undefined ? `object ${objref}` : `pts/${index}`;
  return [
    which,
    ...(foreground > 0 ? [`foreground process group ${foreground}`] : []),
    ...(formerForeground > 0 ? [`foreground process group was ${formerForeground}`] : []),
  ].join(", ");
}

function limitText({ name, soft, hard }: ResourceLimit): string {
  const text = (limit: bigint | undefined) => limit ?? "unlimited";
  const values = soft === hard ? `${text(soft)}` : `${text(soft)} of ${text(hard)}`;
  return `${shortName(name, "RLIMIT_")} ${values}`;
}
