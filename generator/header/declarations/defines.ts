/** Defines with an integer value. */
import { CkptError } from "../../../runtime/errors.js";
import { BrokenHeader } from "../broken.js";
import { evaluateAll } from "../constant.js";
import type { Macro } from "../macros.js";
import type { CToken } from "../tokens.js";
import { namesOf } from "./constants.js";
import type { DeclarationReader } from "./reading.js";

/** Most defines of the headers, a hundred times as many as real ones have. */
const MAX_DEFINES = 1 << 15;

/** Most tokens of a define with an integer value. */
const MAX_VALUE_TOKENS = 1 << 10;

/** Adds the defines of the headers to the numbers, except those that repeat the name of an enumerator or have no integer value. */
export function addDefines(reading: DeclarationReader): void {
  const { numbers, unit } = reading.scope;
  let count = 0;
  for (const macro of unit.macros.values()) {
    const { name, group, place } = macro;
    const body = bodyOf(macro);
    if (!place || !body || numbers.has(name)) continue;
    const value = integerOf(reading, body);
    if (value === undefined) continue;
    if (++count > MAX_DEFINES)
      throw new BrokenHeader(
        place,
        "too-long",
        `the headers define more than ${MAX_DEFINES} numbers, which is the limit`,
      );
    const [only] = body;
    const alias = body.length === 1 && only?.kind === "name" ? only.text : undefined;
    numbers.set(name, { name, value, kind: "define", group, ...(alias !== undefined && { alias }), place });
  }
}

/** The replacement of a macro without parameters; undefined if it is empty or its own name. */
function bodyOf({ name, parameters, body }: Macro): readonly CToken[] | undefined {
  if (parameters || body.length === 0) return undefined;
  return body.length === 1 && body[0]?.text === name ? undefined : body;
}

/** The value of a define; undefined when it is not an integer. */
function integerOf(reading: DeclarationReader, body: readonly CToken[]): bigint | undefined {
  try {
    // Most defines are a number or the name of another define.
    const value = reading.aside(reading.scope.unit.macros.expand(body, MAX_VALUE_TOKENS));
    return evaluateAll(value.cursor, namesOf(value));
  } catch (error) {
    if (!(error instanceof CkptError) || error.code === "too-long") throw error;
    return undefined;
  }
}
