/**
 * The grammar of one ABI with its names resolved: nodes that this version or architecture does not have are removed, names are numbers, expressions are
 * functions, and every node knows the records it may begin with. A rule is resolved when a walk first enters it: many ABIs are tried on an image and
 * soon ruled out.
 */
import type { BoundStruct, GrammarEntry, GrammarNodeEntry, GrammarRuleEntry } from "../../../runtime/index.js";
import type { FieldPlace } from "../abi/fields.js";
import type { ImageFormat, RecordKind } from "../abi/format.js";
import { ASKED } from "./asked-fields.js";
import type { SlotGroup } from "./kept.js";
import { type PayloadForm, Terms } from "./terms.js";

/** Classes of records that the grammar distinguishes: one for every record type, and for OBJREF one for every object type. */
export type Token = number;

/** The end of the image. */
export const END: Token = 0;

/** A record of a type that the version does not have. */
export const UNKNOWN: Token = 1;

/** Tokens that a node may begin with, computed on first use because few nodes are queried. */
export class Starts {
  private marks: Uint8Array | undefined;

  constructor(
    /** Tokens, and the starts of other nodes, in the order of the grammar. */
    private readonly parts: () => readonly (Token | Starts)[],
    /** Number of tokens of the syntax. */
    private readonly count: number,
  ) {}

  has(token: Token): boolean {
    this.marks ??= this.mark(new Uint8Array(this.count));
    return this.marks[token] === 1;
  }

  /** The tokens in the order of the grammar. */
  get tokens(): ReadonlySet<Token> {
    return new Set(this.parts().flatMap((part) => (typeof part === "number" ? part : [...part.tokens])));
  }

  private mark(marks: Uint8Array): Uint8Array {
    for (const part of this.parts())
      if (typeof part === "number") marks[part] = 1;
      else part.mark(marks);
    return marks;
  }
}

/** A compiled node of the grammar. */
export interface SyntaxStep {
  /** Position among the steps of the syntax, in the order of compilation. */
  readonly index: number;
  readonly entry: GrammarNodeEntry;
  /** Kind of the node; `object` also for a record of the type OBJREF. */
  readonly form: GrammarNodeEntry["kind"];
  /** The record type, for a `record`. */
  readonly kind: RecordKind | undefined;
  /** Form of the record's payload at this place. */
  readonly contents: PayloadForm | undefined;
  /** The rule, for a `rule`. */
  readonly rule: SyntaxRule | undefined;
  /** The items, for a `sequence` or a `choice`. */
  readonly items: readonly SyntaxStep[];
  readonly starts: Starts;
}

/** Whether a node of the grammar can match no record at all. */
export function isSkippable({ entry, form, rule, items }: SyntaxStep): boolean {
  const { when, repeat, optional } = entry;
  if (entry.kind === "ref" || optional || when !== undefined || (repeat !== undefined && repeat !== "some"))
    return true;
  if (rule) return rule.isSkippable;
  if (form === "choice") return items.some(isSkippable);
  return form === "sequence" && items.every(isSkippable);
}

/** A compiled rule of the grammar, or the body of an object type. Its items are compiled on first use. */
export class SyntaxRule {
  readonly starts: Starts;
  private made: readonly SyntaxStep[] | undefined;
  private isAsked = false;

  constructor(
    /** Name of the rule, or of the object type whose body it is. */
    readonly name: string,
    readonly entry: GrammarRuleEntry,
    private readonly make: (entries: readonly GrammarNodeEntry[]) => readonly SyntaxStep[],
    tokenCount: number,
  ) {
    this.starts = new Starts(() => startsOf(this.items), tokenCount);
  }

  get items(): readonly SyntaxStep[] {
    this.made ??= this.make(this.entry.items);
    return this.made;
  }

  /** Whether the rule can match no record at all. */
  get isSkippable(): boolean {
    if (this.isAsked) throw new TypeError(`the rule ${this.name} of the grammar begins with itself`);
    this.isAsked = true;
    const result = this.items.every(isSkippable);
    this.isAsked = false;
    return result;
  }
}

/** What a sequence may begin with: the starts of its first required item and of all items before it. */
function startsOf(items: readonly SyntaxStep[]): Starts[] {
  const last = items.findIndex((item) => !isSkippable(item));
  return (last < 0 ? items : items.slice(0, last + 1)).map((item) => item.starts);
}

/** A field of a record that is kept: its slot, and its place in the struct. */
export interface KeptPlace {
  readonly slot: number;
  readonly place: FieldPlace;
}

/** The fields of one record type that expressions use. */
export class Keeping {
  /** The kept fields, if every record of the type has the same struct and length. */
  readonly fixed: readonly KeptPlace[] | undefined;
  private readonly places = new Map<BoundStruct | undefined, readonly KeptPlace[]>();
  private lastStruct: BoundStruct | undefined;
  private lastPlaces: readonly KeptPlace[] | undefined;

  constructor(
    private readonly kind: RecordKind,
    readonly group: SlotGroup,
  ) {
    this.fixed = kind.fixedLength === undefined ? undefined : this.find(kind.struct);
  }

  /** The kept fields that a struct has, with their places. */
  placesIn(struct: BoundStruct | undefined): readonly KeptPlace[] {
    // Most records of a type have the same struct as the previous one.
    if (this.lastPlaces && this.lastStruct === struct) return this.lastPlaces;
    const places = this.places.get(struct) ?? this.find(struct);
    this.places.set(struct, places);
    this.lastStruct = struct;
    this.lastPlaces = places;
    return places;
  }

  private find(struct: BoundStruct | undefined): KeptPlace[] {
    return [...this.group.slots].flatMap(([path, slot]) => {
      const place = this.kind.place(struct, path);
      return place ? [{ slot, place }] : [];
    });
  }
}

export class Syntax {
  readonly start: SyntaxRule;
  /** Nodes that may precede any record. */
  readonly anywhere: readonly SyntaxStep[];
  /** Bodies of shared objects by object type number. */
  readonly bodies: ReadonlyMap<number, SyntaxRule>;
  /** Token of an OBJREF whose type the version does not have, or that is too short to contain a type. */
  readonly strangeObject: Token;
  private readonly grammar: GrammarEntry;
  readonly terms: Terms;
  private readonly rules = new Map<string, SyntaxRule>();
  private stepCount = 0;
  private readonly firstObject: Token;
  /** Tokens by object type number. */
  private readonly objectTokens: ReadonlyMap<number, Token>;
  /** Results of {@link passing} by token; null for none. */
  private readonly passings: (SyntaxStep | null)[] = [];
  /** Results of {@link keeping} by index of the kind; null for none. */
  private readonly keepings: (Keeping | null)[] = [];

  constructor(private readonly format: ImageFormat) {
    this.grammar = format.abi.grammar;
    this.terms = new Terms(format);
    this.firstObject = UNKNOWN + 1 + format.kinds.size;
    this.objectTokens = new Map([...format.abi.objects.keys()].map((type, index) => [type, this.firstObject + index]));
    this.strangeObject = this.tokenOf(format.kind("OBJREF") as RecordKind);
    this.bodies = new Map(
      [...format.abi.objects].flatMap(([objectType, { name }]) => {
        const entry = this.grammar.bodies[name];
        return entry && format.abi.applies(entry) ? [[objectType, this.makeRule(name, entry)] as const] : [];
      }),
    );
    this.anywhere = this.makeSteps(this.grammar.anywhere);
    this.start = this.rule(this.grammar.start) as SyntaxRule;
  }

  /** Fields that expressions use, by record name. */
  get fields(): ReadonlyMap<string, SlotGroup> {
    return ASKED.fields;
  }

  /** Fields whose sums over an array expressions use, by label of the payload. */
  get sums(): ReadonlyMap<string, SlotGroup> {
    return ASKED.sums;
  }

  /** The token of a record that is not an OBJREF. */
  tokenOf(kind: RecordKind): Token {
    return UNKNOWN + 1 + kind.index;
  }

  /** The token of an OBJREF by object type number. */
  tokenOfObject(objectType: number): Token {
    return this.objectTokens.get(objectType) ?? this.strangeObject;
  }

  /** The node of {@link anywhere} that a record begins; null for none. */
  passing(token: Token): SyntaxStep | null {
    let step = this.passings[token];
    if (step === undefined) {
      step = this.anywhere.find(({ starts }) => starts.has(token)) ?? null;
      this.passings[token] = step;
    }
    return step;
  }

  /** The kept fields of a record type; null for none. */
  keeping(kind: RecordKind): Keeping | null {
    let keeping = this.keepings[kind.index];
    if (keeping === undefined) {
      const group = this.fields.get(kind.name);
      keeping = group ? new Keeping(kind, group) : null;
      this.keepings[kind.index] = keeping;
    }
    return keeping;
  }

  /** Names the tokens that a node may begin with, for messages. */
  describe({ tokens }: Starts): string {
    const objects = new Map([...this.objectTokens].map(([type, token]) => [token, type]));
    const kinds = new Map(this.format.kinds.values().map((kind) => [this.tokenOf(kind), kind]));
    const any = tokens.has(this.strangeObject);
    const names = [...tokens].flatMap((token) => {
      if (token === this.strangeObject) return ["an object"];
      const type = objects.get(token);
      if (type !== undefined) return any ? [] : [`an object ${this.bodies.get(type)?.name ?? type}`];
      const kind = kinds.get(token);
      return [`${kind?.name} (${kind?.number})`];
    });
    return names.join(" or ");
  }

  private get tokenCount(): number {
    return this.firstObject + this.objectTokens.size;
  }

  private rule(name: string): SyntaxRule | undefined {
    const known = this.rules.get(name);
    if (known) return known;
    const entry = this.grammar.rules[name];
    if (!entry) throw new TypeError(`the grammar has no rule ${name}`);
    if (!this.format.abi.applies(entry)) return undefined;
    const rule = this.makeRule(name, entry);
    this.rules.set(name, rule);
    return rule;
  }

  private makeRule(name: string, entry: GrammarRuleEntry): SyntaxRule {
    return new SyntaxRule(name, entry, (entries) => this.makeSteps(entries), this.tokenCount);
  }

  private makeSteps(entries: readonly GrammarNodeEntry[]): SyntaxStep[] {
    return entries.flatMap((entry) => {
      if (!this.format.abi.applies(entry)) return [];
      return this.makeStep(entry) ?? [];
    });
  }

  private makeStep(entry: GrammarNodeEntry): SyntaxStep | undefined {
    switch (entry.kind) {
      case "record": {
        const kind = this.format.kind(entry.name);
        if (!kind)
          throw new TypeError(`the grammar expects ${entry.name}, for which ${this.format.abi.name} has no number`);
        const token = this.tokenOf(kind);
        return token === this.strangeObject
          ? this.step(entry, { form: "object", starts: this.starts(() => [token, ...this.objectTokens.values()]) })
          : this.step(entry, { kind, starts: this.starts(() => [token]) });
      }
      case "ref":
      case "object": {
        const token = this.tokenOfObject(this.objectType(entry.name));
        return this.step(entry, { starts: this.starts(() => [token]) });
      }
      case "rule": {
        const rule = this.rule(entry.name);
        return rule && this.step(entry, { rule, starts: rule.starts });
      }
      case "sequence": {
        const items = this.makeSteps(entry.items);
        return this.step(entry, { items, starts: this.starts(() => startsOf(items)) });
      }
      case "choice": {
        const items = this.makeSteps(entry.items);
        return this.step(entry, { items, starts: this.starts(() => items.map((item) => item.starts)) });
      }
    }
  }

  private step(
    entry: GrammarNodeEntry,
    { form = entry.kind, kind, rule, items = [], starts }: Pick<SyntaxStep, "starts"> & Partial<SyntaxStep>,
  ): SyntaxStep {
    return {
      index: this.stepCount++,
      entry,
      form,
      kind,
      contents: kind && this.terms.contents(kind, entry.contains),
      rule,
      items,
      starts,
    };
  }

  private starts(parts: () => readonly (Token | Starts)[]): Starts {
    return new Starts(parts, this.tokenCount);
  }

  private objectType(name: string): number {
    for (const [number, object] of this.format.abi.objects) if (object.name === name) return number;
    throw new TypeError(`the grammar expects an object ${name}, for which ${this.format.abi.name} has no number`);
  }
}
