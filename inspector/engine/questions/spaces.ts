/** The address spaces of an image. */
import { listAddressSpaces } from "../../../tools/inspect/maps.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface SpaceRow {
  readonly objref: number;
  readonly tasks: readonly { readonly pid: number; readonly name: string; readonly isThread: boolean }[];
  readonly executable: string | undefined;
  /** Bytes of addresses. */
  readonly size: bigint;
  /** Bytes of memory in the image. */
  readonly present: number;
}

export function spaces({ image, tasks }: Opened, _: null): SpaceRow[] {
  return [...listAddressSpaces(image, tasks)].map(({ objref, tasks: users, executable, totals }) => ({
    objref,
    tasks: users.map(({ pid, name = "?", isThread }) => ({ pid, name: shown(name), isThread })),
    executable: executable === undefined ? undefined : shown(executable),
    size: totals.virtualSize,
    present: totals.present,
  }));
}
