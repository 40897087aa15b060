/**
 * The grammar of one ABI, made ready for walking: nodes that this version or architecture does not have are gone, names are resolved
 * to numbers, and every node knows the records it may begin with.
 */
import type { Expression, GrammarEntry, GrammarNodeEntry, GrammarRuleEntry } from "../../runtime/index.js";
import type { ImageFormat, RecordKind } from "./format.js";

/** What a node may begin with: type numbers of records, and `objectKey`s of OBJREF records. */
export type Starts = ReadonlySet<number>;

/** Stands for an OBJREF of any object type. */
export const ANY_OBJECT = Number.NEGATIVE_INFINITY;

/** Tells OBJREF records of different object types apart from each other and from all other records. */
export function objectKey(objectType: number): number {
  return -1 - objectType;
}

/** A node of the grammar. */
export interface Step {
  readonly entry: GrammarNodeEntry;
  /** The record type of a `record`. */
  readonly kind?: RecordKind;
  /** The object type of a `ref` or an `object`; undefined for an OBJREF of any type. */
  readonly objectType?: number;
  /** The rule of a `rule`. */
  readonly rule?: Rule;
  /** The items of a `sequence` or a `choice`. */
  readonly items: readonly Step[];
  readonly starts: Starts;
  /** Whether it can match no record at all. */
  readonly skippable: boolean;
}

export interface Rule {
  /** Name of the rule, or of the object type whose body it is. */
  readonly name: string;
  /** Object type number of a body. */
  readonly objectType?: number;
  readonly entry: GrammarRuleEntry;
  readonly items: readonly Step[];
  readonly starts: Starts;
  readonly skippable: boolean;
}

export class Syntax {
  readonly start: Rule;
  /** What may stand before any record. */
  readonly anywhere: readonly Step[];
  /** Bodies of shared objects by object type number. */
  readonly bodies: ReadonlyMap<number, Rule>;
  /** Paths of the fields that expressions ask for, by name of the record. */
  readonly fields = new Map<string, Set<string>>();
  /** Paths of the fields whose sums over an array expressions ask for, by label of the payload. */
  readonly sums = new Map<string, Set<string>>();

  private readonly grammar: GrammarEntry;
  private readonly rules = new Map<string, Rule>();
  private readonly open = new Set<string>();

  constructor(private readonly format: ImageFormat) {
    this.grammar = format.abi.grammar;
    this.bodies = new Map(
      [...format.abi.objects].flatMap(([objectType, { name }]) => {
        const entry = this.grammar.bodies[name];
        return entry && format.abi.applies(entry)
          ? [[objectType, { ...this.makeRule(name, entry), objectType }] as const]
          : [];
      }),
    );
    this.anywhere = this.makeSteps(this.grammar.anywhere);
    this.start = this.rule(this.grammar.start) as Rule;
    this.collectWanted();
  }

  private rule(name: string): Rule | undefined {
    const known = this.rules.get(name);
    if (known) return known;
    const entry = this.grammar.rules[name];
    if (!entry) throw new TypeError(`the grammar has no rule ${name}`);
    if (!this.format.abi.applies(entry)) return undefined;
    if (this.open.has(name)) throw new TypeError(`the rule ${name} of the grammar begins with itself`);
    this.open.add(name);
    const rule = this.makeRule(name, entry);
    this.open.delete(name);
    this.rules.set(name, rule);
    return rule;
  }

  private makeRule(name: string, entry: GrammarRuleEntry): Rule {
    const items = this.makeSteps(entry.items);
    return { name, entry, items, ...begin(items) };
  }

  private makeSteps(entries: readonly GrammarNodeEntry[]): Step[] {
    return entries.flatMap((entry) => {
      if (!this.format.abi.applies(entry)) return [];
      const step = this.makeStep(entry);
      return step ? [step] : [];
    });
  }

  private makeStep(entry: GrammarNodeEntry): Step | undefined {
    const dispensable =
      entry.kind === "ref" ||
      entry.optional === true ||
      entry.when !== undefined ||
      (entry.repeat !== undefined && entry.repeat !== "some");
    switch (entry.kind) {
      case "record": {
        const kind = this.format.kind(entry.name);
        if (!kind)
          throw new TypeError(`the grammar expects ${entry.name}, for which ${this.format.abi.name} has no number`);
        const starts = new Set([entry.name === "OBJREF" ? ANY_OBJECT : kind.number]);
        return { entry, kind, items: [], starts, skippable: dispensable };
      }
      case "ref":
      case "object": {
        const objectType = this.objectType(entry.name);
        return { entry, objectType, items: [], starts: new Set([objectKey(objectType)]), skippable: dispensable };
      }
      case "rule": {
        const rule = this.rule(entry.name);
        return rule && { entry, rule, items: [], starts: rule.starts, skippable: dispensable || rule.skippable };
      }
      case "sequence": {
        const items = this.makeSteps(entry.items);
        const { starts, skippable } = begin(items);
        return { entry, items, starts, skippable: dispensable || skippable };
      }
      case "choice": {
        const items = this.makeSteps(entry.items);
        const starts = new Set(items.flatMap((item) => [...item.starts]));
        return { entry, items, starts, skippable: dispensable || items.some((item) => item.skippable) };
      }
    }
  }

  private objectType(name: string): number {
    for (const [number, object] of this.format.abi.objects) if (object.name === name) return number;
    throw new TypeError(`the grammar expects an object ${name}, for which ${this.format.abi.name} has no number`);
  }

  /** Walks over all expressions of the grammar and of the records' payloads. */
  private collectWanted(): void {
    const expressions: (Expression | undefined)[] = [];
    const visit = ({ entry, items }: Step) => {
      expressions.push(entry.when, entry.contains?.count, entry.contains?.length);
      if (entry.repeat !== "any" && entry.repeat !== "some") expressions.push(entry.repeat);
      items.forEach(visit);
    };
    for (const rule of [...this.rules.values(), ...this.bodies.values()]) rule.items.forEach(visit);
    for (const { payload } of this.format.kinds.values()) expressions.push(payload?.count, payload?.length);
    for (const expression of expressions) if (expression !== undefined) this.want(expression, false);
  }

  private want(expression: Expression, summed: boolean): void {
    if (typeof expression === "number") return;
    if (expression[0] === "field") {
      const [, record, path] = expression;
      const [label = "", ...rest] = path.split(".");
      if (record !== null) add(this.fields, record, path);
      else if (summed) add(this.sums, label, rest.join("."));
      return;
    }
    for (const part of expression.slice(1))
      if (Array.isArray(part) || typeof part === "number")
        this.want(part as Expression, expression[0] === "call" && expression[1] === "sum");
  }
}

/** What a sequence begins with: the first item that cannot be skipped, and all before it. */
function begin(items: readonly Step[]): { starts: Starts; skippable: boolean } {
  const starts = new Set<number>();
  for (const item of items) {
    for (const start of item.starts) starts.add(start);
    if (!item.skippable) return { starts, skippable: false };
  }
  return { starts, skippable: true };
}

function add(paths: Map<string, Set<string>>, name: string, path: string): void {
  const known = paths.get(name);
  if (known) known.add(path);
  else paths.set(name, new Set([path]));
}
