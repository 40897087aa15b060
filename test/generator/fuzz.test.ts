/** Random damage to the schema: the generator always returns, and every problem has a place. */
import { expect, it } from "vitest";
import type { Generated } from "../../generator/generate.js";
import type { SchemaText } from "../../generator/load/index.js";
import { compile, realSchema } from "./mistake.js";
import { SMALL_SCHEMA } from "./small-schema.js";

const WORDS = [
  ..."absent else true null 5 -1 0x7fffffffffffffffff 1e999 .nan {} [] '' u64 u64[] char[0] char[NAME_LEN] ckpt_hdr".split(
    " ",
  ),
  ..."constructor __proto__ toString v1 v2 v19 tiny32 x86_32 BOX HEADER.nr_things since until type struct union fields".split(
    " ",
  ),
  ..."* &a !!x | >- ? { } [ ] : # ' \" % @ ` - <<".split(" "),
  "\t",
];

/** Random integers from 0 to below a limit, reproducible by the seed. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Damages one line of one file; returns the new texts and a description. */
function damage(texts: readonly SchemaText[], below: (limit: number) => number): { texts: SchemaText[]; what: string } {
  const chosen = below(texts.length);
  const { file, text } = texts[chosen] as SchemaText;
  const lines = text.split("\n");
  const at = below(lines.length);
  const line = lines[at] as string;
  const word = WORDS[below(WORDS.length)] as string;
  const column = below(line.length + 1);
  const elsewhere = below(lines.length);
  const kinds: Record<string, () => void> = {
    remove: () => lines.splice(at, 1),
    repeat: () => lines.splice(at, 0, line),
    move: () => lines.splice(elsewhere, 0, ...lines.splice(at, 1)),
    replace: () => lines.splice(at, 1, lines[elsewhere] as string),
    indent: () => lines.splice(at, 1, " ".repeat(1 + below(5)) + line),
    "drop a letter of": () => lines.splice(at, 1, line.slice(0, column) + line.slice(column + 1)),
    [`put ${word} into`]: () => lines.splice(at, 1, `${line.slice(0, column)} ${word} ${line.slice(column)}`),
    [`put ${word} as the value of`]: () => lines.splice(at, 1, line.replace(/:.*/, `: ${word}`)),
  };
  const names = Object.keys(kinds);
  const name = names[below(names.length)] as string;
  kinds[name]?.();
  const damaged = texts.map((other, index) => (index === chosen ? { file, text: lines.join("\n") } : other));
  return { texts: damaged, what: `${name} ${file}:${at + 1}` };
}

function survives(texts: readonly SchemaText[], what: string): void {
  let generated: Generated;
  try {
    generated = compile(texts);
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).stack}`);
  }
  for (const { file, line, column, message, rule } of generated.problems) {
    const source = texts.find((text) => text.file === file)?.text.split("\n")[line - 1];
    expect(source, `${what}: ${file}:${line} is in the schema`).toBeDefined();
    expect(column, `${what}: ${file}:${line}:${column} is in the line`).toBeLessThanOrEqual((source?.length ?? 0) + 1);
    expect(column).toBeGreaterThan(0);
    expect(message, what).not.toMatch(/^$|undefined|\[object|\bmust\b/);
    expect(rule).toMatch(/^[a-z0-9-]+$/);
  }
  expect(generated.files.size > 0, what).toBe(generated.problems.length === 0);
}

it("survives damage to the small schema", () => {
  const below = random(1);
  for (let round = 0; round < 200; round++) {
    const first = damage(SMALL_SCHEMA, below);
    const second = round % 3 === 0 ? damage(first.texts, below) : { texts: first.texts, what: "" };
    survives(second.texts, `${first.what} ${second.what}`);
  }
});

it("survives damage to the real schema", () => {
  const schema = realSchema();
  const below = random(2);
  for (let round = 0; round < 8; round++) {
    const { texts, what } = damage(schema, below);
    survives(texts, what);
  }
});
