/** What `__attribute__` says about a layout. */
import type { Node } from "./parse.js";

export interface Attributes {
  /** Bytes, 0 for none. */
  readonly aligned: number;
  readonly packed: boolean;
}

/** Attributes that change what bytes mean, and that the schema has no word for. */
const REFUSED = new Set(["mode", "vector_size", "scalar_storage_order", "ms_struct", "warn_if_not_aligned"]);

export function readAttributes(
  nodes: readonly Node[],
  constant: (node: Node) => bigint,
  refuse: (node: Node, message: string) => Error,
): Attributes {
  let aligned = 0;
  let packed = false;
  for (const part of nodes.flatMap((node) => node.namedChildren).flatMap((list) => list?.namedChildren ?? [])) {
    if (!part) continue;
    const called = part.type === "call_expression";
    const name = (called ? part.childForFieldName("function")?.text : part.text)?.replace(/^__(\w+)__$/, "$1") ?? "";
    if (REFUSED.has(name)) throw refuse(part, `the attribute \`${name}\` is not understood`);
    if (name === "packed") packed = true;
    if (name !== "aligned") continue;
    const argument = called ? part.childForFieldName("arguments")?.namedChild(0) : undefined;
    if (!argument) throw refuse(part, "`aligned` without a number means something else on every architecture");
    const value = constant(argument);
    if (![1n, 2n, 4n, 8n, 16n, 32n, 64n].includes(value)) throw refuse(argument, `an alignment of ${value} is none`);
    aligned = Math.max(aligned, Number(value));
  }
  return { aligned, packed };
}
