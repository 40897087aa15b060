/** What an image is: the facts that `ckpt info` prints. */
import { infoFacts } from "../../../tools/cli/print/info.js";
import { infoOf } from "../../../tools/inspect/info.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface Summary {
  /** `version/arch` that the image is read as. */
  readonly abi: string;
  readonly version: string;
  readonly arch: string;
  /** Width of an address in bits. */
  readonly bits: number;
  readonly pageSize: number;
  readonly end: "complete" | "error" | "damaged";
  /** Bytes of the image. */
  readonly size: number;
  /** Rows of the table of records: records, rules and objects. */
  readonly rows: number;
  readonly records: number;
  /** Number of tasks. */
  readonly tasks: number;
  readonly pages: number;
  /** Bytes of memory in the image. */
  readonly present: number;
  readonly virtualSize: bigint;
  readonly facts: readonly { readonly label: string; readonly lines: readonly string[] }[];
  /** Damage and contradictions, with the place of each. */
  readonly problems: readonly { readonly offset: number; readonly message: string }[];
}

export function summary({ image, tasks }: Opened, _: null): Summary {
  const info = infoOf(image, tasks);
  const { target, name } = image.format.abi;
  return {
    abi: name,
    version: target.version,
    arch: target.arch,
    bits: target.bits,
    pageSize: info.pageSize,
    end: info.end,
    size: info.size,
    rows: image.size,
    records: info.census.records,
    tasks: tasks.length,
    pages: info.memory.pages,
    present: info.memory.present,
    virtualSize: info.memory.virtualSize,
    facts: factsOf(infoFacts(info)),
    problems: info.problems.map(({ offset, message }) => ({ offset, message: shown(message) })),
  };
}

/** A fact without a label belongs to the one before it. */
function factsOf(facts: ReturnType<typeof infoFacts>): Summary["facts"] {
  const labelled: { label: string; lines: string[] }[] = [];
  for (const [label, ...lines] of facts) {
    const last = labelled.at(-1);
    if (label === "" && last) last.lines.push(...lines.map(shown));
    else labelled.push({ label, lines: lines.map(shown) });
  }
  return labelled;
}
