/** References between shared objects: by fields that hold object numbers, and by the position of objects in the grammar. */
import type { Field, GrammarNode, GrammarRule, RecordType, Struct } from "../../model.js";
import { bodyPage, rulePage } from "./addresses.js";
import type { Site } from "./site.js";

/** One way in which an object refers to another. */
export interface Reference {
  /** Object type; undefined for the part of the image outside of all objects. */
  readonly from: string | undefined;
  readonly to: string;
  /** The field that holds the number; undefined if the position in the grammar determines the object. */
  readonly field?: { readonly struct: Struct; readonly path: string };
  /** Page of the rule or body that contains the record or the object. */
  readonly page: string;
}

export function objectReferences(site: Site): Reference[] {
  const { grammar } = site.model;
  const walk = new Walk(site);
  const start = grammar.rules.find(({ name }) => name === grammar.start);
  if (start) walk.visit(start.items, { owner: undefined, page: rulePage(start) });
  for (const { name, items } of grammar.bodies) walk.visit(items, { owner: name, page: bodyPage(name) });
  return walk.references;
}

interface GraphPlace {
  readonly owner: string | undefined;
  readonly page: string;
}

class Walk {
  private readonly found = new Map<string, Reference>();
  private readonly visited = new Set<string>();
  private readonly rules: ReadonlyMap<string, GrammarRule>;
  /** Object types by the record with their main data. */
  private readonly principals: ReadonlyMap<string, string>;

  constructor(private readonly site: Site) {
    const { grammar, objects } = site.model;
    this.rules = new Map(grammar.rules.map((rule) => [rule.name, rule]));
    this.principals = new Map(objects.flatMap(({ name, principal = "" }) => (principal ? [[principal, name]] : [])));
  }

  /** All references, fields first. A position is left out where a field refers to the same object type. */
  get references(): Reference[] {
    const all = [...this.found.values()];
    const pair = ({ from, to }: Reference) => `${from} ${to}`;
    const byField = new Set(all.flatMap((one) => (one.field ? [pair(one)] : [])));
    return all.filter((one) => one.field || !byField.has(pair(one)));
  }

  visit(items: readonly GrammarNode[], place: GraphPlace): void {
    for (const node of items)
      switch (node.kind) {
        case "sequence":
        case "choice":
          this.visit(node.items, place);
          break;
        case "ref":
        case "object":
          this.add({ from: place.owner, to: node.name, page: place.page });
          break;
        case "rule":
          this.enter(node.name, place.owner);
          break;
        case "record":
          this.record(node, place);
      }
  }

  /** Visits a rule. An object without an OBJREF record is the rule that contains the record of its main data. */
  private enter(name: string, caller: string | undefined): void {
    const rule = this.rules.get(name);
    if (!rule) return;
    const page = rulePage(rule);
    const own = rule.items.flatMap((node) => (node.kind === "record" ? (this.principals.get(node.name) ?? []) : []))[0];
    const owner = own ?? caller;
    if (own !== undefined && own !== caller) this.add({ from: caller, to: own, page });
    const key = `${owner} ${name}`;
    if (this.visited.has(key)) return;
    this.visited.add(key);
    this.visit(rule.items, { owner, page });
  }

  private record({ name, contains }: GrammarNode & { kind: "record" }, place: GraphPlace): void {
    const record = this.site.records.get(name);
    if (!record) return;
    const element = contains?.of ?? record.payload?.of;
    for (const key of [...structsOf(record), ...(element === undefined ? [] : [element])])
      for (const struct of this.site.structs.get(key) ?? []) this.fields(struct, struct.fields, "", place);
  }

  /** Adds references of fields that refer to an object type in any version. */
  private fields(struct: Struct, fields: readonly Field[], prefix: string, place: GraphPlace): void {
    for (const { key, meanings, nested, type } of fields) {
      const path = prefix + key;
      for (const to of new Set(meanings.properties.refers.values().flat()))
        this.add({ from: place.owner, to, field: { struct, path }, page: place.page });
      if (nested) this.fields(struct, nested.fields, `${path}.`, place);
      for (const base of new Set(type?.values().map((text) => text.base)))
        for (const inner of this.site.structs.get(base) ?? []) this.fields(inner, inner.fields, "", place);
    }
  }

  private add(reference: Reference): void {
    const { from, to, field, page } = reference;
    const key = `${from} ${to} ${field ? `${field.struct.family} ${field.struct.key}.${field.path}` : page}`;
    if (!this.found.has(key)) this.found.set(key, reference);
  }
}

function structsOf({ struct, variants }: RecordType): Set<string> {
  return new Set([struct, ...Object.values(variants?.structs ?? {}), variants?.else].flatMap((key) => key ?? []));
}
