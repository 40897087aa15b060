/** Compares signals: dispositions, masks and pending ones; and related data: limits, timers, process groups of the terminal. */
import { hex } from "../image/hex.js";
import type { Image } from "../image/image.js";
import { type StructFields, structOf } from "../image/record/struct-fields.js";
import { pendingIn } from "../inspect/pending-signals.js";
import { processSignalsOf } from "../inspect/process-signals.js";
import { bitNames, bitsText } from "../model/enum-names.js";
import type { TaskName } from "../model/sharing.js";
import type { QueuedSignal } from "../model/siginfo.js";
import { signalName } from "../model/signals.js";
import { changeOf, type Difference, type FieldChange } from "./difference.js";
import { signalSet } from "./leaves.js";
import { type BothTasks, taskNameOf } from "./match.js";
import type { Pass } from "./pass.js";
import { recordChanges, remarkMissing } from "./task.js";

export function* compareSignals(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  if (pass.a.isZombie(tasks.a) || pass.b.isZombie(tasks.b)) return;
  const task = taskNameOf(tasks);
  remarkMissing(pass, "SIGHAND", "signal handlers");
  remarkMissing(pass, "SIGPENDING", "pending signals");
  const fields = [
    ...dispositions(pass, tasks, task),
    ...recordChanges(pass, tasks, "SIGNAL_TASK", "signal_task").map(({ field, ...values }) => ({
      field: field.replace(/\.sigset$/, ""),
      ...values,
    })),
    ...pending(pass, tasks, "private_pending", "pending"),
    ...ofProcess(pass, tasks, task),
  ];
  if (fields.length > 0) yield { kind: "signals", change: "changed", task, what: "", fields };
}

function dispositions(pass: Pass, { a, b }: BothTasks, task: TaskName): FieldChange[] {
  const [objrefA, objrefB] = [pass.a.objref(a, "sighand_objref"), pass.b.objref(b, "sighand_objref")];
  const [nodeA, nodeB] = [pass.a.image.object(objrefA, "SIGHAND"), pass.b.image.object(objrefB, "SIGHAND")];
  const one = structOf(pass.a.image, nodeA?.find("SIGHAND"));
  const other = structOf(pass.b.image, nodeB?.find("SIGHAND"));
  if (!one || !other || !pass.isNew("sighand", objrefA, objrefB, task)) return [];
  if (pass.setting.same?.areSame(nodeA, nodeB)) return [];
  const actionsB = other.elements("action");
  return one.elements("action").flatMap((action, i) => {
    const current = actionsB[i];
    if (!current) return [];
    const [before, after] = [actionFields(pass.a.image, action), actionFields(pass.b.image, current)];
    const name = signalName(pass.a.image.format.abi, i + 1);
    return [...before].flatMap(([field, value]) => changeOf(`${name}.${field}`, value, after.get(field)));
  });
}

const HANDLERS: Readonly<Record<string, string>> = { "0": "SIG_DFL", "1": "SIG_IGN" };

function actionFields({ format }: Image, action: StructFields): Map<string, string> {
  const handler = action.big("_sa_handler") ?? 0n;
  const flags = bitNames(format.abi, "sa_flags", action.big("sa_flags") ?? 0n);
  return new Map([
    ["_sa_handler", HANDLERS[`${handler}`] ?? hex(handler)],
    ["sa_flags", bitsText(flags)],
    ["sa_restorer", hex(action.big("sa_restorer") ?? 0n)],
    ["sa_mask", signalSet(format, action.bytes("sa_mask") ?? new Uint8Array())],
  ]);
}

/** Compares the signal set, and the queue as far as it differs. */
function pending(pass: Pass, tasks: BothTasks, label: string, name: string): FieldChange[] {
  if (pass.haveSameSection(tasks)) return [];
  const { a, b } = tasks;
  const [one, other] = [
    pendingIn(pass.a.image, a.record("SIGPENDING", label)),
    pendingIn(pass.b.image, b.record("SIGPENDING", label)),
  ];
  if (!one || !other) return [];
  const queues = [one.queue.map(queuedText), other.queue.map(queuedText)] as const;
  const length = Math.max(queues[0].length, queues[1].length);
  return [
    ...changeOf(name, one.signals.join("|") || "none", other.signals.join("|") || "none"),
    ...Array.from({ length }, (_, i) => changeOf(`${name}.siginfo[${i}]`, queues[0][i], queues[1][i])).flat(),
  ];
}

function queuedText({ signal, reason, code, errno, details }: QueuedSignal): string {
  const facts = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  return [`${signal} ${reason ?? `code ${code}`}`, ...(errno === 0 ? [] : [`errno ${errno}`]), ...facts].join(", ");
}

/** Not compared: the limits are compared by name, and numbers of terminals have no meaning. */
const OTHERWISE = /^rlim\[/;

/** Compares what the threads of a process share, which is with the first thread in the image. */
function ofProcess(pass: Pass, { a, b }: BothTasks, task: TaskName): FieldChange[] {
  const [objrefA, objrefB] = [pass.a.objref(a, "signal_objref"), pass.b.objref(b, "signal_objref")];
  if (!objrefA || !objrefB || !pass.isNew("signal", objrefA, objrefB, task)) return [];
  const [one, other] = [pass.a.signalHolder(objrefA), pass.b.signalHolder(objrefB)];
  if (!one || !other) return [];
  const both = { a: one, b: other };
  return [
    ...pending(pass, both, "shared_pending", "shared_pending"),
    ...limits(pass, both),
    ...recordChanges(pass, both, "SIGNAL", "signal").filter(({ field }) => !OTHERWISE.test(field)),
  ];
}

function limits(pass: Pass, tasks: BothTasks): FieldChange[] {
  if (pass.haveSameSection(tasks)) return [];
  const { a, b } = tasks;
  const [one, other] = [processSignalsOf(pass.a.image, a), processSignalsOf(pass.b.image, b)];
  const byName = new Map(other?.limits.map((limit) => [limit.name, limit]));
  return (one?.limits ?? []).flatMap(({ name, soft, hard }) => {
    const limit = byName.get(name);
    if (!limit) return [];
    return [
      ...changeOf(`rlim[${name}].rlim_cur`, limitText(soft), limitText(limit.soft)),
      ...changeOf(`rlim[${name}].rlim_max`, limitText(hard), limitText(limit.hard)),
    ];
  });
}

function limitText(limit: bigint | undefined): string {
  return limit === undefined ? "unlimited" : `${limit}`;
}
