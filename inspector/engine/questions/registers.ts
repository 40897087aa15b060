/** The registers of tasks as the command prints them, and where in memory their values point to. */
import { type Part, Sheet } from "../../../tools/cli/output/sheet.js";
import { printRegisters } from "../../../tools/cli/print/regs.js";
import { hex } from "../../../tools/image/hex.js";
import { mappingNames } from "../../../tools/memory/mapping-name.js";
import type { ProcessMemory } from "../../../tools/memory/memory.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface TaskRegisterParts {
  readonly parts: readonly Part[];
  readonly pid: number;
  /** Number of the address space; undefined if the task has none. */
  readonly space: number | undefined;
  /** Values of the registers that are addresses of mapped memory, as printed. */
  readonly addresses: ReadonlySet<string>;
}

/** Maximum number of tasks that are shown together; one of them can be chosen. */
const MAX_TASKS = 100;

export function registers(opened: Opened, { pid }: { readonly pid: number | undefined }): TaskRegisterParts[] {
  const { image, memory, tasks } = opened;
  return opened
    .tasksWith(pid)
    .slice(0, MAX_TASKS)
    .map((task) => {
      const sheet = new Sheet();
      printRegisters(image, sheet.streams, { all: tasks, chosen: [task] }, { fpu: true });
      const space = task.objref("mm_objref");
      const process = memory.of(space);
      const addresses = new Map(process && placesOf(sheet.parts, process));
      const parts = sheet.parts.map((part) => withPlaces(part, addresses));
      return { parts, pid: task.pid, space, addresses: new Set(addresses.keys()) };
    });
}

/** A value as the command prints it. */
const VALUE = /^0x[0-9a-f]{1,16}$/;

/** A table with the place of an address in place of its decimal value. */
function withPlaces(part: Part, places: ReadonlyMap<string, string>): Part {
  if (part.kind !== "table") return part;
  const rows = part.rows.map(([name, value = "", text]) => [name, value, places.get(value) ?? text]);
  return { ...part, rows };
}

/** The places of addresses, such as `[stack]+0x20`. */
function placesOf(parts: readonly Part[], process: ProcessMemory): Map<string, string> {
  const nameOf = mappingNames(process.image, process.space);
  const places = new Map<string, string>();
  for (const part of parts)
    for (const [, value] of part.kind === "table" ? part.rows : []) {
      if (value === undefined || !VALUE.test(value) || places.has(value)) continue;
      const address = BigInt(value);
      const [extent] = process.extents(address, address + 1n);
      const mapping = extent?.mapping;
      if (mapping) places.set(value, `${shown(nameOf(mapping) ?? hex(mapping.start))}+${hex(address - mapping.start)}`);
    }
  return places;
}
