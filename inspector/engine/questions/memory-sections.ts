/** Which memory of a process has bytes to show, and why the rest has none. */
import type { Backing } from "../../../tools/memory/memory.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

/** Consecutive addresses of one mapping. */
export interface MemorySection {
  readonly start: bigint;
  readonly end: bigint;
  /** Why the image does not have the bytes, e.g. `never written to, so zero`; undefined if it has them. */
  readonly absent: string | undefined;
}

/** Maximum number of sections. */
const MAX_SECTIONS = 100_000;

/** All mapped memory, by address. A section ends where its mapping does. */
export function memorySections({ memory }: Opened, { space }: { readonly space: number }): MemorySection[] {
  const process = memory.of(space);
  const sections: MemorySection[] = [];
  for (const stretch of process?.stretches ?? []) {
    let last: { start: bigint; end: bigint; absent: string | undefined } | undefined;
    for (const { start, end, backing } of process?.within(stretch) ?? []) {
      const absent = whyAbsent(backing);
      if (last && last.absent === absent) last.end = end;
      else if (sections.length < MAX_SECTIONS) {
        last = { start, end, absent };
        sections.push(last);
      }
    }
  }
  return sections;
}

function whyAbsent(backing: Backing): string | undefined {
  switch (backing.kind) {
    case "image":
      return undefined;
    case "zero":
      return "never written to, so zero";
    case "file":
      return `unchanged, in the file ${shown(backing.path ?? "?")}`;
    case "unknown":
      return `not known: ${shown(backing.why)}`;
    case "unmapped":
      return "not mapped";
  }
}
