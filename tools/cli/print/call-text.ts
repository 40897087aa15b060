/** Text form of system calls. */
import { hex } from "../../image/hex.js";
import type { SystemCall } from "../../model/system-call.js";

/** A system call in the style of strace: `poll(0x80574e0, 0x1, 0x4c4b40) = ERESTART_RESTARTBLOCK`. */
export function callText({ name, number, arguments: args, result, error }: SystemCall): string {
  return `${name ?? `system call ${number}`}(${args.map((argument) => hex(argument)).join(", ")}) = ${error ?? resultText(result)}`;
}

/** Results up to this are counts, printed in decimal; larger ones are addresses. */
const MAX_COUNT = 1n << 20n;

function resultText(result: bigint): string {
  return result <= MAX_COUNT ? String(result) : hex(result);
}
