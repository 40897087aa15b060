/**
 * Structs that images hold exactly as the kernel has them in memory have a size that depends on the kernel. The schema must give the possible sizes,
 * or a reason why there is only one, and only an array with a known number of elements may consist of such structs.
 */

import type { Expression } from "../../runtime/expression.js";
import { evaluateConstant } from "../expression.js";
import { compareKernels } from "../kernel-release.js";
import { type Origin, problemAt, within } from "../load/document.js";
import type { GrammarNode, Model, Payload, Struct, TypeText } from "../model.js";
import type { Problem } from "../problem.js";

export function checkKernelStructs(model: Model): Problem[] {
  return [...model.structs.flatMap((struct) => checkStruct(struct, model)), ...payloadsOf(model).flatMap(checkPayload)];

  function checkPayload({ payload, origin }: PlacedPayload): Problem[] {
    const struct = model.structs.find(({ key }) => key === payload.of);
    if (struct?.external !== "kernel") return [];
    if (struct.private && payload.count === undefined)
      return [
        problemAt(within(origin, "of"), {
          rule: "private-without-count",
          message: `the size of a ${struct.key} follows from the number of elements, but this payload has no \`count\``,
          suggestion: "add `count`: the field that holds the number",
        }),
      ];
    if (!struct.private && struct.fixedSize === undefined)
      return [
        problemAt(struct.origin, {
          rule: "size-of-kernel-struct",
          message: `images hold ${struct.key} exactly as kernel memory has it, but it has neither \`private\` nor \`fixed_size\``,
          suggestion: "add `private` with the sizes of the kernels, or `fixed_size` with a reason",
        }),
      ];
    return [];
  }
}

interface PlacedPayload {
  readonly payload: Payload;
  readonly origin: Origin;
}

function payloadsOf({ records, grammar }: Model): PlacedPayload[] {
  const inItems = (nodes: readonly GrammarNode[], origin: Origin): PlacedPayload[] =>
    nodes.flatMap((node, index): PlacedPayload[] => {
      const at = within(origin, index);
      if (node.kind === "sequence" || node.kind === "choice") return inItems(node.items, within(at, node.kind));
      return node.contains ? [{ payload: node.contains, origin: within(at, "contains") }] : [];
    });
  return [
    ...records.flatMap(({ payload, origin }) => (payload ? [{ payload, origin: within(origin, "payload") }] : [])),
    ...[...grammar.rules, ...grammar.bodies].flatMap(({ items, origin }) => inItems(items, within(origin, "sequence"))),
  ];
}

function checkStruct(struct: Struct, model: Model): Problem[] {
  const { key, external, fixedSize, origin } = struct;
  if (!struct.private) return [];
  const at = within(origin, "private");
  const complain = (place: Origin, message: string, suggestion: string) =>
    problemAt(place, { rule: "private-part", message, suggestion });
  const problems: Problem[] = [];
  if (external !== "kernel")
    problems.push(
      complain(at, `${key} is not a struct of the kernel`, "say `external: kernel`, or describe all fields"),
    );
  if (fixedSize !== undefined)
    problems.push(complain(within(origin, "fixed_size"), `${key} has sizes in \`private\``, "remove one of the two"));
  const own = struct.fields.find((field) => field.key === "private");
  if (own)
    problems.push(
      complain(
        own.origin,
        "JSON texts of images use the key `private` for the bytes after the fields",
        "choose another key",
      ),
    );
  const flexible = struct.fields.find((field) => typesOf(field.type).some((type) => type.flexible));
  if (flexible)
    problems.push(
      complain(
        flexible.origin,
        `nothing can follow the flexible array \`${flexible.key}\``,
        "remove the array or `private`",
      ),
    );
  for (const other of model.structs)
    for (const field of other.fields)
      if (typesOf(field.type).some(({ base }) => base === key))
        problems.push(
          complain(field.origin, `${key} has no size of its own, so no struct can contain it`, "describe the bytes"),
        );
  struct.private.sizes.forEach(([kernel, size], index) => {
    const place = within(at, "sizes", kernel);
    const [before] = struct.private?.sizes[index - 1] ?? [];
    if (before !== undefined && compareKernels(before, kernel) >= 0)
      problems.push(
        complain(place, `${kernel} comes after ${before}, which is not older`, "sort the releases from old to new"),
      );
    const bytes = WORDS.map((word) => privateSize(size, word));
    if (bytes.some((one) => one === undefined || !Number.isInteger(one) || one < 0))
      problems.push(complain(place, "the size is not a number of bytes", "write numbers and `word_size` only"));
  });
  return problems;
}

/** Possible sizes of `long`, in bytes. */
const WORDS = [4, 8];

/** Bytes after the known fields where `long` has `word` bytes; undefined when the size depends on anything else. */
export function privateSize(size: Expression, word: number): number | undefined {
  return evaluateConstant(
    size,
    () => undefined,
    (name) => (name === "word_size" ? word : undefined),
  );
}

function typesOf(type: { values(): TypeText[] } | undefined): TypeText[] {
  return type?.values() ?? [];
}
