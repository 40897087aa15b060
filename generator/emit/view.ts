/** The zero-copy view class of one distinct layout: a getter and a setter per field. */
import type { DistinctLayout, LaidMember, Layout } from "../layout.js";
import type { Abi } from "../model.js";
import { guard, type Imports, isPacked, place, readScalar, VIEW_BUFFER, writeScalar } from "./access.js";
import { pascal, viewName } from "./names.js";
import { docComment } from "./text.js";
import {
  cDeclaration,
  elementType,
  fieldDoc,
  type LayoutFinder,
  type ObjectMember,
  objectMembers,
  tsType,
} from "./types.js";

/** Text of the class, preceded by the classes of nested aggregates that it uses. */
export function viewClasses(distinct: DistinctLayout, find: LayoutFinder, imports: Imports): string {
  const { struct, layout, abis } = distinct;
  const writer = new ViewWriter(abis, find, imports);
  const doc = `Zero-copy view of \`struct ${struct.key}\` (${layout.size} bytes).`;
  const main = writer.viewClass(viewName(distinct), doc, layout);
  return [...writer.nested, main].join("\n");
}

class ViewWriter {
  /** Classes of nested aggregates. */
  readonly nested: string[] = [];

  constructor(
    private readonly abis: readonly Abi[],
    private readonly find: LayoutFinder,
    private readonly imports: Imports,
  ) {}

  viewClass(name: string, doc: string, layout: Layout): string {
    this.imports.use("codec", "type StructView");
    this.imports.use("codec", "type CodecContext");
    const accessors = objectMembers(layout).map((member) => this.accessor(name, member));
    return `${docComment([doc])}export class ${name} implements StructView {
  constructor(readonly $codec: CodecContext, readonly $view: DataView, readonly $at: number, readonly $path = "") {}
${accessors.join("")}}
`;
  }

  /**
   * The getter and setter of a member.
   *
   * @param owner name of the class
   */
  private accessor(owner: string, { name, offset, member }: ObjectMember): string {
    const { abis, find, imports } = this;
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
${doc}  get ${name}(): ${tsType(member, find, { exact: true, abis })} {
    return ${readScalar(type.scalar, VIEW_BUFFER, at, imports)};
  }

  set ${name}(value: ${tsType(member, find, { exact: true, abis })}) {
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
      this.nested.push(this.viewClass(className, `Nested ${type.kind} \`${name}\`.`, type.layout));

    if (dims.length === 0)
      return `
${doc}  get ${name}(): ${className} {
    return new ${className}(this.$codec, this.$view, ${at}, ${path} + ".");
  }
`;

    imports.use("arrays", "ArrayView");
    const element = type.kind === "scalar" ? elementType(type, find, { exact: true, abis }) : className;
    return `
${doc}  get ${name}(): ${arrayViewType(element, dims.length)} {
    return ${this.arrayView(member, className, { dims, at, path, index: "i" })};
  }
`;
  }

  /**
   * Expression for a view of an array.
   *
   * @param className class of the elements' views; empty for scalars
   */
  private arrayView(member: LaidMember, className: string, { dims, at, path, index }: ArrayPlace): string {
    const [dim, ...rest] = dims;
    const stride = rest.reduce((product, next) => product * next, member.elementSize);
    const here = `${at} + ${index} * ${stride}`;
    const herePath = `${path} + \`[\${${index}}]\``;
    if (rest.length > 0) {
      const next = String.fromCharCode(index.charCodeAt(0) + 1);
      const inner = this.arrayView(member, className, { dims: rest, at: here, path: herePath, index: next });
      return `new ArrayView(${dim}, (${index}) => ${inner})`;
    }
    const { type } = member;
    if (type.kind !== "scalar")
      return `new ArrayView(${dim}, (${index}) => new ${className}(this.$codec, this.$view, ${here}, ${herePath} + "."))`;
    return `new ArrayView(
      ${dim},
      (${index}) => ${readScalar(type.scalar, VIEW_BUFFER, here, this.imports)},
      (${index}, value) => {
        if (!${guard(type.scalar, this.imports)}(value)) throw this.$codec.reject(${herePath}, ${JSON.stringify(type.scalar)}, value);
        ${writeScalar(type.scalar, VIEW_BUFFER, here, "value", this.imports)}
      },
    )`;
  }
}

/** An array from one dimension on. */
interface ArrayPlace {
  readonly dims: readonly number[];
  /** Expression for the offset. */
  readonly at: string;
  readonly path: string;
  /** Name of the index variable. */
  readonly index: string;
}

function arrayViewType(element: string, depth: number): string {
  return "ArrayView<".repeat(depth) + element + ">".repeat(depth);
}

function nestedViewName(owner: string, field: string): string {
  const [base = "", ...id] = owner.split("_");
  return `${base}${pascal(field)}_${id.join("_")}`;
}
