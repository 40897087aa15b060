/**
 * The grammar of one ABI, made ready for walking: nodes that this version or architecture does not have are gone, names are resolved
 * to numbers, expressions are functions, and every node knows the records it may begin with.
 */
import type { BoundStruct, GrammarEntry, GrammarNodeEntry, GrammarRuleEntry } from "../../runtime/index.js";
import type { Term } from "./evaluate.js";
import type { FieldPlace } from "./fields.js";
import type { ImageFormat, RecordKind } from "./format.js";
import type { Group } from "./kept.js";
import { type Contents, type Reading, Terms } from "./terms.js";

/** What the grammar tells records apart by: one for every record type, and for OBJREF one for every object type. */
export type Token = number;

/** There is no record. */
export const END: Token = 0;

/** A record of a type that the version does not have. */
export const UNKNOWN: Token = 1;

/** What a node may begin with. */
export class Starts {
  private readonly marks: Uint8Array;

  constructor(
    /** In the order of the grammar. */
    readonly tokens: ReadonlySet<Token>,
    count: number,
  ) {
    this.marks = new Uint8Array(count);
    for (const token of tokens) this.marks[token] = 1;
  }

  has(token: Token): boolean {
    return this.marks[token] === 1;
  }
}

/** A node of the grammar. */
export interface Step {
  readonly entry: GrammarNodeEntry;
  /** `object` for a record of the type OBJREF as well. */
  readonly form: GrammarNodeEntry["kind"];
  readonly when: Term<Reading> | undefined;
  readonly repeat: Term<Reading> | "any" | "some" | undefined;
  readonly optional: boolean;
  /** The record type of a `record`. */
  readonly kind: RecordKind | undefined;
  /** What the payload of the record is at this place. */
  readonly contents: Contents | undefined;
  /** The rule of a `rule`. */
  readonly rule: Rule | undefined;
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

/** A field that is kept of a record, and where it lies. */
export interface KeptPlace {
  readonly slot: number;
  readonly place: FieldPlace;
}

/** The fields of one record type that expressions ask for. */
export class Keeping {
  private readonly places = new Map<BoundStruct | undefined, readonly KeptPlace[]>();
  private lastStruct: BoundStruct | undefined;
  private lastPlaces: readonly KeptPlace[] | undefined;

  constructor(
    private readonly kind: RecordKind,
    readonly group: Group,
  ) {}

  /** Where the fields lie, as far as the struct of a record has them. */
  placesIn(struct: BoundStruct | undefined): readonly KeptPlace[] {
    // Most records of a type have the same struct as the one before.
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
  readonly start: Rule;
  /** What may stand before any record. */
  readonly anywhere: readonly Step[];
  /** Which of {@link anywhere} a record begins, by token. */
  readonly passing: readonly (Step | undefined)[];
  /** Bodies of shared objects by object type number. */
  readonly bodies: ReadonlyMap<number, Rule>;
  /** An OBJREF of a type that the version does not have, or one that is too short to tell. */
  readonly strangeObject: Token;
  readonly terms: Terms;

  private readonly grammar: GrammarEntry;
  private readonly rules = new Map<string, Rule>();
  private readonly open = new Set<string>();
  private readonly firstObject: Token;
  /** Tokens by object type number. */
  private readonly objectTokens: ReadonlyMap<number, Token>;
  /** In the order of the kinds. */
  private readonly keepings: readonly (Keeping | undefined)[];

  constructor(private readonly format: ImageFormat) {
    this.grammar = format.abi.grammar;
    this.terms = new Terms(format);
    this.firstObject = UNKNOWN + 1 + format.kinds.size;
    this.objectTokens = new Map([...format.abi.objects.keys()].map((type, index) => [type, this.firstObject + index]));
    this.strangeObject = this.tokenOf(format.kind("OBJREF") as RecordKind);
    this.bodies = new Map(
      [...format.abi.objects].flatMap(([objectType, { name }]) => {
        const entry = this.grammar.bodies[name];
        return entry && format.abi.applies(entry)
          ? [[objectType, { ...this.makeRule(name, entry), objectType }] as const]
          : [];
      }),
    );
    this.anywhere = this.makeSteps(this.grammar.anywhere);
    this.passing = Array.from({ length: this.tokenCount }, (_, token) =>
      this.anywhere.find(({ starts }) => starts.has(token)),
    );
    this.start = this.rule(this.grammar.start) as Rule;
    this.keepings = [...format.kinds.values()].map((kind) => {
      const group = this.fields.get(kind.name);
      return group && new Keeping(kind, group);
    });
  }

  /** The fields that expressions ask for, by name of the record. */
  get fields(): ReadonlyMap<string, Group> {
    return this.terms.fields;
  }

  /** The fields whose sums over an array expressions ask for, by label of the payload. */
  get sums(): ReadonlyMap<string, Group> {
    return this.terms.sums;
  }

  /** The token of a record that is no OBJREF. */
  tokenOf(kind: RecordKind): Token {
    return UNKNOWN + 1 + kind.index;
  }

  /** The token of an OBJREF. */
  tokenOfObject(objectType: number): Token {
    return this.objectTokens.get(objectType) ?? this.strangeObject;
  }

  /** What is kept of the records of a type. */
  keeping(kind: RecordKind): Keeping | undefined {
    return this.keepings[kind.index];
  }

  /** Names what a node may begin with, for messages. */
  describe({ tokens }: Starts): string {
    const objects = new Map([...this.objectTokens].map(([type, token]) => [token, type]));
    const kinds = [...this.format.kinds.values()];
    const any = tokens.has(this.strangeObject);
    const names = [...tokens].flatMap((token) => {
      if (token === this.strangeObject) return ["an object"];
      const type = objects.get(token);
      if (type !== undefined) return any ? [] : [`an object ${this.bodies.get(type)?.name ?? type}`];
      const kind = kinds[token - UNKNOWN - 1];
      return [`${kind?.name} (${kind?.number})`];
    });
    return names.join(" or ");
  }

  private get tokenCount(): number {
    return this.firstObject + this.objectTokens.size;
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
    return { name, entry, items, ...this.begin(items) };
  }

  private makeSteps(entries: readonly GrammarNodeEntry[]): Step[] {
    return entries.flatMap((entry) => {
      if (!this.format.abi.applies(entry)) return [];
      const step = this.makeStep(entry);
      return step ? [step] : [];
    });
  }

  private makeStep(entry: GrammarNodeEntry): Step | undefined {
    switch (entry.kind) {
      case "record": {
        const kind = this.format.kind(entry.name);
        if (!kind)
          throw new TypeError(`the grammar expects ${entry.name}, for which ${this.format.abi.name} has no number`);
        const token = this.tokenOf(kind);
        return token === this.strangeObject
          ? this.step(entry, { form: "object", starts: this.starts([token, ...this.objectTokens.values()]) })
          : this.step(entry, { kind, starts: this.starts([token]) });
      }
      case "ref":
      case "object":
        return this.step(entry, { starts: this.starts([this.tokenOfObject(this.objectType(entry.name))]) });
      case "rule": {
        const rule = this.rule(entry.name);
        return rule && this.step(entry, { rule, starts: rule.starts, skippable: rule.skippable });
      }
      case "sequence": {
        const items = this.makeSteps(entry.items);
        return this.step(entry, { items, ...this.begin(items) });
      }
      case "choice": {
        const items = this.makeSteps(entry.items);
        const starts = this.starts(items.flatMap((item) => [...item.starts.tokens]));
        return this.step(entry, { items, starts, skippable: items.some((item) => item.skippable) });
      }
    }
  }

  /** Steps all have the same members in the same order, which is quicker to walk over. */
  private step(
    entry: GrammarNodeEntry,
    parts: Pick<Step, "starts"> & Partial<Pick<Step, "form" | "kind" | "rule" | "items" | "skippable">>,
  ): Step {
    const { when, repeat, optional = false } = entry;
    const { form = entry.kind, kind, rule, items = [], starts, skippable = false } = parts;
    const dispensable =
      entry.kind === "ref" || optional || when !== undefined || (repeat !== undefined && repeat !== "some");
    return {
      entry,
      form,
      when: this.terms.of(when),
      repeat: repeat === "any" || repeat === "some" ? repeat : this.terms.of(repeat),
      optional,
      kind,
      contents: kind && this.terms.contents(kind, entry.contains),
      rule,
      items,
      starts,
      skippable: dispensable || skippable,
    };
  }

  /** What a sequence begins with: the first item that cannot be skipped, and all before it. */
  private begin(items: readonly Step[]): Pick<Step, "starts" | "skippable"> {
    const last = items.findIndex((item) => !item.skippable);
    const first = last < 0 ? items : items.slice(0, last + 1);
    return { starts: this.starts(first.flatMap((item) => [...item.starts.tokens])), skippable: last < 0 };
  }

  private starts(tokens: readonly Token[]): Starts {
    return new Starts(new Set(tokens), this.tokenCount);
  }

  private objectType(name: string): number {
    for (const [number, object] of this.format.abi.objects) if (object.name === name) return number;
    throw new TypeError(`the grammar expects an object ${name}, for which ${this.format.abi.name} has no number`);
  }
}
