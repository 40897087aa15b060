/** The example image: reads it for the reference, and checks the schema against it. */
import { readFileSync } from "node:fs";
import type { Layouts } from "../../../layout.js";
import { problemAt } from "../../../load/document.js";
import type { Abi, Model } from "../../../model.js";
import type { Problem } from "../../../problem.js";
import { Contradiction, type ExampleRecord, readExample } from "./read.js";
import { CHAPTERS, EXAMPLE_ABI, EXAMPLE_FILE } from "./story.js";

export interface Example {
  readonly abi: Abi;
  readonly bytes: Uint8Array;
  readonly records: readonly ExampleRecord[];
}

/**
 * Reads the example image. Undefined if the schema has no such version and architecture.
 *
 * @throws {Contradiction} where the schema does not match the image
 */
export function readExampleImage(model: Model, layouts: Layouts): Example | undefined {
  const abi = model.abis.find(({ name }) => name === EXAMPLE_ABI);
  if (!abi) return undefined;
  const bytes = new Uint8Array(readFileSync(EXAMPLE_FILE));
  const passages = CHAPTERS.flatMap((chapter) => chapter.passages);
  return { abi, bytes, records: readExample(model, layouts, abi, bytes, passages) };
}

/** Problems where the schema contradicts the example image: a real image outranks the schema. */
export function checkExample(model: Model, layouts: Layouts): Problem[] {
  try {
    readExampleImage(model, layouts);
    return [];
  } catch (error) {
    if (!(error instanceof Contradiction)) throw error;
    const { origin, message } = error;
    const suggestion = `what kernels of ${EXAMPLE_ABI} wrote does not change`;
    return [problemAt(origin, { rule: "contradicted-by-image", message, suggestion })];
  }
}
