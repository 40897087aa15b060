/** Registers that an edit can change but a restart does not restore. */
import { programWidth } from "../model/registers/x86.js";
import type { Field } from "./field.js";

/** Fields of the x86 CPU record, with their value in a 64-bit task after a restart. */
const LOST: Readonly<Record<string, string>> = {
  cx: "the address of the next instruction",
  r11: "the flags",
};

/**
 * Why an edit of the field has no effect on a restarted task; undefined if it has one, as far as known. A restart of a 64-bit x86 task returns with
 * sysret, like every system call.
 */
export function lostAtRestart({ image, record, offset }: Field): string | undefined {
  if (record.name !== "CPU" || image.format.abi.target.arch !== "x86_64") return undefined;
  const { kind } = record;
  const name = Object.keys(LOST).find((path) => kind?.place(kind.struct, path)?.offset === offset - record.offset);
  const cpu = image.fields(record);
  if (name === undefined || programWidth(image, cpu) !== 64) return undefined;
  const caught = BigInt.asIntN(64, cpu.big("orig_ax") ?? 0n) < 0n;
  const task = caught ? "the task was caught in user mode" : "the task is in a system call";
  return `a restart loses it: ${task} and goes on through sysret, which puts ${LOST[name]} there`;
}
