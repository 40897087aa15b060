/** Names in generated code. */
import type { DistinctLayout } from "../layout.js";
import type { Struct } from "../model.js";

/** A C name in Pascal case: `ckpt_hdr_vma` → `CkptHdrVma`. */
export function pascal(name: string): string {
  return name.replaceAll(/_*([^_])([^_]*)_*/g, (_, first: string, rest: string) => first.toUpperCase() + rest);
}

/** A C name in camel case: `ckpt_hdr_vma` → `ckptHdrVma`. */
export function camel(name: string): string {
  const text = pascal(name);
  return text[0]?.toLowerCase() + text.slice(1);
}

export function interfaceName(struct: Struct): string {
  return pascal(struct.key);
}

/** The exact type of one layout. */
export function layoutTypeName(layout: DistinctLayout): string {
  return `${pascal(layout.struct.key)}_${layout.id}`;
}

export function codecName(layout: DistinctLayout): string {
  return `${pascal(layout.struct.key)}Codec_${layout.id}`;
}

export function viewName(layout: DistinctLayout): string {
  return `${pascal(layout.struct.key)}View_${layout.id}`;
}

/** Path of a struct's module below `generated/codecs`, without extension. */
export function structModule(struct: Struct): string {
  return ["structs", struct.family, struct.key].filter(Boolean).join("/");
}

/** Path of a struct's descriptor below `generated/codecs`, without extension. */
export function descriptorModule(struct: Struct): string {
  return ["descriptors", struct.family, struct.key].filter(Boolean).join("/");
}

/** Import specifier of a module of the runtime from a module of the codecs, both without extension. */
export type RuntimeSpecifier = (module: string, name: string) => string;

/** Relative import specifier from one module to another, both without extension. */
export function specifier(from: string, to: string): string {
  const source = from.split("/").slice(0, -1);
  const target = to.split("/");
  while (source.length > 0 && source[0] === target[0]) {
    source.shift();
    target.shift();
  }
  return `${source.length > 0 ? "../".repeat(source.length) : "./"}${target.join("/")}.js`;
}
