/** Compares registers of threads by their names in debuggers. Registers of different architectures are not comparable. */

import { hex } from "../image/hex.js";
import { structOf } from "../image/record/struct-fields.js";
import type { Register } from "../model/registers/register.js";
import { registersOf, type TaskRegisters } from "../model/task-registers.js";
import type { Difference, FieldChange } from "./difference.js";
import { changeOf } from "./difference.js";
import { type BothTasks, taskNameOf } from "./match.js";
import type { Pass } from "./pass.js";
import { isUnread, remarkMissing } from "./task.js";

/** One difference for all tasks. */
export function* compareArchitectures({ a, b }: Pass): Generator<Difference, void, void> {
  const fields = changeOf("arch", a.image.format.abi.target.arch, b.image.format.abi.target.arch);
  if (fields.length > 0)
    yield { kind: "registers", change: "changed", task: undefined, what: "other architecture", fields };
}

export function* compareRegisters(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  if (pass.a.isZombie(tasks.a) || pass.b.isZombie(tasks.b)) return;
  if (pass.a.image.format.abi.target.arch !== pass.b.image.format.abi.target.arch) return;
  if (areSame(pass, tasks)) {
    remarkMissing(pass, "CPU", "registers");
    return;
  }
  const one = registersOf(pass.a.image, tasks.a);
  const other = registersOf(pass.b.image, tasks.b);
  if (!one.groups || !other.groups) {
    remarkMissing(pass, "CPU", "registers");
    return;
  }
  const fields =
    one.bits === other.bits
      ? [...registerValues(pass, tasks, one, other), ...firstArgument(pass, tasks), ...segments(one, other)]
      : changeOf("width", `${one.bits} bits`, `${other.bits} bits`);
  if (fields.length > 0) yield { kind: "registers", change: "changed", task: taskNameOf(tasks), what: "", fields };
}

/** Whether the records are the same on which the registers depend: those of the task, of its address space (for segments), and of the machine. */
function areSame(pass: Pass, tasks: BothTasks): boolean {
  if (!pass.haveSameSection(tasks) || !pass.haveSameMachine) return false;
  const [a, b] = [pass.a.objref(tasks.a, "mm_objref"), pass.b.objref(tasks.b, "mm_objref")];
  return (a === undefined && b === undefined) || pass.areSameSpaces(a, b);
}

/** Register sets that a thread has only if it used them. */
const ONLY_IF_USED: ReadonlySet<string> = new Set([
  "x87",
  "SSE",
  "AVX",
  "floating point",
  "vector",
  "signal processing",
]);

function registerValues(pass: Pass, tasks: BothTasks, one: TaskRegisters, other: TaskRegisters): FieldChange[] {
  const [groupsA, groupsB] = [one, other].map(({ groups = [] }) => new Map(groups.map((group) => [group.name, group])));
  const fields: FieldChange[] = [];
  for (const name of new Set([...(groupsA?.keys() ?? []), ...(groupsB?.keys() ?? [])])) {
    const [a, b] = [groupsA?.get(name)?.registers, groupsB?.get(name)?.registers];
    if (a && b) fields.push(...groupFields(pass, a, b));
    else if (!ONLY_IF_USED.has(name)) pass.unknown.add(a ? "B" : "A", `registers: ${name}`);
    else if (!isUnread(a ? pass.b : pass.a, a ? tasks.b : tasks.a))
      fields.push(...changeOf(name, a ? "used" : "not used", b ? "used" : "not used"));
  }
  return fields;
}

function groupFields(pass: Pass, a: readonly Register[], b: readonly Register[]): FieldChange[] {
  const byName = new Map(b.map((register) => [register.name, register]));
  const fields = a.flatMap((register) => {
    const other = byName.get(register.name);
    byName.delete(register.name);
    if (!other) pass.unknown.add("B", `registers: ${register.name}`);
    return other && other.value !== register.value ? changeOf(register.name, textOf(register), textOf(other)) : [];
  });
  for (const name of byName.keys()) pass.unknown.add("A", `registers: ${name}`);
  return fields;
}

/** The value with all digits, and its meaning as in debuggers. */
function textOf({ value, bits, text }: Register): string {
  const digits = hex(value, bits / 4);
  return text === undefined ? digits : `${digits} ${text}`;
}

/** Compares `orig_gpr3` of PowerPC outside of `pt_regs`, where it differs from the copy in `pt_regs`. Kernels write the same value to both. */
function firstArgument({ a, b }: Pass, tasks: BothTasks): FieldChange[] {
  const [one, other] = [structOf(a.image, tasks.a.record("CPU")), structOf(b.image, tasks.b.record("CPU"))];
  const [old, current] = [one?.big("orig_gpr3"), other?.big("orig_gpr3")];
  if (old === undefined || current === undefined) return [];
  if (old === one?.big("pt_regs.orig_gpr3") && current === other?.big("pt_regs.orig_gpr3")) return [];
  return changeOf("orig_gpr3", hex(old), hex(current));
}

/** Compares x86 descriptors for thread-local storage. */
function segments(one: TaskRegisters, other: TaskRegisters): FieldChange[] {
  const [a, b] = [one, other].map(
    (registers) => new Map((registers.segments?.tls ?? []).map((segment) => [segment.index, segment])),
  );
  const text = (segment: object | undefined) =>
    segment &&
    Object.entries(segment)
      .filter(([key]) => key !== "index")
      .map(
        ([key, value]) =>
          `${key} ${typeof value === "number" && key !== "bits" && key !== "privilege" ? hex(value) : value}`,
      )
      .join(", ");
  return [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].flatMap((index) =>
    changeOf(`tls[${index}]`, text(a?.get(index)), text(b?.get(index))),
  );
}
