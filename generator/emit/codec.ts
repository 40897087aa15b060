/** The codec class of one distinct layout: straight-line decode and encode. */
import { evaluateConstant } from "../expression.js";
import type { DistinctLayout, LaidMember, Layout } from "../layout.js";
import type { Abi } from "../model.js";
import {
  CODEC_BUFFER,
  type CodecBuffer,
  guard,
  type Imports,
  isPacked,
  isWide,
  type OrderExpression,
  place,
  readScalar,
  writeScalar,
} from "./access.js";
import { codecName, layoutTypeName, viewName } from "./names.js";
import { docComment } from "./text.js";
import { cDeclaration, elementType, flexibleMember, type LayoutFinder, objectMembers, tsType } from "./types.js";

/** Types inside the methods, where the names of enumerations would help nobody. */
const PLAIN = { exact: true, abis: [] };

import { countWides, type ReadBuffer, Slots, Wides } from "./wide-slots.js";

/** Returns the value of a constant in an ABI that has the layout; undefined when there is none. */
export type ConstantFinder = (name: string, abi: Abi) => number | undefined;

export function codecClass(
  distinct: DistinctLayout,
  find: LayoutFinder,
  constant: ConstantFinder,
  imports: Imports,
): string {
  const { layout, struct } = distinct;
  const writer = new CodecWriter(find, constant, imports);
  const first = distinct.abis[0] as Abi;
  const cName = struct.names.at(first) ?? struct.key;
  const type = layoutTypeName(distinct);
  const view = viewName(distinct);
  const versions = new Set(distinct.abis.map((abi) => abi.version.id));
  imports.use("codec", "StructCodec");
  imports.use("target", "type Target");
  return `${docComment([
    `\`struct ${cName}\` as ${[...versions].join(", ")} ${versions.size === 1 ? "has" : "have"} it: ${layout.size} bytes.`,
  ])}export class ${codecName(distinct)} extends StructCodec<${type}, ${view}> {
${getter("size", layout.size)}
${getter("align", layout.align)}
  constructor(target: Target, struct = ${JSON.stringify(cName)}) {
    super(target, struct);
  }

  override get numbers(): string {
    return ${JSON.stringify(numbersOf(layout).join())};
  }

${writer.decode(distinct)}
${writer.encode(distinct)}
  override view(bytes: Bytes, at = 0): ${view} {
    ${takeView(imports)}
    ${checkRoom(layout.size)}
    return new ${view}(this, view, at);
  }
${writer.tail(distinct)}${writer.unions.join("")}}
`;
}

/** A constant of a codec. A field would need an initializer, which V8 compiles for each class when a version is imported. */
function getter(name: string, value: number): string {
  return `  get ${name}(): number {
    return ${value};
  }
`;
}

/**
 * Statement that checks that bytes are there. A `DataView` truncates fractions, and adding to a bigint fails, so the offset is checked first.
 *
 * @param size expression for the number of bytes
 */
function checkRoom(size: number | string): string {
  const needed = typeof size === "string" ? `, ${size}` : "";
  return `if (!(Number.isInteger(at) && at >= 0 && at + ${size} <= view.byteLength)) throw this.short(view, at${needed});`;
}

/** Statement that turns the parameter `bytes` into a `DataView` named `view`. For callers that pass a `DataView` this costs one comparison. */
function takeView(imports: Imports): string {
  imports.use("bytes", "type Bytes");
  return `const view = bytes instanceof DataView ? bytes : ${imports.use("bytes", "viewOf")}(this, bytes);`;
}

/** A value to be written, and its place in the bytes. */
interface Given {
  /** Expression for the value. */
  readonly value: string;
  /** Path of the value in messages; with indexes, the inside of a template literal. */
  readonly path: string;
  /** Prefix of the local names for its members. */
  readonly local: string;
  readonly buffer: CodecBuffer;
  /** Offset from `buffer.at`, in bytes. */
  readonly offset: number;
}

/** The line of a statement in a byte order. */
type Write = (order: OrderExpression) => string;

/** The code that writes values: all checks run before anything is written. */
class Statements {
  /** Lines, each with its line feed. */
  readonly checks: string[] = [];
  /** Checks that put 64-bit integers into slots. They come after all code of the caller, such as getters, that could use another codec. */
  readonly holds: string[] = [];
  private readonly writes: Write[] = [];

  /** @param slots omitted in a loop and in a method of a union, whose checks and writes do not follow each other */
  constructor(
    readonly indent: string,
    readonly slots?: Slots,
  ) {}

  check(...lines: readonly string[]): void {
    this.checks.push(...lines.map((line) => `${this.indent}${line}\n`));
  }

  hold(line: string): void {
    this.holds.push(`${this.indent}${line}\n`);
  }

  write(...lines: readonly Write[]): void {
    this.writes.push(...lines);
  }

  /** The writes in a byte order. */
  written(order: OrderExpression, indent = this.indent): string {
    return this.writes.map((write) => `${indent}${write(order).replace(/\n(?=.)/g, `\n${indent}`)}\n`).join("");
  }

  get text(): string {
    return `${this.checks.join("")}${this.written("le")}`;
  }

  /** The checks for a loop without the writes: drops the names of the checked bytes. */
  get checksAlone(): string {
    return this.checks.join("").replace(/const \S+_bytes = /g, "");
  }

  /** The writes for a loop without the checks: computes the checked bytes again. */
  writesAlone(order: OrderExpression): string {
    return `${this.checks.filter((line) => line.startsWith(`${this.indent}const `)).join("")}${this.written(order)}`;
  }
}

class CodecWriter {
  /** Methods that check and write the unions of the struct, one per union. */
  readonly unions: string[] = [];

  constructor(
    private readonly find: LayoutFinder,
    private readonly constant: ConstantFinder,
    private readonly imports: Imports,
  ) {}

  decode(distinct: DistinctLayout): string {
    const { layout } = distinct;
    // A single integer gains nothing from a slot.
    const wides = countWides(layout) > 1 ? new Wides(this.imports) : undefined;
    const body = this.readObject(layout, { ...CODEC_BUFFER, wides }, 0, "    ", true);
    return `  override decode(bytes: Bytes, at = 0): ${layoutTypeName(distinct)} {
    ${takeView(this.imports)}
    ${checkRoom(layout.size)}
${takeOrder(body)}${wides?.loads ?? ""}    return ${body};
  }
`;
  }

  encode(distinct: DistinctLayout): string {
    const { layout } = distinct;
    const out = new Statements("    ", new Slots());
    this.storeObject(layout, { value: "value", path: "", local: "$", buffer: CODEC_BUFFER, offset: 0 }, out);
    const checks = [...out.checks, ...out.holds].join("");
    const [little, big] = [out.written("true", "      "), out.written("false", "      ")];
    const writes =
      little === big ? out.written("le") : `    if (this.littleEndian) {\n${little}    } else {\n${big}    }\n`;
    return `  override encode(value: ${layoutTypeName(distinct)}, bytes: Bytes, at = 0): void {
    ${takeView(this.imports)}
    ${checkRoom(layout.size)}
    if (typeof value !== "object" || value === null) throw this.refuse("", "an object", value);
${checks}${checks === "" ? "" : "    // Everything fits: write.\n"}${writes}  }
`;
  }

  /** Methods for the inline tail of a struct that ends in a flexible array. */
  tail(distinct: DistinctLayout): string {
    const member = flexibleMember(distinct.layout);
    if (!member) return "";
    const { type, offset, elementSize, name } = member;
    const element = elementType(type, this.find, PLAIN);
    const cast = element.includes("{") ? `(${element})` : element;
    const count = this.tailCount(distinct, member);
    const read = this.imports.use("arrays", "readArray");
    const out = new Statements("      ");
    const buffer: CodecBuffer = { ...CODEC_BUFFER, at: "start" };
    this.storeElement(member, { value: "item", path: `${name}[\${i}]`, local: "$item", buffer, offset: 0 }, out);
    const pick = `      const item = values[i] as ${element};\n`;
    const decoded = this.readElement(member, CODEC_BUFFER, 0, "      ");
    return `
  /** Offset of the inline tail \`${name}\` from the start of the struct. */
${getter("tailOffset", offset)}  /** Bytes of one element of the tail. */
${getter("tailElementSize", elementSize)}
${docComment([`Number of elements of \`${name}\` that the struct at \`at\` announces. Not to be trusted before it is checked against the record's length, which {@link decodeTail} does.`], "  ")}  tailCount(bytes: Bytes, at = 0): number {
    ${takeView(this.imports)}
    ${checkRoom(distinct.layout.size)}
    return ${count};
  }

${docComment([`Reads the \`${name}\` of the struct at \`at\`; \`end\` is where its record ends.`, "@throws {ShortBufferError} when the announced elements do not fit before `end` or the end of the bytes"], "  ")}  decodeTail(bytes: Bytes, at = 0, end = Infinity): ${cast}[] {
    ${takeView(this.imports)}
    const count = this.tailCount(view, at);
    const start = at + ${offset};
    if (!(start + count * ${elementSize} <= Math.min(end, view.byteLength))) throw this.short(view, at, ${offset} + count * ${elementSize});
${takeOrder(decoded)}    return ${read}(count, start, ${elementSize}, (at) => ${/^\{/.test(decoded) ? `(${decoded})` : decoded});
  }

${docComment([`Writes the elements of \`${name}\` behind the struct at \`at\`, all or none. The struct's own count is not touched.`], "  ")}  encodeTail(values: readonly ${cast}[], bytes: Bytes, at = 0): void {
    ${takeView(this.imports)}
    ${checkRoom(`${offset} + values.length * ${elementSize}`)}
    const first = at + ${offset};
${takeOrder(out.text)}    for (let i = 0; i < values.length; i++) {
${pick}${out.checksAlone}    }
    // Everything fits: write.
    for (let i = 0; i < values.length; i++) {
${pick}      const start = first + i * ${elementSize};
${out.writesAlone("le")}    }
  }
`;
  }

  /** Expression for the number of elements of a flexible array: a field of the struct, or a constant. */
  private tailCount(distinct: DistinctLayout, member: LaidMember): string {
    const { count } = member.field;
    if (count === undefined) return "0";
    if (typeof count !== "number" && count[0] === "field" && count[1] === null) {
      const counter = objectMembers(distinct.layout).find((candidate) => candidate.name === count[2]);
      if (counter?.member.type.kind === "scalar")
        return readScalar(
          counter.member.type.scalar,
          { ...CODEC_BUFFER, littleEndian: "this.littleEndian" },
          place(CODEC_BUFFER, counter.offset),
          this.imports,
        );
    }
    return String(evaluateConstant(count, (name) => this.constant(name, distinct.abis[0] as Abi)) ?? 0);
  }

  /** Expression for an object literal of the aggregate at `offset`. */
  private readObject(layout: Layout, buffer: ReadBuffer, offset: number, indent: string, comments = false): string {
    const members = objectMembers(layout);
    if (members.length === 0) return "{}";
    const lines = members.map(
      ({ name, offset: inner, member }) =>
        `${indent}  ${name}: ${this.readMember(member, buffer, offset + inner, `${indent}  `)},${
          comments && member.type.kind !== "struct" && member.type.kind !== "union" ? ` // ${cDeclaration(member)}` : ""
        }\n`,
    );
    const short = lines.map((line) => line.trim().replace(/,$/, "")).join(", ");
    if (!comments && short.length < 90 && !short.includes("\n")) return `{ ${short} }`;
    return `{\n${lines.join("")}${indent}}`;
  }

  private readMember(member: LaidMember, buffer: ReadBuffer, offset: number, indent: string): string {
    const { dims, type } = member;
    if (type.kind === "scalar" && isPacked(type.scalar) && dims.length > 0) {
      const length = dims[dims.length - 1] as number;
      const reader =
        type.scalar === "char" ? this.imports.use("text", "readText") : this.imports.use("arrays", "readBytes");
      return this.readDims(
        dims.slice(0, -1),
        length,
        buffer,
        offset,
        (at) => `${reader}(${buffer.view}, ${at}, ${length})`,
      );
    }
    if (dims.length === 0) return this.readElement(member, buffer, offset, indent);
    return this.readDims(dims, member.elementSize, buffer, offset, (at, inner) =>
      type.kind === "scalar"
        ? readScalar(type.scalar, buffer, at, this.imports)
        : this.readElement(member, inner, 0, indent),
    );
  }

  /** Nested `readArray` calls; the parameter `at` of each arrow function shadows the outer one. */
  private readDims(
    dims: readonly number[],
    elementSize: number,
    buffer: ReadBuffer,
    offset: number,
    read: (at: string, inner: ReadBuffer) => string,
  ): string {
    const [dim, ...rest] = dims;
    if (dim === undefined) return read(place(buffer, offset), buffer);
    const helper = this.imports.use("arrays", "readArray");
    const stride = rest.reduce((product, next) => product * next, elementSize);
    const inner = { ...buffer, at: "at", wides: undefined };
    const element = this.readDims(rest, elementSize, inner, 0, read);
    return `${helper}(${dim}, ${place(buffer, offset)}, ${stride}, (at) => ${element.startsWith("{") ? `(${element})` : element})`;
  }

  private readElement(member: LaidMember, buffer: ReadBuffer, offset: number, indent: string): string {
    const { type } = member;
    if (type.kind !== "scalar") return this.readObject(type.layout, buffer, offset, indent);
    const slotted = isWide(type.scalar) ? buffer.wides?.take(type.scalar, buffer, offset) : undefined;
    return slotted ?? readScalar(type.scalar, buffer, place(buffer, offset), this.imports);
  }

  private storeObject(layout: Layout, given: Given, out: Statements): void {
    if (layout.union && layout.members.length > 1) {
      this.storeUnion(layout, given, out);
      return;
    }
    for (const member of layout.members) {
      if (member.flexible) continue;
      const offset = given.offset + member.offset;
      if (member.name === null && member.type.kind !== "scalar") {
        const local = localName(given.local, member.field.key);
        this.storeObject(member.type.layout, { ...given, offset, local }, out);
        continue;
      }
      const name = member.name as string;
      const local = localName(given.local, name);
      out.check(`const ${local} = ${given.value}.${name};`);
      const path = memberPath(given.path, name);
      this.storeMember(member, { value: local, path, local, buffer: given.buffer, offset }, out);
    }
  }

  private storeMember(member: LaidMember, given: Given, out: Statements): void {
    const { dims, type } = member;
    const { value, path, buffer } = given;
    if (dims.length === 0) {
      this.storeElement(member, given, out);
      return;
    }
    const at = place(buffer, given.offset);
    if (type.kind === "scalar" && isPacked(type.scalar) && dims.length === 1) {
      const check =
        type.scalar === "char" ? this.imports.use("text-field", "checkText") : this.imports.use("arrays", "checkBytes");
      const write = this.imports.use("arrays", "writeBytes");
      out.check(`const ${value}_bytes = ${check}(this, ${quote(path)}, ${value}, ${dims[0]});`);
      out.write(() => `${write}(${buffer.view}, ${at}, ${value}_bytes);`);
      return;
    }
    const [dim, ...rest] = dims;
    const stride = rest.reduce((product, next) => product * next, member.elementSize);
    const index = String.fromCharCode("i".charCodeAt(0) + (path.match(/\$\{/g)?.length ?? 0));
    const checkArray = this.imports.use("arrays", "checkArray");
    out.check(`${checkArray}(this, ${quote(path)}, ${value}, ${dim});`);
    const element: LaidMember = { ...member, dims: rest, size: stride, offset: 0 };
    const item = `${value}_${index}`;
    // Its checks are printed as they are, its writes are indented with the loop that they are in.
    const inner = new Statements(`${out.indent}  `);
    const elementPath = `${path}[\${${index}}]`;
    const elementBuffer = { ...buffer, at: `${at} + ${index} * ${stride}` };
    this.storeMember(element, { value: item, path: elementPath, local: item, buffer: elementBuffer, offset: 0 }, inner);
    const loop = `for (let ${index} = 0; ${index} < ${dim}; ${index}++) {`;
    const pick = `  const ${item} = ${value}[${index}] as ${tsType(element, this.find, PLAIN)};`;
    out.check(loop, pick);
    out.checks.push(inner.checksAlone);
    out.check("}");
    out.write((order) => `${loop}\n${pick}\n${inner.writesAlone(order)}}`);
  }

  private storeElement({ type }: LaidMember, given: Given, out: Statements): void {
    const { value, path, buffer } = given;
    if (type.kind === "scalar") {
      const { scalar } = type;
      const reject = `throw this.reject(${quote(path)}, ${JSON.stringify(scalar)}, ${value});`;
      const slot = isWide(scalar) ? out.slots?.take() : undefined;
      if (slot !== undefined) {
        const hold = this.imports.use("wide", `hold${scalar.toUpperCase()}`);
        out.check(`if (typeof ${value} !== "bigint") ${reject}`);
        out.hold(`if (!${hold}(${slot}, ${value})) ${reject}`);
        out.write(...this.writeSlot(slot, given));
        return;
      }
      out.check(`if (!${guard(scalar, this.imports)}(${value})) ${reject}`);
      out.write((littleEndian) =>
        writeScalar(scalar, { ...buffer, littleEndian }, place(buffer, given.offset), value, this.imports),
      );
      return;
    }
    out.check(
      `if (typeof ${value} !== "object" || ${value} === null) throw this.refuse(${quote(path)}, "an object", ${value});`,
    );
    this.storeObject(type.layout, given, out);
  }

  /** Writes the two words of a slot. */
  private writeSlot(slot: number, { buffer, offset }: Given): Write[] {
    const [low, high] = [this.imports.use("wide", "lowWord"), this.imports.use("wide", "highWord")];
    const write = (at: number, little: string, big: string): Write => {
      return (order) =>
        `${buffer.view}.setUint32(${place(buffer, at)}, ${order === "true" ? little : big}(${slot}), ${order});`;
    };
    return [write(offset, low, high), write(offset + 4, high, low)];
  }

  /** Writes a union: one member suffices, several must agree. The exact ones (integers, wide) come first. */
  private storeUnion(layout: Layout, { value, path, local, buffer, offset }: Given, out: Statements): void {
    const check = this.imports.use("unions", "checkUnion");
    const method = `$union${this.unions.length + 1}`;
    const rank = (member: LaidMember) =>
      member.size * 2 + (member.type.kind === "scalar" && /^f/.test(member.type.scalar) ? 0 : 1);
    const members = [...layout.members].sort((a, b) => rank(b) - rank(a));
    const slot = this.unions.push("") - 1;
    const descriptions = members.map((member) => this.unionMember(member));
    this.unions[slot] = `
  /** Checks the members given for a union and returns what writes them: one suffices, several must agree. */
  private ${method}(value: ${this.unionType(layout)}, path: string, prefix: string): (view: DataView, at: number) => void {
${takeOrder(descriptions.join(""))}    return ${check}(this, path, ${layout.size}, [
${descriptions.join("")}    ]);
  }
`;
    const store = localName(local, "store");
    // An anonymous union has no name: its members are accessed through the enclosing struct.
    const names = layout.members.map((member) => member.name ?? member.field.key).join("|");
    const own = path === "" || path === PREFIX ? memberPath(path, names) : path;
    const call = `this.${method}(${value}, ${quote(own)}, ${quote(memberPath(path, ""))})`;
    // In a loop, checks and writes are separate loops, so the result of the check cannot be kept.
    const looping = path.includes("${");
    out.check(`${looping ? "" : `const ${store} = `}${call};`);
    out.write(() => `${looping ? call : store}(${buffer.view}, ${place(buffer, offset)});`);
  }

  /** Type of an object with the members of the union, including lifted ones, all optional. */
  private unionType(layout: Layout): string {
    return `{ ${objectMembers(layout)
      .map(({ name, member }) => `${name}?: ${tsType(member, this.find, PLAIN)}`)
      .join("; ")} }`;
  }

  private unionMember(member: LaidMember): string {
    const out = new Statements("          ");
    const name = member.name ?? member.field.key;
    // A lifted struct has no value of its own: it is collected from its fields.
    const lifted =
      member.name === null && member.type.kind !== "scalar" ? objectMembers(member.type.layout) : undefined;
    const start: LaidMember = { ...member, offset: 0 };
    const part = { value: "part", buffer: CODEC_BUFFER, offset: 0 };
    if (lifted && member.type.kind !== "scalar")
      this.storeObject(member.type.layout, { ...part, path: PREFIX, local: "$" }, out);
    else this.storeMember(start, { ...part, path: memberPath(PREFIX, name), local: "part" }, out);
    const type = lifted
      ? `{ ${lifted.map((field) => `${field.name}: ${tsType(field.member, this.find, PLAIN)}`).join("; ")} }`
      : tsType(member, this.find, PLAIN);
    const value = lifted
      ? `${this.imports.use("unions", "gather")}({ ${lifted.map((field) => `${field.name}: value.${field.name}`).join(", ")} })`
      : `value.${name}`;
    const load = this.readMember(start, CODEC_BUFFER, 0, "        ");
    return `      {
        name: ${JSON.stringify(lifted ? lifted.map((field) => field.name).join("/") : name)},
        value: ${value},
        store: (part: ${type}, view: DataView, at: number) => {
${out.text}        },
        load: (view: DataView, at: number) => ${load.startsWith("{") ? `(${load})` : load},
      },
`;
  }
}

/** Path, type and offset of each number of a struct outside arrays. */
function numbersOf(layout: Layout, prefix = "", start = 0): string[] {
  return objectMembers(layout).flatMap(({ name, offset, member: { type, dims, flexible } }) => {
    if (dims.length > 0 || flexible) return [];
    const [path, at] = [`${prefix}${name}`, start + offset];
    return type.kind === "scalar" ? [`${path} ${type.scalar} ${at}`] : numbersOf(type.layout, `${path}.`, at);
  });
}

/** Statement that stores the byte order in a local named `le`; empty if the code does not use it. */
function takeOrder(code: string): string {
  return /\ble\b/.test(code) ? "    const le = this.littleEndian;\n" : "";
}

/** Local name for a member; `$` is the prefix of the members of the struct itself. */
function localName(prefix: string, name: string): string {
  return prefix === "$" ? `$${name}` : `${prefix}_${name}`;
}

/** In the methods of a union: the part of a message's path before the names of the members, including its dot. */
const PREFIX = "${prefix}";

function memberPath(path: string, name: string): string {
  return path === "" || path === PREFIX ? `${path}${name}` : `${path}.${name}`;
}

/** A path in a message as a literal: a string, or a template when it contains indexes. */
function quote(path: string): string {
  return path.includes("${") ? `\`${path}\`` : JSON.stringify(path);
}
