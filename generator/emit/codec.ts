/** The codec class of one distinct layout: straight-line decode and encode. */
import { evaluateConstant } from "../expression.js";
import type { DistinctLayout, LaidMember, Layout } from "../layout.js";
import type { Abi } from "../model.js";
import { type Buffer, CODEC_BUFFER, guard, type Imports, isPacked, place, readScalar, writeScalar } from "./access.js";
import { codecName, layoutTypeName, viewName } from "./names.js";
import { docComment } from "./text.js";
import { cDeclaration, elementType, flexibleMember, type LayoutFinder, objectMembers, tsType } from "./types.js";

/** Value of a constant where a layout holds. */
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
  readonly size = ${layout.size};
  readonly align = ${layout.align};

  constructor(target: Target, struct = ${JSON.stringify(cName)}) {
    super(target, struct);
  }

${writer.decode(distinct)}
${writer.encode(distinct)}
  override view(bytes: Bytes, at = 0): ${view} {
    ${takeView(imports)}
    if (!(${isOffset("at")} && at + ${layout.size} <= view.byteLength)) throw this.short(view, at);
    return new ${view}(this, view, at);
  }
${writer.tail(distinct)}${writer.unions.join("")}}
`;
}

/** Whether an offset is a whole number from 0 on: a `DataView` cuts fractions off, and a bigint cannot be added to. */
function isOffset(at: string): string {
  return `Number.isInteger(${at}) && ${at} >= 0`;
}

/** Statement that makes the parameter `bytes` a `DataView` called `view`. Callers that have one pay for a comparison only. */
function takeView(imports: Imports): string {
  imports.use("bytes", "type Bytes");
  return `const view = bytes instanceof DataView ? bytes : ${imports.use("bytes", "viewOf")}(this, bytes);`;
}

class CodecWriter {
  /** Methods that check and write the unions of the struct, one each. */
  readonly unions: string[] = [];

  constructor(
    private readonly find: LayoutFinder,
    private readonly constant: ConstantFinder,
    private readonly imports: Imports,
  ) {}

  decode(distinct: DistinctLayout): string {
    const { layout } = distinct;
    const body = this.readObject(layout, CODEC_BUFFER, 0, "    ", true);
    const order = /\ble\b/.test(body) ? "    const le = this.littleEndian;\n" : "";
    return `  override decode(bytes: Bytes, at = 0): ${layoutTypeName(distinct)} {
    ${takeView(this.imports)}
    if (!(${isOffset("at")} && at + ${layout.size} <= view.byteLength)) throw this.short(view, at);
${order}    return ${body};
  }
`;
  }

  encode(distinct: DistinctLayout): string {
    const { layout } = distinct;
    const checks: string[] = [];
    const writes: string[] = [];
    this.storeObject(layout, 0, "value", "", "$", CODEC_BUFFER, "this", checks, writes, "    ");
    const order = [...checks, ...writes].some((line) => /\ble\b/.test(line))
      ? "    const le = this.littleEndian;\n"
      : "";
    return `  override encode(value: ${layoutTypeName(distinct)}, bytes: Bytes, at = 0): void {
    ${takeView(this.imports)}
    if (!(${isOffset("at")} && at + ${layout.size} <= view.byteLength)) throw this.short(view, at);
    if (typeof value !== "object" || value === null) throw this.refuse("", "an object", value);
${order}${checks.join("")}${checks.length > 0 ? "    // Everything fits: write.\n" : ""}${writes.join("")}  }
`;
  }

  /** Methods for the inline tail of a struct that ends in a flexible array. */
  tail(distinct: DistinctLayout): string {
    const member = flexibleMember(distinct.layout);
    if (!member) return "";
    const { type, offset, elementSize, name } = member;
    const element = elementType(type, this.find, true);
    const cast = element.includes("{") ? `(${element})` : element;
    const count = this.tailCount(distinct, member);
    const read = this.imports.use("arrays", "readArray");
    const checks: string[] = [];
    const writes: string[] = [];
    const inner: Buffer = { ...CODEC_BUFFER, at: "start" };
    this.storeElement(member, inner, 0, "item", `${name}[\${i}]`, "$item", "this", checks, writes, "      ");
    const pick = `      const item = values[i] as ${element};\n`;
    // The values were checked in a loop of their own: the writing loop picks them again.
    const needed = checks.filter((line) => line.startsWith("      const "));
    const decoded = this.readElement(member, CODEC_BUFFER, 0, "      ");
    const usesOrder = /\ble\b/.test(decoded) ? "    const le = this.littleEndian;\n" : "";
    return `
  /** Offset of the inline tail \`${name}\` from the start of the struct. */
  readonly tailOffset = ${offset};
  /** Bytes of one element of the tail. */
  readonly tailElementSize = ${elementSize};

${docComment([`Number of elements of \`${name}\` that the struct at \`at\` announces. Not to be trusted before it is checked against the record's length, which {@link decodeTail} does.`], "  ")}  tailCount(bytes: Bytes, at = 0): number {
    ${takeView(this.imports)}
    if (!(${isOffset("at")} && at + ${distinct.layout.size} <= view.byteLength)) throw this.short(view, at);
    return ${count};
  }

${docComment([`Reads the \`${name}\` of the struct at \`at\`; \`end\` is where its record ends.`, "@throws {ShortBufferError} when the announced elements do not fit before `end` or the end of the bytes"], "  ")}  decodeTail(bytes: Bytes, at = 0, end = Infinity): ${cast}[] {
    ${takeView(this.imports)}
    const count = this.tailCount(view, at);
    const start = at + ${offset};
    if (!(start + count * ${elementSize} <= Math.min(end, view.byteLength))) throw this.short(view, at, ${offset} + count * ${elementSize});
${usesOrder}    return ${read}(count, start, ${elementSize}, (at) => ${/^\{/.test(decoded) ? `(${decoded})` : decoded});
  }

${docComment([`Writes the elements of \`${name}\` behind the struct at \`at\`, all or none. The struct's own count is not touched.`], "  ")}  encodeTail(values: readonly ${cast}[], bytes: Bytes, at = 0): void {
    ${takeView(this.imports)}
    if (!(${isOffset("at")} && at + ${offset} + values.length * ${elementSize} <= view.byteLength)) throw this.short(view, at, ${offset} + values.length * ${elementSize});
    const first = at + ${offset};
${[...checks, ...writes].some((line) => /\ble\b/.test(line)) ? "    const le = this.littleEndian;\n" : ""}    for (let i = 0; i < values.length; i++) {
${pick}${discard(checks)}    }
    // Everything fits: write.
    for (let i = 0; i < values.length; i++) {
${pick}      const start = first + i * ${elementSize};
${needed.join("")}${writes.join("")}    }
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

  /** An object literal of the aggregate at `offset`. */
  private readObject(layout: Layout, buffer: Buffer, offset: number, indent: string, comments = false): string {
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

  private readMember(member: LaidMember, buffer: Buffer, offset: number, indent: string): string {
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

  /** Nested `readArray` calls; the arrow functions shadow `at`. */
  private readDims(
    dims: readonly number[],
    elementSize: number,
    buffer: Buffer,
    offset: number,
    read: (at: string, inner: Buffer) => string,
  ): string {
    const [dim, ...rest] = dims;
    if (dim === undefined) return read(place(buffer, offset), buffer);
    const helper = this.imports.use("arrays", "readArray");
    const stride = rest.reduce((product, next) => product * next, elementSize);
    const inner = { ...buffer, at: "at" };
    const element = this.readDims(rest, elementSize, inner, 0, read);
    return `${helper}(${dim}, ${place(buffer, offset)}, ${stride}, (at) => ${element.startsWith("{") ? `(${element})` : element})`;
  }

  private readElement(member: LaidMember, buffer: Buffer, offset: number, indent: string): string {
    const { type } = member;
    return type.kind === "scalar"
      ? readScalar(type.scalar, buffer, place(buffer, offset), this.imports)
      : this.readObject(type.layout, buffer, offset, indent);
  }

  /** Checks and writes of all members of an aggregate. `path` is a template text for messages. */
  private storeObject(
    layout: Layout,
    offset: number,
    value: string,
    path: string,
    local: string,
    buffer: Buffer,
    codec: string,
    checks: string[],
    writes: string[],
    indent: string,
  ): void {
    if (layout.union && layout.members.length > 1) {
      this.storeUnion(layout, offset, value, path, local, buffer, codec, checks, writes, indent);
      return;
    }
    for (const member of layout.members) {
      if (member.flexible) continue;
      if (member.name === null && member.type.kind !== "scalar") {
        const inner = `${local === "$" ? "$" : `${local}_`}${member.field.key}`;
        this.storeObject(
          member.type.layout,
          offset + member.offset,
          value,
          path,
          inner,
          buffer,
          codec,
          checks,
          writes,
          indent,
        );
        continue;
      }
      const name = member.name as string;
      const inner = `${local === "$" ? "$" : `${local}_`}${name}`;
      checks.push(`${indent}const ${inner} = ${value}.${name};\n`);
      this.storeMember(
        member,
        buffer,
        offset + member.offset,
        inner,
        memberPath(path, name),
        codec,
        checks,
        writes,
        indent,
      );
    }
  }

  private storeMember(
    member: LaidMember,
    buffer: Buffer,
    offset: number,
    value: string,
    path: string,
    codec: string,
    checks: string[],
    writes: string[],
    indent: string,
  ): void {
    const { dims, type } = member;
    if (dims.length === 0) {
      this.storeElement(member, buffer, offset, value, path, value, codec, checks, writes, indent);
      return;
    }
    if (type.kind === "scalar" && isPacked(type.scalar) && dims.length === 1) {
      const check =
        type.scalar === "char" ? this.imports.use("text-field", "checkText") : this.imports.use("arrays", "checkBytes");
      const write = this.imports.use("arrays", "writeBytes");
      checks.push(`${indent}const ${value}_bytes = ${check}(${codec}, ${quote(path)}, ${value}, ${dims[0]});\n`);
      writes.push(`${indent}${write}(${buffer.view}, ${place(buffer, offset)}, ${value}_bytes);\n`);
      return;
    }
    const [dim, ...rest] = dims;
    const stride = rest.reduce((product, next) => product * next, member.elementSize);
    const index = String.fromCharCode("i".charCodeAt(0) + (path.match(/\$\{/g)?.length ?? 0));
    const checkArray = this.imports.use("arrays", "checkArray");
    checks.push(`${indent}${checkArray}(${codec}, ${quote(path)}, ${value}, ${dim});\n`);
    const element: LaidMember = { ...member, dims: rest, size: stride, offset: 0 };
    const innerChecks: string[] = [];
    const innerWrites: string[] = [];
    const item = `${value}_${index}`;
    this.storeMember(
      element,
      { ...buffer, at: `${place(buffer, offset)} + ${index} * ${stride}` },
      0,
      item,
      `${path}[\${${index}}]`,
      codec,
      innerChecks,
      innerWrites,
      `${indent}  `,
    );
    const loop = `${indent}for (let ${index} = 0; ${index} < ${dim}; ${index}++) {\n`;
    const elementTs = tsType(element, this.find, true);
    const pick = `${indent}  const ${item} = ${value}[${index}] as ${elementTs};\n`;
    checks.push(loop, pick, discard(innerChecks), `${indent}}\n`);
    // The values were checked in a loop of their own: the writing loop picks them again.
    const needed = innerChecks.filter((line) => line.startsWith(`${indent}  const `));
    writes.push(loop, pick, ...needed, ...innerWrites, `${indent}}\n`);
  }

  private storeElement(
    member: LaidMember,
    buffer: Buffer,
    offset: number,
    value: string,
    path: string,
    local: string,
    codec: string,
    checks: string[],
    writes: string[],
    indent: string,
  ): void {
    const { type } = member;
    if (type.kind === "scalar") {
      checks.push(
        `${indent}if (!${guard(type.scalar, this.imports)}(${value})) throw ${codec}.reject(${quote(path)}, ${JSON.stringify(type.scalar)}, ${value});\n`,
      );
      writes.push(`${indent}${writeScalar(type.scalar, buffer, place(buffer, offset), value, this.imports)}\n`);
      return;
    }
    checks.push(
      `${indent}if (typeof ${value} !== "object" || ${value} === null) throw ${codec}.refuse(${quote(path)}, "an object", ${value});\n`,
    );
    this.storeObject(type.layout, offset, value, path, local, buffer, codec, checks, writes, indent);
  }

  /** One member of a union suffices, several must agree; the exact ones (integers, wide) come first. */
  private storeUnion(
    layout: Layout,
    offset: number,
    value: string,
    path: string,
    local: string,
    buffer: Buffer,
    codec: string,
    checks: string[],
    writes: string[],
    indent: string,
  ): void {
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
${descriptions.some((text) => /\ble\b/.test(text)) ? "    const le = this.littleEndian;\n" : ""}    return ${check}(this, path, ${layout.size}, [
${descriptions.join("")}    ]);
  }
`;
    const store = `${local === "$" ? "$" : `${local}_`}store`;
    // An anonymous union has no name: its members are reached from the struct around it.
    const names = layout.members.map((member) => member.name ?? member.field.key).join("|");
    const own = path === "" || path === PREFIX ? memberPath(path, names) : path;
    const call = `${codec}.${method}(${value}, ${quote(own)}, ${quote(memberPath(path, ""))})`;
    // In a loop, checks and writes are loops of their own: what the check returns cannot be kept.
    const looping = path.includes("${");
    checks.push(`${indent}${looping ? "" : `const ${store} = `}${call};\n`);
    writes.push(`${indent}${looping ? call : store}(${buffer.view}, ${place(buffer, offset)});\n`);
  }

  /** All members of a union that has lifted ones, as one object. */
  private unionType(layout: Layout): string {
    return `{ ${objectMembers(layout)
      .map(({ name, member }) => `${name}?: ${tsType(member, this.find, true)}`)
      .join("; ")} }`;
  }

  private unionMember(member: LaidMember): string {
    const indent = "          ";
    const checks: string[] = [];
    const writes: string[] = [];
    const name = member.name ?? member.field.key;
    // A lifted struct has no value of its own: its fields are gathered.
    const lifted =
      member.name === null && member.type.kind !== "scalar" ? objectMembers(member.type.layout) : undefined;
    const start: LaidMember = { ...member, offset: 0 };
    if (lifted && member.type.kind !== "scalar")
      this.storeObject(member.type.layout, 0, "part", PREFIX, "$", CODEC_BUFFER, "this", checks, writes, indent);
    else this.storeMember(start, CODEC_BUFFER, 0, "part", memberPath(PREFIX, name), "this", checks, writes, indent);
    const type = lifted
      ? `{ ${lifted.map((field) => `${field.name}: ${tsType(field.member, this.find, true)}`).join("; ")} }`
      : tsType(member, this.find, true);
    const value = lifted
      ? `${this.imports.use("unions", "gather")}({ ${lifted.map((field) => `${field.name}: value.${field.name}`).join(", ")} })`
      : `value.${name}`;
    const load = this.readMember(start, CODEC_BUFFER, 0, "        ");
    return `      {
        name: ${JSON.stringify(lifted ? lifted.map((field) => field.name).join("/") : name)},
        value: ${value},
        store: (part: ${type}, view: DataView, at: number) => {
${[...checks, ...writes].join("")}        },
        load: (view: DataView, at: number) => ${load.startsWith("{") ? `(${load})` : load},
      },
`;
  }
}

/** Checks whose results nobody uses: the writing loop makes them again. */
function discard(checks: readonly string[]): string {
  return checks.join("").replace(/const \S+_bytes = /g, "");
}

/** In the methods of a union: what stands before the names of its members in a message, with its dot. */
const PREFIX = "${prefix}";

function memberPath(path: string, name: string): string {
  return path === "" || path === PREFIX ? `${path}${name}` : `${path}.${name}`;
}

/** A path for a message: a plain string, or a template when it has indexes. */
function quote(path: string): string {
  return path.includes("${") ? `\`${path}\`` : JSON.stringify(path);
}
