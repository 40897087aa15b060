/**
 * What a conversion does to an image: the steps that had something to do, what is lost, set right, cleared or made up, and what stands in the way.
 */
import type { Origin } from "./origin.js";

/** How many places of each group are told one by one, where nothing else is asked for. */
const USUAL_EXAMPLES = 10;

/** Something that the target cannot hold, at the places where the image has it. */
export interface Loss {
  /** The version boundary, e.g. `v22-arm → v23-rc1-a`, and the step or `fields` for the rules of the schema. */
  readonly boundary: string;
  readonly step: string;
  readonly record: string;
  /**
   * Path of the field in the schema, with the place of an element in an array; `pids[].depth` where it is about several elements. Undefined for
   * a whole record or object.
   */
  readonly field: string | undefined;
  readonly why: string;
  /** How often. */
  readonly count: number;
  /** The first of them, in the order of the image. */
  readonly examples: readonly Example[];
}

export interface Example {
  /** Of the record, in bytes from the start of the image. */
  readonly offset: number;
  /** Where that is, e.g. `task 3 > FILE_TABLE 8 > FILE 12`. */
  readonly place: string;
  /** Path of the field, with the place of an element in an array; undefined for a whole record or object. */
  readonly field: string | undefined;
  /** What is lost there; bytes as hexadecimal digits. */
  readonly value: string;
}

/** Why an image cannot be converted. */
export type Obstacle = Loss;

/** A value that the image does not have and the target wants. */
export type Invention = Loss;

/**
 * A value that says something about the image itself and was not right, such as a count, a revision or a flag: the result has what is right
 * there.
 */
export type Repair = Loss;

/** Bytes that mean nothing and do not come along: padding between fields, and fields in cases in which they have no value. */
export type Leftover = Loss;

/** Something that is kept, and that is right under conditions only. */
export type Note = Loss;

export interface StepReport {
  readonly boundary: string;
  readonly step: string;
  readonly title: string;
  /** Records and objects that it had something to do with. */
  readonly count: number;
}

export interface ConversionReport {
  /** ABIs, `version/arch`. */
  readonly from: string;
  readonly to: string;
  /** Whether steps are taken to newer versions or undone to older ones. */
  readonly direction: "forward" | "backward";
  /** Steps that had something to do, in the order of the chain. */
  readonly steps: readonly StepReport[];
  readonly losses: readonly Loss[];
  /** What was not right and is. */
  readonly repairs: readonly Repair[];
  /** What meant nothing and is cleared. */
  readonly leftovers: readonly Leftover[];
  readonly inventions: readonly Invention[];
  readonly obstacles: readonly Obstacle[];
  /** What stays as it is and should be known. */
  readonly notes: readonly Note[];
}

/** What is told about a place in the image. */
export interface Fact {
  readonly boundary: string;
  readonly step: string;
  readonly record: string;
  readonly field?: string | undefined;
  readonly value?: unknown;
  readonly why: string;
  readonly origin: Origin | undefined;
}

export type FactKind = "losses" | "repairs" | "leftovers" | "inventions" | "obstacles" | "notes";

/** Facts that differ in nothing but the place in the image, and in arrays. */
interface Counted {
  count: number;
  readonly fact: Fact;
  /** Path of the field, of all elements if there are several. */
  field: string | undefined;
  readonly examples: Example[];
}

/** Collects it while an image is gone through. */
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

  /** Whether something of the image is in the way, so that there is no result to be looked at. */
  isRefused = false;

  /** Records, rules and objects of the image that are lost as a whole, by their place in its order. */
  private readonly lost = new Set<number>();

  /** @param mostExamples places of each group that are told one by one */
  constructor(private readonly mostExamples = USUAL_EXAMPLES) {}

  add(kind: FactKind, fact: Fact): void {
    if (kind === "obstacles") this.isRefused = true;
    if (kind === "losses" && fact.field === undefined && fact.origin) this.lost.add(fact.origin.node.index);
    this.count(kind, fact);
  }

  /** Whether a record, or a rule or object around it, is told as lost as a whole. */
  isLost({ node }: Origin): boolean {
    for (let at: Origin["node"] | undefined = node; at; at = at.parent) if (this.lost.has(at.index)) return true;
    return false;
  }

  /** A value that is missing is in the way, too, but what would be the result can still be looked at. */
  want(fact: Fact): void {
    this.count("obstacles", fact);
  }

  private count(kind: FactKind, fact: Fact): void {
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
    if (counted.examples.length < this.mostExamples && fact.origin)
      counted.examples.push({
        offset: fact.origin.node.offset,
        place: placeOf(fact.origin),
        field,
        value: valueText(fact.value),
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
    // What the kernel of the result decides comes behind the versions.
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

/** Elements that are told one by one where they are lost as a whole: signals and limits are known by their index. */
const MOST_NAMED = 64;

/** Path of a field in all elements of an array, `pids[].depth` for `pids[3].depth`. */
function ofAllElements(field: string): string {
  return field.replace(/\[(\d+)\](?=(\.)?)/g, (whole, index, inside) =>
    inside === undefined && Number(index) < MOST_NAMED ? whole : "[]",
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

/** Bytes of a value that are shown. */
const MOST_BYTES = 32;

function valueText(value: unknown): string {
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value.subarray(0, MOST_BYTES)).toString("hex");
    return value.length > MOST_BYTES ? `${hex}…` : hex;
  }
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, part]) => `${key}: ${valueText(part)}`)
      .join(", ")}}`;
  return value === undefined ? "" : String(value);
}
