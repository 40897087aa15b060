/** Fields for bytes after a struct, and the types that are not structs of the schema. */
import type { Payload } from "../../../model.js";
import { commentText } from "../../text.js";
import { isScalar } from "../facts.js";
import type { FormatSource } from "../image-format.js";
import type { Alternative } from "../version-format.js";
import { commentAttribute, scalarType } from "./language.js";

/** Types that are not structs of the schema, such as the body of a record with a payload. */
export class OtherTypes {
  private readonly described = new Map<string, string>();

  get texts(): string[] {
    return [...this.described.values()];
  }

  /** Adds a type, unless there is one of that name; returns the name. */
  add(name: string, doc: string, members: string): string {
    if (!this.described.has(name)) this.described.set(name, `// ${commentText(doc)}\nstruct ${name} {\n${members}};\n`);
    return name;
  }
}

/** The field for the bytes after the struct of a record. */
export function payloadField(
  image: FormatSource,
  others: OtherTypes,
  name: string,
  payload: Payload,
  doc: string,
): string {
  const { kind, of } = payload;
  const comment = commentAttribute(doc);
  const element = of === undefined ? undefined : elementType(image, others, payload, of);
  if (element !== undefined) return `${element} ${name}[while($ < record_end)]${comment};\n`;
  return `${kind === "text" ? "char" : "u8"} ${name}[record_end - $]${comment};\n`;
}

function elementType(
  { format, aggregates }: FormatSource,
  others: OtherTypes,
  payload: Payload,
  of: string,
): string | undefined {
  if (isScalar(of)) return scalarType(of);
  const form = format.element(of);
  if (!form) return undefined;
  const { id, size } = aggregates.of(form);
  return format.hasKernelSize(payload) ? kernelStruct(others, form, id, size) : id;
}

/** Type of a kernel struct, including the bytes of the kernel after the known fields. */
function kernelStruct(others: OtherTypes, { struct }: Alternative, id: string, size: number): string {
  const comment = commentAttribute(struct.private?.doc ?? "");
  return others.add(
    `kernel_${id}`,
    struct.summary,
    `    ${id} fields [[inline]];
    if (element_size > ${size})
        u8 kernel_private[element_size - ${size}]${comment};
`,
  );
}
