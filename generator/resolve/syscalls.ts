/** System calls and error numbers of the kernel. */

import type { Changing } from "../changing.js";
import { type Origin, within } from "../load/document.js";
import type { KernelError, Syscall } from "../model.js";
import { readChanging } from "./changing.js";
import type { Context } from "./context.js";

export function readSyscalls(context: Context): Syscall[] {
  return context.sections("syscalls").flatMap(({ entries }) =>
    entries.map(([name, raw, origin]) => ({
      name,
      number: integer(context, raw.number, within(origin, "number")),
      ...(raw.args !== undefined && { args: integer(context, raw.args, within(origin, "args")) }),
      ...(raw.linux !== undefined && {
        linux: readChanging(context, raw.linux, within(origin, "linux"), {}, (leaf) => leaf as string),
      }),
      ...(raw.before && { before: raw.before }),
      origin,
    })),
  );
}

export function readErrors(context: Context): KernelError[] {
  return context.sections("errors").flatMap(({ entries }) =>
    entries.map(([name, raw, origin]) => ({
      name,
      number: integer(context, raw.number, within(origin, "number")),
      ...(raw.doc && { doc: raw.doc }),
      origin,
    })),
  );
}

function integer(context: Context, raw: unknown, origin: Origin): Changing<number> {
  return readChanging(context, raw, origin, {}, (leaf) => leaf as number);
}
