/** Prints registers as debuggers do. */
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import type { InterruptedCall } from "../../model/interrupted-call.js";
import type { Register } from "../../model/registers/register.js";
import type { FloatingPoint } from "../../model/registers/x86-fpu.js";
import type { SystemCall } from "../../model/system-call.js";
import { listRegisters, type TaskRegisters } from "../../model/task-registers.js";
import type { SegmentDescriptor } from "../../model/x86-segments.js";
import type { ShownTasks } from "../frame/inspect.js";
import { NO_TASKS, printBlocks } from "../output/blocks.js";
import { type Fact, printFacts, secondsText } from "../output/facts.js";
import { printTaskHeading } from "../output/heading.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";
import { type Cell, printTable } from "../output/table.js";

export function printRegisters(
  image: Image,
  streams: Streams,
  { chosen: tasks }: ShownTasks,
  { fpu, json }: { readonly fpu?: true; readonly json?: true },
): void {
  if (json) {
    writeJson(streams.out, listRegisters(image, tasks));
    return;
  }
  printBlocks(streams, listRegisters(image, tasks), NO_TASKS, (task) => printTask(streams, task, fpu ?? false));
}

function printTask(streams: Streams, task: TaskRegisters, withFloats: boolean): void {
  printTaskHeading(streams, task);
  const { groups, segments, floatingPoint, interrupted } = task;
  if (!groups) {
    streams.out.write(task.zombie ? "  it has exited\n" : "  the image does not have its registers\n");
    return;
  }
  const current = groups.filter(({ outdated }) => outdated === undefined);
  const plain = current.filter(({ floating }) => !floating).flatMap(({ registers }) => registers);
  const printed = [
    plain,
    ...(withFloats ? current.filter(({ floating }) => floating).map((one) => one.registers) : []),
  ];
  for (const registers of printed) printTable(streams, COLUMNS, registers.map(row), { indent: 2, header: false });
  const hidden = withFloats ? [] : current.filter(({ floating }) => floating);
  printFacts(streams, [
    ...(segments?.tls ?? []).map((segment): Fact => [`tls ${segment.index}`, segmentText(segment)]),
    segments && segments.ldtEntries > 0
      ? ["ldt", `${segments.ldtUsed} of ${segments.ldtEntries} entries in use`]
      : undefined,
    ...(segments?.ldt ?? [])
      .slice(0, MAX_LISTED_SEGMENTS)
      .map((segment): Fact => [`ldt ${segment.index}`, segmentText(segment)]),
    floatingPoint && ["fpu", areaText(floatingPoint)],
    hidden.length > 0 ? ["", `--fpu shows ${hidden.map(({ name }) => name).join(", ")} registers`] : undefined,
    ...groups.flatMap(({ name, outdated }): Fact[] =>
      outdated === undefined ? [] : [["", `no ${name} registers: ${outdated}`]],
    ),
    ["call", activityText(task)],
    interrupted && ["resumes", interruptedText(interrupted)],
  ]);
}

/** Maximum number of LDT entries that are listed; JSON lists more. */
const MAX_LISTED_SEGMENTS = 16;

const COLUMNS = [{ title: "name" }, { title: "value" }, { title: "text" }];

function row({ name, value, bits, text }: Register): Cell[] {
  const digits = Math.ceil(bits / 4);
  return [name, hex(value, digits), text ?? (bits <= 64 && !ADDRESSES.has(name) ? BigInt.asIntN(bits, value) : "")];
}

/** Registers that always hold an address; their decimal value is not shown. */
const ADDRESSES: ReadonlySet<string> = new Set(["esp", "ebp", "eip", "rsp", "rbp", "rip", "sp", "pc", "lr", "pswa"]);

function segmentText({ base, limit, kind, writable, bits, privilege, present, usable }: SegmentDescriptor): string {
  return [
    `base ${hex(base)}`,
    `limit ${hex(limit)}`,
    `${bits}-bit ${writable ? "writable " : ""}${kind}`,
    `privilege ${privilege}`,
    ...(present ? [] : ["not present"]),
    ...(usable ? ["usable"] : []),
  ].join(", ");
}

function areaText({ form, size, announced, components }: Omit<FloatingPoint, "groups">): string {
  return [
    `${form} area of ${size} bytes`,
    ...(announced === undefined || announced === size ? [] : [`the header says ${announced}`]),
    ...(form === "XSAVE" ? [components.length === 0 ? "in its initial state" : `with ${components.join(", ")}`] : []),
  ].join(", ");
}

function activityText({ call, mode }: TaskRegisters): string {
  if (call) return callText(call);
  if (mode === "user") return "none, caught in user mode";
  return "not known: in user mode, or in a restarted call whose number is not in the image";
}

function interruptedText({ call, kind, number, arguments: args, left }: InterruptedCall): string {
  const shown = Object.entries(args).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : hex(value)}`,
  );
  const time = left === undefined ? "no time limit" : left === 0n ? "no time left" : `${secondsText(left)} left`;
  return `${call ?? kind ?? `call of unknown kind ${number}`}(${shown.join(", ")}), ${time}`;
}

/** A system call in the style of strace: `poll(0x80574e0, 0x1, 0x4c4b40) = ERESTART_RESTARTBLOCK`. */
function callText({ name, number, arguments: args, result, error }: SystemCall): string {
  return `${name ?? `system call ${number}`}(${args.map((argument) => hex(argument)).join(", ")}) = ${error ?? resultText(result)}`;
}

/** Results up to this are counts, printed in decimal; larger ones are addresses. */
const MAX_COUNT = 1n << 20n;

function resultText(result: bigint): string {
  return result <= MAX_COUNT ? String(result) : hex(result);
}
