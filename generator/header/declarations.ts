/**
 * Step 3: the syntax tree of what one architecture sees, to the header model: structs and unions with their members, enumerators, integer
 * defines.
 *
 * Values of names that the headers use and do not define come from `known`, which is the schema.
 */
import { suggest } from "../problem.js";
import { type Attributes, readAttributes } from "./attributes.js";
import { BrokenHeader } from "./broken.js";
import type { Unit } from "./conditionals.js";
import { valueOfText } from "./conditionals.js";
import { evaluate, type Lookup, NoConstant } from "./constant.js";
import type { Dimension, HeaderMember, HeaderModel, HeaderNumber, HeaderStruct, HeaderType, Place } from "./model.js";
import { type CParser, firstError, type Node, ParsingTookTooLong } from "./parse.js";
import { enumType, pointerType, scalarType } from "./types.js";

export interface Known {
  readonly number: Lookup;
  /** Whether there is a struct of that tag. */
  readonly hasStruct: (tag: string) => boolean;
}

/** Throws `BrokenHeader`. */
export function readDeclarations(parser: CParser, unit: Unit, bits: 32 | 64, known: Known): HeaderModel {
  try {
    return parser.with(unit.text, (root) => new Reader(parser, unit, bits, known).read(root));
  } catch (error) {
    if (!(error instanceof ParsingTookTooLong)) throw error;
    throw new BrokenHeader(unit.place(0), "not-c", `the headers cannot be parsed: ${error.message}`);
  }
}

/** A typedef of a name, or of what stands in it. */
type Alias = HeaderType | undefined;

class Reader {
  private readonly structs = new Map<string, HeaderStruct>();
  private readonly numbers = new Map<string, HeaderNumber>();
  private readonly typedefs = new Map<string, Alias>();
  private readonly macroValues = new Map<string, bigint | undefined>();
  private enumerations = 0;

  constructor(
    private readonly parser: CParser,
    private readonly unit: Unit,
    private readonly bits: 32 | 64,
    private readonly known: Known,
  ) {}

  read(root: Node): HeaderModel {
    this.refuseErrors(root);
    for (const node of root.namedChildren) if (node) this.topLevel(node);
    this.checkReferences();
    for (const macro of this.unit.macros.values()) this.define(macro);
    const { foreign, files } = this.unit;
    return { structs: this.structs, numbers: this.numbers, foreign, files };
  }

  private refuseErrors(root: Node): void {
    const found = firstError(root);
    if (!found) return;
    const { node, missing } = found;
    // What is lacking is lacking where the text before it ends.
    const { text } = this.unit;
    const before = text.slice(0, node.startIndex).trimEnd().length;
    const unclosed = missing ? undefined : lastUnclosed(text);
    if (unclosed !== undefined)
      throw this.broken(this.unit.place(unclosed), "not-c", `\`${text[unclosed]}\` is never closed`);
    const words = node.text.trim().split(/\s+/)[0]?.slice(0, 40) ?? "";
    throw this.broken(
      this.unit.place(missing ? Math.max(0, before - 1) : node.startIndex),
      "not-c",
      missing ? `\`${node.type}\` is missing after this` : `this is not C${words ? `: \`${words}\`` : ""}`,
    );
  }

  private topLevel(node: Node): void {
    switch (node.type) {
      case "struct_specifier":
      case "union_specifier":
      case "enum_specifier":
        this.specifier(node);
        return;
      case "declaration":
      case "function_definition": {
        const type = node.childForFieldName("type");
        if (type && /^(?:struct|union|enum)_specifier$/.test(type.type)) this.specifier(type);
        return;
      }
      case "type_definition":
        this.typedef(node);
        return;
      case "linkage_specification":
      case "declaration_list":
        for (const child of node.namedChildren) if (child) this.topLevel(child);
        return;
      default:
    }
  }

  /** Declares what the specifier has a body for. */
  private specifier(node: Node): HeaderType {
    const tag = node.childForFieldName("name")?.text;
    if (node.type === "enum_specifier") {
      const body = node.childForFieldName("body");
      if (body) this.enumeration(body, tag ?? "");
      return enumType(`enum ${tag ?? ""}`.trim());
    }
    const kind = node.type === "union_specifier" ? "union" : "struct";
    const body = node.childForFieldName("body");
    if (!body) {
      if (tag === undefined) throw this.at(node, "not-c", `\`${kind}\` without a name and without a body`);
      return { kind: "reference", c: `${kind} ${tag}`, tag };
    }
    const { aligned, packed } = this.attributes(node);
    const members = this.members(body);
    if (tag === undefined) return { kind, members, aligned, packed };
    const place = this.placeOf(node.childForFieldName("name") ?? node);
    const other = this.structs.get(tag);
    if (other)
      throw this.broken(
        place,
        "duplicate-name",
        `${kind} ${tag} is defined twice: here and at ${other.place.file}:${other.place.line}`,
      );
    this.structs.set(tag, { kind, tag, members, aligned, packed, place });
    return { kind: "reference", c: `${kind} ${tag}`, tag };
  }

  private members(body: Node): HeaderMember[] {
    const members = body.namedChildren.flatMap((node) => (node?.type === "field_declaration" ? this.field(node) : []));
    const seen = new Set<string>();
    for (const { name, place } of members) {
      if (name !== null && seen.has(name))
        throw this.broken(place, "duplicate-name", `two members are called \`${name}\``);
      if (name !== null) seen.add(name);
    }
    return members;
  }

  /** The members of one declaration: `__u32 a, b[2];`. */
  private field(node: Node): HeaderMember[] {
    const typeNode = node.childForFieldName("type");
    if (!typeNode) throw this.at(node, "not-c", "a member without a type");
    const type = this.type(typeNode);
    const bitfield = node.namedChildren.find((child) => child?.type === "bitfield_clause");
    if (bitfield)
      throw this.at(
        bitfield,
        "bitfield",
        "a bit field has no place in an image: compilers and byte orders arrange its bits differently",
        "declare an integer and name the bits with an enumeration",
      );
    // Attributes before the first declarator are for all of them, the others for the one before them.
    const common: Node[] = [];
    const declarators: { node: Node; attributes: Node[] }[] = [];
    for (const child of node.namedChildren) {
      if (!child) continue;
      if (child.type === "attribute_specifier") (declarators.at(-1)?.attributes ?? common).push(child);
      else if (child.id !== typeNode.id && /declarator$|^field_identifier$/.test(child.type))
        declarators.push({ node: child, attributes: [] });
    }
    if (declarators.length === 0) {
      // Of a struct with a tag, C declares no member here but the type alone.
      if (type.kind === "struct" || type.kind === "union")
        return [{ name: null, type, dims: [], ...this.attributesOf(common), place: this.placeOf(typeNode) }];
      if (type.kind === "reference") return [];
      throw this.at(node, "not-c", "a member without a name");
    }
    return declarators.map((declarator) =>
      this.member(declarator.node, type, this.attributesOf([...common, ...declarator.attributes])),
    );
  }

  private member(declarator: Node, type: HeaderType, attributes: Attributes): HeaderMember {
    const dims: Dimension[] = [];
    let node = declarator;
    while (node.type !== "field_identifier") {
      if (node.type === "array_declarator") dims.unshift(this.dimension(node));
      else if (node.type === "pointer_declarator" || node.type === "function_declarator") {
        const c = node.type === "pointer_declarator" ? `${typeName(type)} *` : "function pointer";
        const name = node.descendantsOfType("field_identifier")[0];
        if (!name) throw this.at(node, "not-c", "a pointer without a name");
        // An array of pointers nests the other way round: `*a[2]`.
        const inner = node.descendantsOfType("array_declarator")[0];
        if (inner) dims.unshift(this.dimension(inner));
        return { name: name.text, type: pointerType(c, this.bits), dims, ...attributes, place: this.placeOf(name) };
      } else if (node.type === "attributed_declarator" || node.type === "parenthesized_declarator") {
        // Looked through below.
      } else throw this.at(node, "unsupported", `cannot read the member \`${node.text.slice(0, 60)}\``);
      const next = node.childForFieldName("declarator") ?? node.namedChild(0);
      if (!next) throw this.at(node, "not-c", "a member without a name");
      node = next;
    }
    return { name: node.text, type, dims, ...attributes, place: this.placeOf(node) };
  }

  private dimension(node: Node): Dimension {
    const size = node.childForFieldName("size");
    if (!size) return { value: 0 };
    const value = this.constant(size);
    if (value < 0n || value > 0xffffffffn)
      throw this.at(size, "bad-length", `the length of the array comes out as ${value}`);
    if (value === 0n) return { value: 0 };
    return { text: size.text.replace(/\s+/g, " "), value: Number(value) };
  }

  private type(node: Node): HeaderType {
    if (/^(?:struct|union|enum)_specifier$/.test(node.type)) return this.specifier(node);
    const c = node.text.replace(/\s+/g, " ").trim();
    const scalar = scalarType(inOrder(c), this.bits);
    const alias = this.typedefs.get(c);
    if (alias) return alias.kind === "scalar" ? { ...alias, c } : alias;
    if (scalar) return { ...scalar, c };
    throw this.at(node, "unknown-type", `the width of \`${c}\` is not known`, suggestType(c, this.typedefs.keys()));
  }

  private typedef(node: Node): void {
    const typeNode = node.childForFieldName("type");
    const declarator = node.childForFieldName("declarator");
    if (!typeNode || !declarator) return;
    let type: Alias;
    try {
      type = this.type(typeNode);
    } catch (error) {
      // Of an unknown type: matters only if a member has it.
      if (!(error instanceof BrokenHeader) || error.problem.rule !== "unknown-type") throw error;
    }
    if (declarator.type === "type_identifier" || declarator.type === "primitive_type")
      this.typedefs.set(declarator.text, type);
    else if (declarator.type === "pointer_declarator" && declarator.namedChild(0)?.type === "type_identifier")
      this.typedefs.set(declarator.namedChild(0)?.text ?? "", pointerType(typeNode.text, this.bits));
  }

  private enumeration(body: Node, tag: string): void {
    const group = `enum ${++this.enumerations}`;
    let next = 0n;
    for (const node of body.namedChildren) {
      if (node?.type !== "enumerator") continue;
      const name = node.childForFieldName("name") ?? node;
      const value = node.childForFieldName("value");
      const number = value ? this.constant(value) : next;
      const place = this.placeOf(name);
      const other = this.numbers.get(name.text);
      if (other)
        throw this.broken(
          place,
          "duplicate-name",
          `${name.text} is defined twice: here and at ${other.place.file}:${other.place.line}`,
        );
      this.numbers.set(name.text, { name: name.text, value: number, kind: "enumerator", tag, group, place });
      next = number + 1n;
    }
  }

  /** Integer defines; those that repeat an enumerator's name, have no value, or are no integers, are none. */
  private define({ name, body, place, group }: { name: string; body: string; place?: Place; group: string }): void {
    if (!place || body === "" || body === name || this.numbers.has(name)) return;
    const value = this.macro(name);
    if (value === undefined) return;
    const alias = /^[A-Za-z_]\w*$/.test(body) ? body : undefined;
    this.numbers.set(name, { name, value, kind: "define", group, ...(alias !== undefined && { alias }), place });
  }

  private constant(node: Node): bigint {
    try {
      return evaluate(node, (name) => this.number(name));
    } catch (error) {
      if (!(error instanceof NoConstant)) throw error;
      throw this.at(error.node?.tree === node.tree ? error.node : node, "no-constant", error.message);
    }
  }

  private number(name: string): bigint | undefined {
    return this.numbers.get(name)?.value ?? this.macro(name) ?? this.known.number(name);
  }

  /** The value of a macro; undefined when it is none, or no integer. */
  private macro(name: string): bigint | undefined {
    if (this.macroValues.has(name)) return this.macroValues.get(name);
    const body = this.unit.macros.get(name)?.body;
    if (body === undefined || body === "" || body === name) return undefined;
    // A macro that leads back to itself has no value.
    this.macroValues.set(name, undefined);
    let value: bigint | undefined;
    try {
      value = valueOfText(this.parser, body, (inner) => this.number(inner));
    } catch (error) {
      if (!(error instanceof NoConstant)) throw error;
    }
    this.macroValues.set(name, value);
    return value;
  }

  /** Every struct that a member is made of is in the headers or in the schema. */
  private checkReferences(): void {
    const check = (members: readonly HeaderMember[]): void => {
      for (const { type, place } of members) {
        if (type.kind === "reference" && !this.structs.has(type.tag) && !this.known.hasStruct(type.tag))
          throw this.broken(
            place,
            "unknown-type",
            `${type.c} is neither in the headers nor in the schema`,
            suggestType(type.tag, this.structs.keys()),
          );
        if (type.kind === "struct" || type.kind === "union") check(type.members);
      }
    };
    for (const struct of this.structs.values()) check(struct.members);
    this.checkCycles();
  }

  private checkCycles(): void {
    const done = new Set<string>();
    const visit = (tag: string, path: readonly string[], place: Place): void => {
      if (path.includes(tag))
        throw this.broken(place, "endless-struct", `struct ${tag} contains itself: ${[...path, tag].join(" > ")}`);
      const struct = this.structs.get(tag);
      if (!struct || done.has(tag)) return;
      if (path.length > 100) throw this.broken(struct.place, "too-deep", "structs are nested too deeply");
      const inside = (members: readonly HeaderMember[]): void => {
        for (const member of members) {
          if (member.type.kind === "reference") visit(member.type.tag, [...path, tag], member.place);
          else if (member.type.kind !== "scalar") inside(member.type.members);
        }
      };
      inside(struct.members);
      done.add(tag);
    };
    for (const { tag, place } of this.structs.values()) visit(tag, [], place);
  }

  private attributes(node: Node): Attributes {
    return this.attributesOf(node.namedChildren.filter((child) => child?.type === "attribute_specifier"));
  }

  private attributesOf(nodes: readonly (Node | null)[]): Attributes {
    return readAttributes(
      nodes.filter((node) => node !== null),
      (node) => this.constant(node),
      (node, message) => this.at(node, "unsupported", message),
    );
  }

  private placeOf(node: Node): Place {
    return this.unit.place(node.startIndex);
  }

  private at(node: Node, rule: string, message: string, suggestion?: string): BrokenHeader {
    return this.broken(this.placeOf(node), rule, message, suggestion);
  }

  private broken(place: Place, rule: string, message: string, suggestion?: string): BrokenHeader {
    return new BrokenHeader(place, rule, message, suggestion);
  }
}

function typeName(type: HeaderType): string {
  return type.kind === "scalar" || type.kind === "reference" ? type.c : type.kind;
}

/** `long unsigned` is `unsigned long`. */
function inOrder(c: string): string {
  const words = c.split(" ");
  const sign = words.find((word) => word === "unsigned" || word === "signed");
  return sign === undefined ? c : [sign, ...words.filter((word) => word !== sign)].join(" ");
}

function suggestType(unknown: string, known: Iterable<string>): string {
  const names = ["__u8", "__u16", "__u32", "__u64", "__s8", "__s16", "__s32", "__s64", "__be16", "__be32", ...known];
  const { suggestion } = suggest(unknown, names);
  return suggestion?.startsWith("did you mean") ? suggestion : "use a type of a fixed width such as `__u32`";
}

/** Offset of the innermost bracket that is open where the text ends. */
function lastUnclosed(text: string): number | undefined {
  const open: number[] = [];
  for (const { 0: token, index } of text.matchAll(/[{}()[\]]|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/g)) {
    if (/[{([]/.test(token) && token.length === 1) open.push(index);
    else if (token.length === 1 && open.length > 0) open.pop();
  }
  return open.at(-1);
}
