/** The zero-copy view class of one distinct layout: a getter and a setter per field. */
import type { DistinctLayout, LaidMember, Layout } from "../layout.js";
import type { Abi } from "../model.js";
import { guard, type Imports, isPacked, place, readScalar, VIEW_BUFFER, writeScalar } from "./access.js";
import { pascal, viewName } from "./names.js";
import { docComment } from "./text.js";
import { cDeclaration, elementType, fieldDoc, type LayoutFinder, objectMembers, tsType } from "./types.js";

/** The class, after the classes of the nested aggregates that it opens. */
export function viewClasses(distinct: DistinctLayout, find: LayoutFinder, imports: Imports): string {
  const nested: string[] = [];
  const main = viewClass(
    viewName(distinct),
    `Zero-copy view of \`struct ${distinct.struct.key}\` (${distinct.layout.size} bytes).`,
    distinct.layout,
    distinct.abis,
    find,
    imports,
    nested,
  );
  return [...nested, main].join("\n");
}

function viewClass(
  name: string,
  doc: string,
  layout: Layout,
  abis: readonly Abi[],
  find: LayoutFinder,
  imports: Imports,
  nested: string[],
): string {
  imports.use("codec", "type StructView");
  imports.use("codec", "type CodecContext");
  const accessors = objectMembers(layout).map(({ name: field, offset, member }) =>
    accessor(name, field, offset, member, abis, find, imports, nested),
  );
  return `${docComment([doc])}export class ${name} implements StructView {
  constructor(readonly $codec: CodecContext, readonly $view: DataView, readonly $at: number, readonly $path = "") {}
${accessors.join("")}}
`;
}

function accessor(
  owner: string,
  name: string,
  offset: number,
  member: LaidMember,
  abis: readonly Abi[],
  find: LayoutFinder,
  imports: Imports,
  nested: string[],
): string {
  const { type, dims } = member;
  const at = place(VIEW_BUFFER, offset);
  const doc = docComment(
    [
      `\`${cDeclaration(member)}\` at +${offset}: ${fieldDoc(member.field, abis, type.kind === "reference" ? type.struct.summary : "")}`,
    ],
    "  ",
  );
  const path = `this.$path + ${JSON.stringify(name)}`;

  if (type.kind === "scalar" && dims.length === 0)
    return `
${doc}  get ${name}(): ${tsType(member, find, true)} {
    return ${readScalar(type.scalar, VIEW_BUFFER, at, imports)};
  }

  set ${name}(value: ${tsType(member, find, true)}) {
    if (!${guard(type.scalar, imports)}(value)) throw this.$codec.reject(${path}, ${JSON.stringify(type.scalar)}, value);
    ${writeScalar(type.scalar, VIEW_BUFFER, at, "value", imports)}
  }
`;

  if (type.kind === "scalar" && isPacked(type.scalar) && dims.length === 1) {
    const length = dims[0] as number;
    const text = type.scalar === "char";
    const read = text ? imports.use("text", "readText") : imports.use("bytes", "windowOf");
    const check = text ? imports.use("text-field", "checkText") : imports.use("arrays", "checkBytes");
    const write = imports.use("arrays", "writeBytes");
    return `
${doc}  get ${name}(): ${text ? "string" : "Uint8Array"} {
    return ${read}(this.$view, ${at}, ${length});
  }

  set ${name}(value: ${text ? "string" : "Uint8Array"}) {
    ${write}(this.$view, ${at}, ${check}(this.$codec, ${path}, value, ${length}));
  }
`;
  }

  const className =
    type.kind === "reference"
      ? viewName(find(type.struct, type.layout))
      : type.kind === "scalar"
        ? ""
        : nestedViewName(owner, name);
  if (type.kind === "struct" || type.kind === "union")
    nested.push(viewClass(className, `Nested ${type.kind} \`${name}\`.`, type.layout, abis, find, imports, nested));

  if (dims.length === 0)
    return `
${doc}  get ${name}(): ${className} {
    return new ${className}(this.$codec, this.$view, ${at}, ${path} + ".");
  }
`;

  const array = imports.use("arrays", "ArrayView");
  const element = type.kind === "scalar" ? elementType(type, find, true) : className;
  return `
${doc}  get ${name}(): ${arrayViewType(element, dims.length)} {
    return ${arrayView(dims, member, at, className, path, imports, array, "i")};
  }
`;
}

function arrayViewType(element: string, depth: number): string {
  return "ArrayView<".repeat(depth) + element + ">".repeat(depth);
}

function arrayView(
  dims: readonly number[],
  member: LaidMember,
  at: string,
  className: string,
  path: string,
  imports: Imports,
  array: string,
  index: string,
): string {
  const [dim, ...rest] = dims;
  const stride = rest.reduce((product, next) => product * next, member.elementSize);
  const here = `${at} + ${index} * ${stride}`;
  const herePath = `${path} + \`[\${${index}}]\``;
  if (rest.length > 0) {
    const inner = arrayView(
      rest,
      member,
      here,
      className,
      herePath,
      imports,
      array,
      String.fromCharCode(index.charCodeAt(0) + 1),
    );
    return `new ${array}(${dim}, (${index}) => ${inner})`;
  }
  const { type } = member;
  if (type.kind !== "scalar")
    return `new ${array}(${dim}, (${index}) => new ${className}(this.$codec, this.$view, ${here}, ${herePath} + "."))`;
  return `new ${array}(
      ${dim},
      (${index}) => ${readScalar(type.scalar, VIEW_BUFFER, here, imports)},
      (${index}, value) => {
        if (!${guard(type.scalar, imports)}(value)) throw this.$codec.reject(${herePath}, ${JSON.stringify(type.scalar)}, value);
        ${writeScalar(type.scalar, VIEW_BUFFER, here, "value", imports)}
      },
    )`;
}

function nestedViewName(owner: string, field: string): string {
  const [base = "", ...id] = owner.split("_");
  return `${base}${pascal(field)}_${id.join("_")}`;
}
