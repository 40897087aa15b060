/**
 * Step 3: the tokens of what one architecture sees, to the header model: structs and unions with their members, enumerators, integer
 * defines. Functions and variables are skipped.
 *
 * Every token is read or refused, so nothing that stands in a struct is lost. Values of names that the headers use and do not define come
 * from `known`, which is the schema.
 */
import type { Arch } from "../model.js";
import { suggest } from "../problem.js";
import { type Attributes, alignment, NO_ATTRIBUTES, readAttributes, together } from "./attributes.js";
import { BrokenHeader } from "./broken.js";
import { refusePragma, type Unit } from "./conditionals.js";
import { evaluate, evaluateAll, type Lookup, type Names, NoConstant, NoExpression } from "./constant.js";
import { type Extent, type ExtentOf, extentOfType } from "./layout.js";
import { EndlessMacro } from "./macros.js";
import type { Dimension, HeaderMember, HeaderModel, HeaderNumber, HeaderStruct, HeaderType, Place } from "./model.js";
import { Cursor, placeOf, sourceOf, type Token } from "./tokens.js";
import { enumType, isTypeWord, pointerType, scalarType, widthOf } from "./types.js";

export interface Known {
  readonly number: Lookup;
  /** Size and alignment of a struct; undefined when there is none of that tag. */
  readonly extent: ExtentOf;
}

/** Throws `BrokenHeader`. */
export function readDeclarations(unit: Unit, arch: Arch, known: Known): HeaderModel {
  return new Reader(unit, arch, known).read();
}

/** A type with what a typedef adds to it. */
interface Typed {
  readonly type: HeaderType;
  readonly dims: readonly Dimension[];
  readonly typeAlign?: number;
}

/** A type, or why it is not understood; that matters only if a member has it. */
type Resolved = Typed | BrokenHeader;

/** What stands before the names of a declaration. */
interface Specifiers {
  readonly resolved: Resolved;
  readonly attributes: Attributes;
  readonly isTypedef: boolean;
  /** A struct or union without a tag is declared here: as a member it needs no name. */
  readonly isAnonymous: boolean;
  readonly first: Token;
}

interface Declarator {
  readonly name?: Token;
  /** From the name outwards. */
  readonly derived: readonly ("pointer" | "function" | { readonly dimension: Dimension })[];
  readonly attributes: Attributes;
  /** Of attributes that stand behind the outermost `*`. */
  readonly pointerAlign: number;
}

/** Deepest nesting of structs and declarators; brackets in headers are bounded, those from macros are not. */
const DEEPEST = 64;

/** Tokens of a define that is a number. */
const LONGEST_VALUE = 1 << 10;

const KINDS = new Set(["struct", "union", "enum"]);
const STORAGE = new Set(
  "extern static inline __inline __inline__ register auto _Noreturn _Thread_local __thread constexpr".split(" "),
);
const QUALIFIERS = new Set(
  "const volatile restrict __const __const__ __volatile __volatile__ __restrict __restrict__ __extension__".split(" "),
);
const TYPEOF = new Set(["typeof", "__typeof__", "__typeof", "typeof_unqual", "__auto_type"]);
const ASSERTIONS = new Set(["_Static_assert", "static_assert"]);
const ALIGNAS = new Set(["_Alignas", "alignas"]);

class Reader {
  private readonly cursor: Cursor;
  private readonly structs = new Map<string, HeaderStruct>();
  private readonly enums = new Map<string, Resolved>();
  private readonly numbers = new Map<string, HeaderNumber>();
  private readonly typedefs = new Map<string, Resolved>();
  private readonly macroValues = new Map<string, bigint | undefined>();
  private readonly computed = new Map<string, Extent>();
  private readonly names: Names;
  private enumerations = 0;
  private depth = 0;
  /** `extern "C" {` that are open. */
  private linkages = 0;

  constructor(
    private readonly unit: Unit,
    private readonly arch: Arch,
    private readonly known: Known,
  ) {
    this.cursor = new Cursor(unit.tokens);
    this.names = {
      number: (name) => this.number(name),
      int: 32,
      long: arch.bits,
      conversion: (cursor) => this.conversion(cursor),
      measure: (cursor, what) => this.measure(cursor, what),
    };
  }

  read(): HeaderModel {
    while (this.cursor.token) this.topLevel();
    this.checkReferences();
    for (const macro of this.unit.macros.values()) this.define(macro);
    const { foreign, files } = this.unit;
    return { structs: this.structs, numbers: this.numbers, foreign, files };
  }

  private topLevel(): void {
    const { cursor } = this;
    const { text } = cursor;
    if (text === ";") cursor.next();
    else if (text === "}" && this.linkages > 0) {
      cursor.next();
      this.linkages--;
    } else if (text === "extern" && cursor.ahead(1)?.kind === "string" && cursor.ahead(2)?.text === "{") {
      cursor.at += 3;
      this.linkages++;
    } else if (text === "asm" || text === "__asm__" || text === "__asm") this.skipDeclaration(cursor.at);
    else if (!this.skipAside()) this.declaration();
  }

  /** Assertions and pragmas, which stand anywhere between declarations. */
  private skipAside(): boolean {
    const { cursor } = this;
    const { token } = cursor;
    if (token && ASSERTIONS.has(token.text) && cursor.ahead(1)?.text === "(") {
      cursor.next();
      cursor.skipBrackets();
      cursor.expect(";");
      return true;
    }
    if (token?.text !== "_Pragma" || cursor.ahead(1)?.text !== "(") return false;
    cursor.next();
    const from = cursor.at;
    cursor.skipBrackets();
    const [string] = cursor.tokens.slice(from + 1, cursor.at);
    refusePragma(string?.text.replace(/^\w*"|"$/g, "") ?? "", (message, suggestion) =>
      this.at(token, "unsupported", message, suggestion),
    );
    return true;
  }

  private declaration(): void {
    const { cursor } = this;
    const from = cursor.at;
    const specifiers = this.specifiers();
    if (cursor.take(";")) return;
    if (!specifiers.isTypedef) {
      this.skipDeclaration(from);
      return;
    }
    do {
      const declarator = this.declarator(specifiers.attributes);
      this.typedef(specifiers, declarator);
    } while (cursor.take(","));
    cursor.expect(";");
  }

  /** Goes on behind a variable, a prototype, or a function with its body. */
  private skipDeclaration(from: number): void {
    const { cursor } = this;
    let isFunction = false;
    let isInitialised = false;
    for (;;) {
      const { token } = cursor;
      const before = cursor.tokens[cursor.at - 1];
      if (!token) {
        const begin = cursor.tokens[from] as Token;
        throw this.at(
          begin,
          "not-c",
          `the declaration that begins with \`${begin.text}\` has no end: a \`;\` is missing`,
        );
      }
      if (token.kind === "other") throw cursor.unexpected(cursor.at, "a declaration");
      if (cursor.take(";")) return;
      if (token.text === "{" && token.kind === "mark") {
        if (isInitialised) cursor.skipBrackets();
        else if (isFunction) {
          cursor.skipBrackets();
          return;
        } else throw cursor.unexpected(cursor.at, "`;`");
      } else if (token.kind === "mark" && (token.text === "(" || token.text === "[")) {
        isFunction ||= token.text === "(" && before?.text !== "__attribute__";
        cursor.skipBrackets();
      } else if (token.kind === "mark" && /^[)\]}]$/.test(token.text)) throw cursor.unexpected(cursor.at, "`;`");
      else if (KINDS.has(token.text) && !isInitialised && this.hasBody()) throw cursor.unexpected(cursor.at, "`;`");
      else {
        isInitialised ||= token.text === "=";
        cursor.next();
      }
    }
  }

  /** Whether a struct, union or enumeration is declared at the cursor, and not only named. */
  private hasBody(): boolean {
    const look = new Cursor(this.cursor.tokens);
    look.at = this.cursor.at + 1;
    readAttributes(look, (inner) => this.constant(inner));
    if (look.token?.kind === "name") look.next();
    return look.text === "{";
  }

  private specifiers(): Specifiers {
    const { cursor } = this;
    const first = cursor.token;
    if (!first) throw cursor.unexpected(cursor.at, "a declaration");
    let attributes = NO_ATTRIBUTES;
    let isTypedef = false;
    let isAnonymous = false;
    let resolved: Resolved | undefined;
    const words: Token[] = [];
    for (;;) {
      const { token } = cursor;
      const own = readAttributes(cursor, (inner) => this.constant(inner));
      if (cursor.token !== token) {
        attributes = together(attributes, own);
        continue;
      }
      if (token?.kind !== "name") break;
      const { text } = token;
      if (text === "typedef") isTypedef = true;
      else if (STORAGE.has(text) || QUALIFIERS.has(text)) {
        // Says nothing about the layout.
      } else if (ALIGNAS.has(text) && cursor.ahead(1)?.text === "(") {
        attributes = together(attributes, this.alignas());
        continue;
      } else if (text === "_Atomic" || TYPEOF.has(text)) {
        cursor.next();
        if (cursor.text === "(") cursor.skipBrackets();
        resolved = this.at(token, "unsupported", `\`${text}\` is not understood`, "write the type that it stands for");
        continue;
      } else if (KINDS.has(text)) {
        if (resolved || words.length > 0) throw cursor.unexpected(cursor.at, "a name");
        const aggregate = this.aggregate();
        resolved = aggregate.resolved;
        isAnonymous = aggregate.isAnonymous;
        continue;
      } else if (isTypeWord(text)) {
        if (resolved) throw cursor.unexpected(cursor.at, "a name");
        words.push(token);
      } else if (!resolved && words.length === 0) resolved = this.named(token);
      else break;
      cursor.next();
    }
    if (words.length > 0) resolved ??= this.builtIn(words);
    resolved ??= this.at(first, "not-c", `\`${first.text}\` stands where a type is expected`);
    return { resolved, attributes, isTypedef, isAnonymous, first };
  }

  private alignas(): Attributes {
    const { cursor } = this;
    cursor.next();
    cursor.expect("(");
    const from = cursor.token as Token;
    const value = this.isType(from) ? BigInt(this.extentOf(this.typeName(cursor), from).align) : this.constant(cursor);
    cursor.expect(")");
    return value === 0n ? NO_ATTRIBUTES : { ...NO_ATTRIBUTES, ...alignment(value, from) };
  }

  /** The type that a typedef or the compiler gives a name. */
  private named(token: Token): Resolved {
    const c = token.text;
    const alias = this.typedefs.get(c);
    if (alias instanceof BrokenHeader) return alias;
    if (alias) return alias.type.kind === "scalar" ? { ...alias, type: { ...alias.type, c } } : alias;
    const scalar = scalarType(c, this.arch.bits);
    if (scalar) return { type: scalar, dims: [] };
    return this.at(token, "unknown-type", `the width of \`${c}\` is not known`, suggestType(c, this.typedefs.keys()));
  }

  private builtIn(words: readonly Token[]): Resolved {
    const [first] = words as readonly [Token];
    const c = words.map(({ text }) => text).join(" ");
    const scalar = scalarType(c, this.arch.bits);
    if (scalar) return { type: scalar, dims: [] };
    if (c === "void") return this.at(first, "not-c", "a member of type `void`");
    return this.at(
      first,
      "unknown-type",
      `\`${c}\` is not of the same width everywhere, or has none that the schema knows`,
      suggestType(c, []),
    );
  }

  /** Reads `struct`, `union` or `enum` with all that belongs to it. */
  private aggregate(): { readonly resolved: Resolved; readonly isAnonymous: boolean } {
    const { cursor } = this;
    const keyword = cursor.next() as Token;
    const constant = (inner: Cursor) => this.constant(inner);
    const before = readAttributes(cursor, constant);
    const tag = cursor.token?.kind === "name" ? cursor.next() : undefined;
    if (keyword.text === "enum") return { resolved: this.enumeration(keyword, tag, before), isAnonymous: false };
    const kind = keyword.text === "union" ? "union" : "struct";
    const reference = (name: Token): Typed => ({
      type: { kind: "reference", c: `${kind} ${name.text}`, tag: name.text },
      dims: [],
    });
    if (cursor.text !== "{") {
      if (!tag) throw cursor.unexpected(cursor.at, "a name or `{`");
      if (cursor.token?.kind === "name" && cursor.ahead(1)?.text === "{") throw cursor.unexpected(cursor.at, "`{`");
      return { resolved: reference(tag), isAnonymous: false };
    }
    const members = this.deeper(() => this.members());
    const { aligned, packed, refused } = together(before, readAttributes(cursor, constant));
    if (refused) throw refused;
    if (!tag) return { resolved: { type: { kind, members, aligned, packed }, dims: [] }, isAnonymous: true };
    const place = placeOf(tag);
    const other = this.structs.get(tag.text);
    if (other)
      throw this.at(
        tag,
        "duplicate-name",
        `${kind} ${tag.text} is defined twice: here and at ${other.place.file}:${other.place.line}`,
      );
    this.structs.set(tag.text, { kind, tag: tag.text, members, aligned, packed, place });
    return { resolved: reference(tag), isAnonymous: false };
  }

  private members(): HeaderMember[] {
    const { cursor } = this;
    cursor.expect("{");
    const members: HeaderMember[] = [];
    while (!cursor.take("}")) {
      if (cursor.take(";") || this.skipAside()) continue;
      for (const member of this.member()) members.push(member);
    }
    const seen = new Set<string>();
    for (const { name, place } of members) {
      if (name !== null && seen.has(name))
        throw new BrokenHeader(place, "duplicate-name", `two members are called \`${name}\``);
      if (name !== null) seen.add(name);
    }
    return members;
  }

  /** The members of one declaration: `__u32 a, b[2];`. */
  private member(): HeaderMember[] {
    const { cursor } = this;
    const specifiers = this.specifiers();
    const { first, resolved, attributes } = specifiers;
    if (cursor.text === ";" || cursor.text === "}") {
      cursor.take(";");
      // Of a struct with a tag, C declares no member here but the type alone.
      if (!specifiers.isAnonymous) return [];
      const { type } = usable(resolved);
      return [{ name: null, type, dims: [], ...usedAttributes(attributes), place: placeOf(first) }];
    }
    const members: HeaderMember[] = [];
    do {
      const declarator = this.declarator(attributes);
      if (cursor.text === ":")
        throw this.at(
          cursor.token as Token,
          "bitfield",
          "a bit field has no place in an image: compilers and byte orders arrange its bits differently",
          "declare an integer and name the bits with an enumeration",
        );
      if (!declarator.name) throw cursor.unexpected(cursor.at, "the name of a member");
      const { typeAlign, ...typed } = usable(this.derive(resolved, declarator));
      members.push({
        name: declarator.name.text,
        ...typed,
        ...usedAttributes(declarator.attributes),
        ...(typeAlign !== undefined && { typeAlign }),
        place: placeOf(declarator.name),
      });
    } while (cursor.take(","));
    // Compilers warn where the last `;` is missing, and go on.
    if (cursor.text !== "}") cursor.expect(";");
    return members;
  }

  private declarator(common: Attributes): Declarator {
    const { cursor } = this;
    const constant = (inner: Cursor) => this.constant(inner);
    const before = readAttributes(cursor, constant);
    const inner = this.plainDeclarator();
    if (cursor.text === "asm" || cursor.text === "__asm__") {
      cursor.next();
      cursor.skipBrackets();
    }
    const after = readAttributes(cursor, constant);
    return { ...inner, attributes: [before, inner.attributes, after].reduce(together, common) };
  }

  private plainDeclarator(): Declarator {
    const { cursor } = this;
    const constant = (inner: Cursor) => this.constant(inner);
    let pointers = 0;
    let pointerAlign = 0;
    while (cursor.take("*")) {
      pointers++;
      pointerAlign = 0;
      for (;;) {
        const { at } = cursor;
        pointerAlign = Math.max(pointerAlign, readAttributes(cursor, constant).aligned);
        while (cursor.token && (QUALIFIERS.has(cursor.token.text) || cursor.text === "_Atomic")) cursor.next();
        if (cursor.at === at) break;
      }
    }
    let name: Token | undefined;
    let inner: Declarator | undefined;
    if (cursor.token?.kind === "name") name = cursor.next();
    else if (cursor.text === "(" && this.isGrouping()) {
      cursor.next();
      inner = this.deeper(() => this.declarator(NO_ATTRIBUTES));
      cursor.expect(")");
    }
    const derived: Declarator["derived"][number][] = [...(inner?.derived ?? [])];
    for (;;) {
      if (cursor.text === "[" && cursor.ahead(1)?.text !== "[") derived.push({ dimension: this.dimension() });
      else if (cursor.text === "(") {
        cursor.skipBrackets();
        derived.push("function");
      } else break;
    }
    // The outermost pointer is the type of the thing itself.
    const own = inner?.derived.includes("pointer") ? inner.pointerAlign : pointerAlign;
    for (let count = 0; count < pointers; count++) derived.push("pointer");
    const named = name ?? inner?.name;
    return {
      ...(named && { name: named }),
      derived,
      attributes: inner?.attributes ?? NO_ATTRIBUTES,
      pointerAlign: own,
    };
  }

  /** Whether a bracket holds a declarator and not the parameters of a function without a name. */
  private isGrouping(): boolean {
    const next = this.cursor.ahead(1);
    return (
      next !== undefined &&
      (/^[*([]$/.test(next.text) || next.text.startsWith("__attribute") || !this.isType(next)) &&
      next.text !== ")"
    );
  }

  private dimension(): Dimension {
    const { cursor } = this;
    cursor.next();
    while (cursor.token && (cursor.text === "static" || QUALIFIERS.has(cursor.token.text))) cursor.next();
    if (cursor.take("]")) return { value: 0 };
    const from = cursor.at;
    const value = this.constant(cursor);
    const size = cursor.tokens.slice(from, cursor.at);
    const [first] = size as [Token];
    cursor.expect("]");
    if (value < 0n || value > 0xffffffffn)
      throw this.at(first, "bad-length", `the length of the array comes out as ${value}`);
    if (value === 0n) return { value: 0 };
    const text = sourceOf(size);
    return { ...(text !== undefined && { text }), value: Number(value) };
  }

  /** The type of what a declarator declares. */
  private derive(base: Resolved, { name, derived, pointerAlign }: Declarator): Resolved {
    const dims: Dimension[] = [];
    for (const [index, each] of derived.entries()) {
      if (typeof each === "object") dims.push(each.dimension);
      else if (each === "pointer") {
        const c = derived[index + 1] === "function" ? "function pointer" : `${typeName(base)} *`;
        return { type: pointerType(c, this.arch.bits), dims, ...(pointerAlign > 0 && { typeAlign: pointerAlign }) };
      } else return this.at(name ?? (this.cursor.token as Token), "not-c", "a function cannot be a member");
    }
    return base instanceof BrokenHeader ? base : { ...base, dims: [...dims, ...base.dims] };
  }

  private typedef(specifiers: Specifiers, declarator: Declarator): void {
    const { name, attributes } = declarator;
    if (!name) throw this.cursor.unexpected(this.cursor.at, "a name");
    const resolved = this.derive(specifiers.resolved, declarator);
    const { aligned, refused } = attributes;
    if (resolved instanceof BrokenHeader || refused) this.typedefs.set(name.text, refused ?? resolved);
    else this.typedefs.set(name.text, { ...resolved, ...(aligned > 0 && { typeAlign: aligned }) });
  }

  private enumeration(keyword: Token, tag: Token | undefined, before: Attributes): Resolved {
    const { cursor } = this;
    const c = `enum ${tag?.text ?? ""}`.trim();
    const underlying = cursor.text === ":" ? cursor.token : undefined;
    if (underlying) {
      cursor.next();
      this.specifiers();
    }
    if (cursor.text !== "{") {
      if (!tag) throw cursor.unexpected(cursor.at, "a name or `{`");
      return this.enums.get(tag.text) ?? { type: enumType(c), dims: [] };
    }
    const isWide = this.enumerators(tag?.text ?? "");
    const { aligned, packed, refused } = together(
      before,
      readAttributes(cursor, (inner) => this.constant(inner)),
    );
    let resolved: Resolved = {
      type: enumType(c, isWide ? 64 : 32),
      dims: [],
      ...(aligned > 0 && { typeAlign: aligned }),
    };
    if (underlying || packed)
      resolved = this.at(
        underlying ?? keyword,
        "unsupported",
        `\`${c}\` has ${underlying ? "a width of its own" : "the smallest width that holds its values"}`,
        "declare the member as an integer",
      );
    if (tag) this.enums.set(tag.text, refused ?? resolved);
    return refused ?? resolved;
  }

  /** Whether a value needs more than 32 bits. */
  private enumerators(tag: string): boolean {
    const { cursor } = this;
    const group = `enum ${++this.enumerations}`;
    let next = 0n;
    let low = 0n;
    let high = 0n;
    cursor.expect("{");
    while (!cursor.take("}")) {
      const name = cursor.token;
      if (name?.kind !== "name") throw cursor.unexpected(cursor.at, "the name of an enumerator");
      cursor.next();
      readAttributes(cursor, (inner) => this.constant(inner));
      const value = cursor.take("=") ? this.constant(cursor) : next;
      const place = placeOf(name);
      const other = this.numbers.get(name.text);
      if (other)
        throw this.at(
          name,
          "duplicate-name",
          `${name.text} is defined twice: here and at ${other.place.file}:${other.place.line}`,
        );
      this.numbers.set(name.text, { name: name.text, value, kind: "enumerator", tag, group, place });
      next = value + 1n;
      if (value < low) low = value;
      if (value > high) high = value;
      if (cursor.text !== "}" && !cursor.take(",")) throw cursor.unexpected(cursor.at, "`,` or `}`");
    }
    return low < -(1n << 31n) || high >= (low < 0n ? 1n << 31n : 1n << 32n);
  }

  /** Integer defines; those that repeat an enumerator's name, have no value, or are no integers, are none. */
  private define({ name, place, group }: { name: string; place?: Place; group: string }): void {
    const body = this.bodyOf(name);
    if (!place || !body || this.numbers.has(name)) return;
    const value = this.macro(name);
    if (value === undefined) return;
    const [only] = body;
    const alias = body.length === 1 && only?.kind === "name" ? only.text : undefined;
    this.numbers.set(name, { name, value, kind: "define", group, ...(alias !== undefined && { alias }), place });
  }

  /** What a macro without parameters stands for; undefined when it stands for nothing else. */
  private bodyOf(name: string): readonly Token[] | undefined {
    const macro = this.unit.macros.get(name);
    if (!macro || macro.parameters || macro.body.length === 0) return undefined;
    return macro.body.length === 1 && macro.body[0]?.text === name ? undefined : macro.body;
  }

  private number(name: string): bigint | undefined {
    return this.numbers.get(name)?.value ?? this.known.number(name);
  }

  /** The value of a macro; undefined when it is none, or no integer. */
  private macro(name: string): bigint | undefined {
    if (this.macroValues.has(name)) return this.macroValues.get(name);
    const { macros } = this.unit;
    const body = this.bodyOf(name);
    let value: bigint | undefined;
    try {
      // Most defines are a number, or the name of another one.
      if (body) value = evaluateAll(new Cursor(macros.expand(body, LONGEST_VALUE)), this.names);
    } catch (error) {
      const isNone = error instanceof NoConstant || error instanceof EndlessMacro || error instanceof BrokenHeader;
      if (!isNone || (error instanceof BrokenHeader && error.problem.rule === "too-long")) throw error;
    }
    this.macroValues.set(name, value);
    return value;
  }

  /** The value of the expression at the cursor. */
  private constant(cursor: Cursor): bigint {
    const first = cursor.token;
    try {
      return evaluate(cursor, this.names);
    } catch (error) {
      if (!(error instanceof NoConstant)) throw error;
      if (error instanceof NoExpression)
        throw cursor.unexpected(error.token ? cursor.tokens.indexOf(error.token) : cursor.at, "an expression");
      const token = error.token ?? cursor.token ?? first;
      if (!token) throw cursor.unexpected(cursor.at, "a number");
      throw this.at(token, "no-constant", error.message);
    }
  }

  private conversion(cursor: Cursor): { bits: number; unsigned: boolean } | undefined {
    const { token } = cursor;
    if (!token || !this.isType(token)) return undefined;
    const from = cursor.at;
    const resolved = this.typeName(cursor);
    const c = sourceOf(cursor.tokens.slice(from, cursor.at)) ?? token.text;
    if (resolved instanceof BrokenHeader || resolved.type.kind !== "scalar" || resolved.dims.length > 0)
      throw new NoConstant(`\`(${c})\` is no conversion to an integer of known width`, token);
    const { scalar } = resolved.type;
    if (/^f|^char$/.test(scalar))
      throw new NoConstant(`\`(${c})\` is no conversion to an integer of known width`, token);
    return { bits: widthOf(scalar) * 8, unsigned: !scalar.startsWith("s") };
  }

  private measure(cursor: Cursor, what: "size" | "align"): bigint {
    const open = cursor.token;
    const first = cursor.ahead(1);
    if (open?.text !== "(" || !first || !this.isType(first))
      throw new NoConstant("only types can be measured, not values", open);
    cursor.next();
    const extent = this.extentOf(this.typeName(cursor), first);
    cursor.expect(")");
    return BigInt(extent[what]);
  }

  /** A type without a name: `struct a *[2]`. */
  private typeName(cursor: Cursor): Resolved {
    if (cursor === this.cursor) {
      const { resolved } = this.specifiers();
      const declarator = this.declarator(NO_ATTRIBUTES);
      return this.derive(resolved, declarator);
    }
    // Of a define: its tokens are read as those of the headers are.
    const reader = new Reader({ ...this.unit, tokens: cursor.tokens }, this.arch, this.known);
    reader.cursor.at = cursor.at;
    for (const [name, type] of this.typedefs) reader.typedefs.set(name, type);
    for (const [name, type] of this.structs) reader.structs.set(name, type);
    const resolved = reader.typeName(reader.cursor);
    cursor.at = reader.cursor.at;
    return resolved;
  }

  private isType({ kind, text }: Token): boolean {
    if (kind !== "name") return false;
    return (
      KINDS.has(text) ||
      QUALIFIERS.has(text) ||
      isTypeWord(text) ||
      TYPEOF.has(text) ||
      this.typedefs.has(text) ||
      scalarType(text, this.arch.bits) !== undefined
    );
  }

  private extentOf(resolved: Resolved, at: Token): Extent {
    if (resolved instanceof BrokenHeader) throw resolved;
    const { type, dims, typeAlign } = resolved;
    let missing: string | undefined;
    const extent = extentOfType(type, this.arch, (tag) => {
      const own = this.structExtent(tag);
      if (!own) missing ??= tag;
      return own;
    });
    if (missing !== undefined) throw this.at(at, "no-constant", `the size of ${missing} is not known here`);
    return {
      size: dims.reduce((product, { value }) => product * value, extent.size),
      align: typeAlign ?? extent.align,
    };
  }

  private structExtent(tag: string): Extent | undefined {
    const struct = this.structs.get(tag);
    if (!struct) return this.known.extent(tag);
    const { kind, members, aligned, packed } = struct;
    const extent =
      this.computed.get(tag) ??
      extentOfType({ kind, members, aligned, packed }, this.arch, (inner) =>
        inner === tag ? undefined : this.structExtent(inner),
      );
    this.computed.set(tag, extent);
    return extent;
  }

  /** Every struct that a member is made of is in the headers or in the schema. */
  private checkReferences(): void {
    const check = (members: readonly HeaderMember[]): void => {
      for (const { type, place } of members) {
        if (type.kind === "reference" && !this.structs.has(type.tag) && !this.known.extent(type.tag))
          throw new BrokenHeader(
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
        throw new BrokenHeader(place, "endless-struct", `struct ${tag} contains itself: ${[...path, tag].join(" > ")}`);
      const struct = this.structs.get(tag);
      if (!struct || done.has(tag)) return;
      if (path.length > 100) throw new BrokenHeader(struct.place, "too-deep", "structs are nested too deeply");
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

  private deeper<T>(read: () => T): T {
    if (++this.depth > DEEPEST)
      throw this.at(this.cursor.token as Token, "too-deep", "declarations are nested too deeply");
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  private at(token: Token, rule: string, message: string, suggestion?: string): BrokenHeader {
    return new BrokenHeader(placeOf(token), rule, message, suggestion);
  }
}

function usable(resolved: Resolved): Typed {
  if (resolved instanceof BrokenHeader) throw resolved;
  return resolved;
}

function usedAttributes({ aligned, packed, refused }: Attributes): { aligned: number; packed: boolean } {
  if (refused) throw refused;
  return { aligned, packed };
}

function typeName(resolved: Resolved): string {
  if (resolved instanceof BrokenHeader) return "void";
  const { type } = resolved;
  return type.kind === "scalar" || type.kind === "reference" ? type.c : type.kind;
}

function suggestType(unknown: string, known: Iterable<string>): string {
  const names = ["__u8", "__u16", "__u32", "__u64", "__s8", "__s16", "__s32", "__s64", "__be16", "__be32", ...known];
  const { suggestion } = suggest(unknown, names);
  return suggestion?.startsWith("did you mean") ? suggestion : "use a type of a fixed width such as `__u32`";
}
