/** C that a compiler accepts is laid out as the compiler lays it out, or refused with the reason. */
import { describe, expect, test } from "vitest";
import { BrokenHeader } from "../../generator/header/broken.js";
import { Preprocessor } from "../../generator/header/conditionals.js";
import { type Known, readDeclarations } from "../../generator/header/declarations/index.js";
import { type Extent, extentOfType, layOutHeader } from "../../generator/header/layout.js";
import { KERNEL_MACROS } from "../../generator/header/machines.js";
import { compile, usualCompiler, works } from "../../generator/header/measure/compiler.js";
import { probeText, questionsOf, readAnswers } from "../../generator/header/measure/probe.js";
import type { HeaderModel, HeaderStruct } from "../../generator/header/model.js";
import { HeaderText } from "../../generator/header/scan.js";
import type { Arch } from "../../generator/model.js";
import { available } from "../requirement.js";
import { description } from "./project.js";
import { SNIPPETS } from "./snippets.js";

const NOTHING: Known = { number: () => undefined, extent: () => undefined };

function read(text: string, arch: Arch): HeaderModel {
  const preprocessor = new Preprocessor(arch, () => undefined);
  preprocessor.add(new HeaderText("snippet.h", text));
  return readDeclarations(preprocessor.finish(), arch, NOTHING);
}

/** What the compiler is asked, answered by the layout that was computed. */
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

const ARCHES = ["x86_64", "x86_32"].flatMap((id) => {
  const arch = description.model.arches.find((each) => each.id === id) as Arch;
  const [program = "", ...flags] = usualCompiler(id) ?? [];
  const command = [program, ...flags, "-S", "-o", "-", "-x", "c", "-"];
  return available(`${program} for ${id}`, command, "int x;\n") && works(usualCompiler(id) ?? [], arch.bits)
    ? [arch]
    : [];
});

describe.skipIf(ARCHES.length === 0).each(ARCHES.map((arch) => [arch.id, arch] as const))("%s", (id, arch) => {
  const compiler = usualCompiler(id) ?? [];

  test.each(SNIPPETS.map((snippet) => [snippet.what, snippet] as const))("%s", (_, { text, expected }) => {
    const accepted = compile(compiler, [], `${PREAMBLE}${text}\nint size = sizeof(struct s);\n`, []);
    expect(accepted.err).toBe("");
    if (expected instanceof RegExp) {
      expect(() => read(text, arch)).toThrow(BrokenHeader);
      expect(() => read(text, arch)).toThrow(expected);
      expect(() => read(text, arch)).not.toThrow(/not-c|not C/);
      return;
    }
    const model = read(text, arch);
    expect(names(model.structs.get("s")?.members ?? [])).toEqual(expected);
    const questions = questionsOf(model);
    const { out, err } = compile(compiler, [], `${PREAMBLE}${text}\n${probeText([], questions)}`, []);
    expect(err).toBe("");
    const answers = readAnswers(out);
    const own = computed(model, arch);
    const asked = questions.map(({ tag, path, kind }, index) => {
      const name = `${kind} of ${path === undefined ? tag : `${tag}.${path}`}`;
      return [name, answers.get(index), own.get(name)] as const;
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
