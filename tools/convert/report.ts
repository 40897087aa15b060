/** The report of a conversion: the steps that changed something, what is lost, repaired, cleared or made up, and the obstacles. */
import { uint8ArrayToHex } from "uint8array-extras";
import type { Origin } from "./origin.js";

/** Default number of places of each group that are reported one by one. */
const DEFAULT_MAX_EXAMPLES = 10;

/** Something that the target cannot hold, with its places in the image. */
export interface Loss {
  /** The version boundary, e.g. `v22-arm → v23-rc1-a`, and the step or `fields` for the rules of the schema. */
  readonly boundary: string;
  readonly step: string;
  readonly record: string;
  /** Schema path of the field, with array indexes; `pids[].depth` if it concerns several elements. Undefined for a whole record or object. */
  readonly field: string | undefined;
  readonly why: string;
  /** Number of occurrences. */
  readonly count: number;
  /** The first occurrences, in the order of the image. */
  readonly examples: readonly Example[];
}

export interface Example {
  /** Offset of the record, in bytes from the start of the image. */
  readonly offset: number;
  /** Objects and tasks around the record, e.g. `task 3 > FILE_TABLE 8 > FILE 12`. */
  readonly place: string;
  /** Path of the field, with array indexes; undefined for a whole record or object. */
  readonly field: string | undefined;
  /** The value that is lost; bytes as hexadecimal digits. */
  readonly value: string;
}

/** A reason why an image cannot be converted. */
export type Obstacle = Loss;

/** A value that the target needs and the image does not have. */
export type Invention = Loss;

/** A value that describes the image itself and was wrong, such as a count, a revision or a flag; the result has the correct one. */
export type Repair = Loss;

/** Bytes without meaning that are not kept: padding between fields, and fields in cases in which they have no value. */
export type Leftover = Loss;

/** Something that is kept, but is correct only under conditions. */
export type Note = Loss;

export interface StepReport {
  readonly boundary: string;
  readonly step: string;
  readonly title: string;
  /** Number of records and objects that the step changed. */
  readonly count: number;
}

export interface ConversionReport {
  /** ABIs of the image and the result, as `version/arch`. */
  readonly from: string;
  readonly to: string;
  /** Whether steps are applied towards newer versions, or undone towards older ones. */
  readonly direction: "forward" | "backward";
  /** Steps that changed something, in the order of the chain. */
  readonly steps: readonly StepReport[];
  readonly losses: readonly Loss[];
  /** Wrong values that were corrected. */
  readonly repairs: readonly Repair[];
  /** Bytes without meaning that were cleared. */
  readonly leftovers: readonly Leftover[];
  readonly inventions: readonly Invention[];
  readonly obstacles: readonly Obstacle[];
  /** Kept values that the user should know about. */
  readonly notes: readonly Note[];
}

/** A finding at one place of the image. */
export interface ConversionFact {
  readonly boundary: string;
  readonly step: string;
  readonly record: string;
  readonly field?: string | undefined;
  readonly value?: unknown;
  readonly why: string;
  readonly origin: Origin | undefined;
  /** Where it is, if other words say it better than the objects and tasks around the node. */
  readonly place?: string | undefined;
}

export type FactKind = "losses" | "repairs" | "leftovers" | "inventions" | "obstacles" | "notes";

/** Facts that differ only in their place in the image and in array indexes. */
interface Counted {
  count: number;
  readonly fact: ConversionFact;
  /** Path of the field; with `[]` if it concerns several elements. */
  field: string | undefined;
  readonly examples: Example[];
}

/** Collects the report while an image is converted. */
export class ConversionLog {
  private readonly facts: Record<FactKind, Map<string, Counted>> = {
    losses: new Map(),
    repairs: new Map(),
    leftovers: new Map(),
    inventions: new Map(),
    obstacles: new Map(),
    notes: new Map(),
  };
  private readonly steps = new Map<string, { boundary: string; step: string; title: string; count: number }>();

  /** Whether there is an obstacle in the image, so that a rehearsal of the result is useless. */
  isRefused = false;

  /** Records, rules and objects of the image that are lost as a whole, by their index. */
  private readonly lost = new Set<number>();

  /** @param maxExamples number of places of each group that are reported one by one */
  constructor(private readonly maxExamples = DEFAULT_MAX_EXAMPLES) {}

  add(kind: FactKind, fact: ConversionFact): void {
    if (kind === "obstacles") this.isRefused = true;
    if (kind === "losses" && fact.field === undefined && fact.origin) this.lost.add(fact.origin.node.index);
    this.count(kind, fact);
  }

  /** Whether a record, or a rule or object around it, is reported as lost as a whole. */
  isLost({ node }: Origin): boolean {
    for (let at: Origin["node"] | undefined = node; at; at = at.parent) if (this.lost.has(at.index)) return true;
    return false;
  }

  /** Adds a missing value as an obstacle that does not prevent a rehearsal of the result. */
  want(fact: ConversionFact): void {
    this.count("obstacles", fact);
  }

  private count(kind: FactKind, fact: ConversionFact): void {
    const { boundary, step, record, field, why } = fact;
    const ofAll = field === undefined ? undefined : ofAllElements(field);
    const key = [boundary, step, record, ofAll, why].join("\n");
    let counted = this.facts[kind].get(key);
    if (!counted) {
      counted = { count: 0, fact, field, examples: [] };
      this.facts[kind].set(key, counted);
    }
    if (counted.field !== field) counted.field = ofAll;
    counted.count++;
    if (counted.examples.length < this.maxExamples && fact.origin)
      counted.examples.push({
        offset: fact.origin.node.offset,
        place: fact.place ?? placeOf(fact.origin),
        field,
        value: exampleText(fact.value),
      });
  }

  worked(boundary: string, step: string, title: string): void {
    const key = `${boundary}\n${step}`;
    const known = this.steps.get(key);
    if (known) known.count++;
    else this.steps.set(key, { boundary, step, title, count: 1 });
  }

  report(
    { from, to, direction }: Pick<ConversionReport, "from" | "to" | "direction">,
    boundaries: readonly string[],
  ): ConversionReport {
    // What the kernel of the result decides is listed after the versions.
    const order = (boundary: string) => {
      const place = boundaries.indexOf(boundary);
      return place < 0 ? boundaries.length : place;
    };
    const list = (kind: FactKind): Loss[] =>
      [...this.facts[kind].values()]
        .map(({ fact: { boundary, step, record, why }, field, count, examples }) => ({
          ...{ boundary, step, record, field, why, count, examples },
        }))
        .sort((a, b) => order(a.boundary) - order(b.boundary));
    return {
      ...{ from, to, direction },
      steps: [...this.steps.values()].sort((a, b) => order(a.boundary) - order(b.boundary)),
      losses: list("losses"),
      repairs: list("repairs"),
      leftovers: list("leftovers"),
      inventions: list("inventions"),
      obstacles: list("obstacles"),
      notes: list("notes"),
    };
  }
}

/** Array elements up to this index are reported one by one if they are lost as a whole: signals and limits are identified by their index. */
const MAX_NAMED_INDEX = 64;

/** Path of a field in all elements of an array: `pids[].depth` for `pids[3].depth`. */
function ofAllElements(field: string): string {
  return field.replace(/\[(\d+)\](?=(\.)?)/g, (whole, index, inside) =>
    inside === undefined && Number(index) < MAX_NAMED_INDEX ? whole : "[]",
  );
}

/** The objects and tasks around a record, outermost first. */
function placeOf({ image, node }: Origin): string {
  const names: string[] = [];
  for (let at = node.object ? node : node.parent; at; at = at.parent) {
    if (at.object) names.push(`${at.object.type} ${at.object.objref}`);
    else if (at.rule === "task") names.push(`task ${taskIndex(image, at.index)}`);
  }
  return names.reverse().join(" > ");
}

function taskIndex(image: Origin["image"], index: number): number {
  let tasks = 0;
  for (const child of image.root.each()) {
    if (child.index >= index) break;
    if (child.rule === "task") tasks++;
  }
  return tasks;
}

/** Maximum number of bytes of a value that are shown. */
const MAX_SHOWN_BYTES = 32;

function exampleText(value: unknown): string {
  if (value instanceof Uint8Array) {
    const shown = uint8ArrayToHex(value.subarray(0, MAX_SHOWN_BYTES));
    return value.length > MAX_SHOWN_BYTES ? `${shown}…` : shown;
  }
  if (Array.isArray(value)) return `[${value.map(exampleText).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, part]) => `${key}: ${exampleText(part)}`)
      .join(", ")}}`;
  return value === undefined ? "" : String(value);
}
