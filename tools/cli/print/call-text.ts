/** Texts for system calls. */
import type { SystemCall } from "../../model/system-call.js";
import { hex } from "../output/facts.js";

/** As strace does: `poll(0x80574e0, 0x1, 0x4c4b40) = ERESTART_RESTARTBLOCK`. */
export function callText({ name, number, arguments: args, result, error }: SystemCall): string {
  return `${name ?? `system call ${number}`}(${args.map(hex).join(", ")}) = ${error ?? resultText(result)}`;
}

/** Larger results are addresses. */
const MOST_COUNT = 1n << 20n;

function resultText(result: bigint): string {
  return result <= MOST_COUNT ? String(result) : hex(result);
}
