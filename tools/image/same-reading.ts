/** Whether two versions read the records of an image identically, so that the image cannot distinguish them. */
import type { Expression, GrammarNodeEntry, GrammarRuleEntry, PayloadEntry } from "../../runtime/index.js";
import type { ImageFormat } from "./abi/format.js";

/**
 * Whether two formats read records of these types identically, in any order.
 *
 * @param types type numbers of the records of the image
 */
export function readsAlike(one: ImageFormat, other: ImageFormat, types: Iterable<number>): boolean {
  if (one.littleEndian !== other.littleEndian || one.wordSize !== other.wordSize || one.pageSize !== other.pageSize)
    return false;
  const pair = pairOf(one, other);
  for (const type of types) if (!pair.haveSameKind(type)) return false;
  const { tellingTypes } = pair;
  if (!tellingTypes) return false;
  for (const type of types) if (tellingTypes.has(type)) return false;
  return true;
}

/** Compared pairs. Results do not depend on the image, and most pairs are compared twice: in the trial and at the end. */
const pairs = new WeakMap<ImageFormat, WeakMap<ImageFormat, Pair>>();

function pairOf(one: ImageFormat, other: ImageFormat): Pair {
  const known = pairs.get(one) ?? new WeakMap<ImageFormat, Pair>();
  pairs.set(one, known);
  const pair = known.get(other) ?? new Pair(one, other);
  known.set(other, pair);
  return pair;
}

class Pair {
  /** Results of {@link haveSameKind} by type number. */
  private readonly kinds = new Map<number, boolean>();
  /** Type numbers of records that only one of the grammars allows. For an image without them, the grammars agree. */
  private readonly telling = new Set<number>();
  private grammar: boolean | undefined;

  constructor(
    private readonly one: ImageFormat,
    private readonly other: ImageFormat,
  ) {}

  /** Whether the two formats interpret the bytes of a record type identically. */
  haveSameKind(type: number): boolean {
    const same = this.kinds.get(type) ?? this.compareKinds(type);
    this.kinds.set(type, same);
    return same;
  }

  /**
   * Type numbers of the records in which the grammars differ; undefined when they differ in more than optional records. Apart from these, both have
   * the same nodes with the same expressions, and objects have the same numbers.
   */
  get tellingTypes(): ReadonlySet<number> | undefined {
    this.grammar ??= this.compareGrammars();
    return this.grammar ? this.telling : undefined;
  }

  private compareKinds(type: number): boolean {
    const kind = this.one.kinds.get(type);
    const otherKind = this.other.kinds.get(type);
    if (!kind || !otherKind) return kind === otherKind;
    const { entry, payload, raw } = kind;
    const { structs = {}, else: otherwise } = entry.variants ?? {};
    return (
      entry === otherKind.entry &&
      payload === otherKind.payload &&
      this.haveSameStruct(entry.struct) &&
      this.haveSameStruct(otherwise) &&
      Object.entries(structs).every(([name, key]) => this.haveSameConstant(name) && this.haveSameStruct(key)) &&
      this.haveSameContents(payload) &&
      this.meanSame(raw)
    );
  }

  private compareGrammars(): boolean {
    const { one, other } = this;
    if (one.abi.objects.size !== other.abi.objects.size) return false;
    for (const [number, entry] of one.abi.objects) if (other.abi.objects.get(number) !== entry) return false;
    if (one.configurations.length !== other.configurations.length) return false;
    if (!one.configurations.every(({ entry }) => this.haveSameStruct(entry.descriptor.key))) return false;
    const { rules, bodies, anywhere } = one.abi.grammar;
    return (
      Object.values(rules).every((rule) => this.haveSameRule(rule)) &&
      Object.values(bodies).every((body) => this.haveSameRule(body)) &&
      anywhere.every((node) => this.haveSameNode(node))
    );
  }

  private haveSameRule(rule: GrammarRuleEntry): boolean {
    const applies = this.one.abi.applies(rule);
    if (applies !== this.other.abi.applies(rule)) return false;
    return !applies || rule.items.every((node) => this.haveSameNode(node));
  }

  private haveSameNode(node: GrammarNodeEntry, isChoice = false): boolean {
    const { one, other } = this;
    const applies = one.abi.applies(node);
    if (applies !== other.abi.applies(node)) return !isChoice && this.isLeftOut(node, applies ? one : other);
    if (!applies) return true;
    const { when, repeat, contains } = node;
    return (
      this.meanSame(when) &&
      (repeat === "any" || repeat === "some" || this.meanSame(repeat)) &&
      this.haveSameContents(contains) &&
      (!("items" in node) || node.items.every((item) => this.haveSameNode(item, node.kind === "choice")))
    );
  }

  /** Whether a node that only one of them has is just an optional record. */
  private isLeftOut(node: GrammarNodeEntry, { abi }: ImageFormat): boolean {
    if (node.kind !== "record" || !node.optional || node.when !== undefined || node.repeat !== undefined) return false;
    const type = abi.recordNumber(node.name);
    if (type === undefined) return false;
    this.telling.add(type);
    return true;
  }

  private haveSameContents(payload: PayloadEntry | undefined): boolean {
    return (
      payload === undefined ||
      (this.haveSameStruct(payload.of) && this.meanSame(payload.length) && this.meanSame(payload.count))
    );
  }

  /** Whether both have the same struct. Layouts are shared between versions, so equal ids mean equal layouts, including nested structs. */
  private haveSameStruct(key: string | undefined): boolean {
    if (key === undefined) return true;
    const struct = this.one.struct(key);
    const otherStruct = this.other.struct(key);
    return struct?.entry === otherStruct?.entry && struct?.unbound.id === otherStruct?.unbound.id;
  }

  /** Whether an expression has the same value in both. Fields are compared with their structs; constants need a comparison of their own. */
  private meanSame(expression: Expression | undefined): boolean {
    if (expression === undefined || typeof expression === "number") return true;
    switch (expression[0]) {
      case "constant":
        return this.haveSameConstant(expression[1]);
      case "variable":
      case "field":
        return true;
      case "call":
        return this.meanSame(expression[2]);
      case "not":
      case "negate":
        return this.meanSame(expression[1]);
      default:
        return this.meanSame(expression[1]) && this.meanSame(expression[2]);
    }
  }

  private haveSameConstant(name: string): boolean {
    return Object.is(this.one.constant(name), this.other.constant(name));
  }
}
