/**
 * The fields that expressions of the schema refer to, over all versions. Collected up front, because a rule may refer to a record read before that
 * rule is compiled.
 */
import { registry } from "../../../generated/codecs/index.js";
import type { Expression, GrammarNodeEntry, PayloadEntry } from "../../../runtime/index.js";
import { compile, type NameCompiler } from "../abi/evaluate.js";
import { type SlotGroup, SlotPlan } from "./kept.js";

class AskedFields {
  /** By name of the record. */
  readonly fields = new Map<string, SlotGroup>();
  /** Fields whose sums over an array payload are needed, by label of the payload. */
  readonly sums = new Map<string, SlotGroup>();
  readonly slots = new SlotPlan();

  /** Allocates a slot for each name in an expression. */
  private readonly names: NameCompiler<void> = {
    field: (record, path) => {
      if (record !== null) this.slots.slot(this.fields, record, path);
      return nothing;
    },
    sum: (label, path) => {
      this.slots.slot(this.sums, label, path);
      return nothing;
    },
    constant: () => nothing,
    variable: () => nothing,
    unseen: () => nothing,
  };

  constructor() {
    const { grammar, records } = registry.tables;
    for (const { items } of [...Object.values(grammar.rules), ...Object.values(grammar.bodies)]) this.addNodes(items);
    this.addNodes(grammar.anywhere);
    for (const { payload } of records) this.addContents(payload);
  }

  private addNodes(nodes: readonly GrammarNodeEntry[]): void {
    for (const node of nodes) {
      const { when, repeat, contains } = node;
      this.add(when);
      if (repeat !== "any" && repeat !== "some") this.add(repeat);
      this.addContents(contains);
      if ("items" in node) this.addNodes(node.items);
    }
  }

  private addContents(payload: PayloadEntry | undefined): void {
    this.add(payload?.length);
    this.add(payload?.count);
  }

  private add(expression: Expression | undefined): void {
    if (expression !== undefined) compile(expression, this.names);
  }
}

function nothing(): number {
  return Number.NaN;
}

export const ASKED = new AskedFields();
