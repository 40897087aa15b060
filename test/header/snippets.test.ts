/** C code that a compiler accepts gets the compiler's layout, or is rejected with a reason. */
import { beforeAll, describe, expect, test } from "vitest";
import { BrokenHeader } from "../../generator/header/broken.js";
import { type Known, readDeclarations } from "../../generator/header/declarations/index.js";
import { type Extent, extentOfType, layOutHeader } from "../../generator/header/layout.js";
import { KERNEL_MACROS } from "../../generator/header/machines.js";
import { type Command, compile, usualCompiler, works } from "../../generator/header/measure/compiler.js";
import {
  ANSWER,
  answerTexts,
  probeText,
  type Question,
  questionsOf,
  readAnswers,
} from "../../generator/header/measure/probe.js";
import type { HeaderModel, HeaderStruct } from "../../generator/header/model.js";
import { Preprocessor } from "../../generator/header/preprocess/preprocessor.js";
import { HeaderText } from "../../generator/header/scan.js";
import type { Arch } from "../../generator/model.js";
import { available } from "../requirement.js";
import { description } from "./project.js";
import { SNIPPETS, type Snippet } from "./snippets.js";

const NOTHING: Known = { number: () => undefined, extent: () => undefined };

function read(text: string, arch: Arch): HeaderModel {
  const preprocessor = new Preprocessor(arch, () => undefined);
  preprocessor.add(new HeaderText("snippet.h", text));
  return readDeclarations(preprocessor.finish(), arch, NOTHING);
}

/** Answers to the questions from the computed layout. */
function computed(model: HeaderModel, arch: Arch): Map<string, number> {
  const answers = new Map<string, number>();
  const extentOf = (tag: string): Extent | undefined => {
    const struct = model.structs.get(tag);
    return struct && layOutHeader(struct, arch, extentOf);
  };
  const inside = (
    tag: string,
    aggregate: Pick<HeaderStruct, "kind" | "members" | "aligned" | "packed">,
    prefix: string,
    base: number,
  ): void => {
    const { offsets } = layOutHeader(aggregate, arch, extentOf);
    for (const [index, { name, type, dims }] of aggregate.members.entries()) {
      const offset = base + (offsets[index] as number);
      if (name !== null) {
        answers.set(`offset of ${tag}.${prefix}${name}`, offset);
        const { size } = extentOfType(type, arch, extentOf);
        answers.set(
          `size of ${tag}.${prefix}${name}`,
          dims.reduce((product, { value }) => product * value, size),
        );
      }
      if (type.kind === "struct" || type.kind === "union")
        inside(tag, type, name === null ? prefix : `${prefix}${name}${"[0]".repeat(dims.length)}.`, offset);
    }
  };
  for (const struct of model.structs.values()) {
    const { size, align } = layOutHeader(struct, arch, extentOf);
    answers.set(`size of ${struct.tag}`, size);
    answers.set(`align of ${struct.tag}`, align);
    inside(struct.tag, struct, "", 0);
  }
  return answers;
}

const PREAMBLE = [
  ...[8, 16, 32, 64].flatMap((bits) => [
    `typedef __UINT${bits}_TYPE__ __u${bits};`,
    `typedef __INT${bits}_TYPE__ __s${bits};`,
  ]),
  ...KERNEL_MACROS.map(([head, body]) => `#define ${head} ${body}`),
  "",
].join("\n");

function names(members: HeaderStruct["members"]): string[] {
  return members.flatMap(({ name, type }) => {
    if (name !== null) return name.startsWith("__empty_") ? [] : [name];
    return type.kind === "struct" || type.kind === "union" ? names(type.members) : [];
  });
}

const ARCHES = description.model.arches.flatMap((arch) => {
  const compiler = usualCompiler(arch.id);
  if (!compiler) return [];
  const [program = "", ...flags] = compiler;
  const command = [program, ...flags, "-S", "-o", "-", "-x", "c", "-"];
  return available(`${program} for ${arch.id}`, command, "int x;\n") && works(compiler, arch.bits) ? [arch] : [];
});

/** A snippet with the questions for the compiler. */
interface Asked {
  readonly snippet: Snippet;
  /** Questions; empty for snippets that our parser rejects. */
  readonly questions: readonly Question[];
}

interface Answer {
  /** Messages of the compiler. */
  readonly err: string;
  /** Answers by number of the question. */
  readonly answers: ReadonlyMap<number, number>;
}

/**
 * Answers about many snippets from one run of a compiler, with each snippet in a separate function, so that names do not collide. If the compiler
 * reports an error, the halves are compiled separately, and so on, down to a single snippet at file scope.
 */
function ask(compiler: Command, asked: readonly Asked[]): Answer[] {
  if (asked.length === 0) return [];
  const [first] = asked;
  if (first && asked.length === 1) {
    const { out, err } = compile(compiler, [], PREAMBLE + alone(first), []);
    return [{ err, answers: readAnswers(out) }];
  }
  let numbered = 0;
  const functions = asked.map(({ snippet, questions }, i) => {
    const from = numbered;
    numbered += questions.length;
    const body = `${snippet.text}\n${inside(questions, from)}`;
    return { from, text: `void snippet_${i}(void)\n{\n${body}\n}\n${withoutMacros(snippet)}` };
  });
  const { out, err } = compile(compiler, [], PREAMBLE + ANSWER + functions.map(({ text }) => text).join(""), []);
  if (err === "") {
    const all = readAnswers(out);
    return asked.map(({ questions }, i) => ({
      err,
      answers: new Map(questions.map((_, index) => [index, all.get((functions[i]?.from ?? 0) + index) as number])),
    }));
  }
  const half = asked.length >> 1;
  return [...ask(compiler, asked.slice(0, half)), ...ask(compiler, asked.slice(half))];
}

function alone({ snippet, questions }: Asked): string {
  return `${snippet.text}\n${questions.length === 0 ? SIZE : probeText([], questions)}`;
}

function inside(questions: readonly Question[], from: number): string {
  return questions.length === 0 ? SIZE : answerTexts(questions, from).join("\n");
}

const SIZE = "int size = sizeof(struct s);\n";

/** Ends the macros of a snippet where it ends, so that the next one has none of them. */
function withoutMacros({ text }: Snippet): string {
  return [...text.matchAll(/^\s*#\s*define\s+(\w+)/gm)].map(([, name]) => `#undef ${name}\n`).join("");
}

/**
 * Snippets that must be compiled alone: their directives or functions have an effect up to the end of the file, or they may change a macro of the
 * compiler.
 */
const ALONE = /^\s*#\s*(pragma|undef|line|define\s+_)|_Pragma|\b(static|inline|extern)\b/m;

describe.skipIf(ARCHES.length === 0).each(ARCHES.map((arch, i) => [arch.id, arch, i] as const))("%s", (id, arch, i) => {
  const answers = new Map<Snippet, Answer>();

  beforeAll(() => {
    const compiler = usualCompiler(id) ?? [];
    const asked = SNIPPETS.map((snippet) => ({
      snippet,
      questions: snippet.expected instanceof RegExp ? [] : questionsOf(read(snippet.text, arch)),
    }));
    // A snippet that is valid at file scope is so on all architectures.
    const isAlone = ({ snippet }: Asked) => i === 0 || ALONE.test(snippet.text);
    const [single, many] = [asked.filter(isAlone), asked.filter((one) => !isAlone(one))];
    for (const one of single) for (const answer of ask(compiler, [one])) answers.set(one.snippet, answer);
    for (const [at, answer] of ask(compiler, many).entries()) answers.set((many[at] as Asked).snippet, answer);
  });

  test.each(SNIPPETS.map((snippet) => [snippet.what, snippet] as const))("%s", (_, snippet) => {
    const { text, expected } = snippet;
    const compiled = answers.get(snippet);
    expect(compiled?.err).toBe("");
    if (expected instanceof RegExp) {
      expect(() => read(text, arch)).toThrow(BrokenHeader);
      expect(() => read(text, arch)).toThrow(expected);
      expect(() => read(text, arch)).not.toThrow(/not-c|not C/);
      return;
    }
    const model = read(text, arch);
    expect(names(model.structs.get("s")?.members ?? [])).toEqual(expected);
    const questions = questionsOf(model);
    const own = computed(model, arch);
    const asked = questions.map(({ tag, path, kind }, index) => {
      const name = `${kind} of ${path === undefined ? tag : `${tag}.${path}`}`;
      return [name, compiled?.answers.get(index), own.get(name)] as const;
    });
    expect(asked.map(([name, , ours]) => `${name}: ${ours}`)).toEqual(
      asked.map(([name, theirs]) => `${name}: ${theirs}`),
    );
    expect(questions.length).toBeGreaterThan(expected.length);
  });
});

test("what a compiler accepts is understood or refused without one, too", () => {
  const arch = description.model.arches.find(({ id }) => id === "x86_64") as Arch;
  for (const { what, text, expected } of SNIPPETS)
    if (expected instanceof RegExp) expect(() => read(text, arch), what).toThrow(expected);
    else expect(names(read(text, arch).structs.get("s")?.members ?? []), what).toEqual(expected);
});
