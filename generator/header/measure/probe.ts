/**
 * A C text that makes a compiler write sizes and offsets into its assembly, from which they are read without running a program. A cross compiler
 * without a C library and the target machine is enough.
 */
import type { HeaderMember, HeaderModel } from "../model.js";

export interface Question {
  /** C name of the struct. */
  readonly tag: string;
  /** Path of a member; undefined for the struct itself. */
  readonly path?: string;
  readonly kind: "size" | "align" | "offset";
}

const MARK = "ckpt-abi-answer";

export function questionsOf({ structs }: HeaderModel): Question[] {
  return [...structs.values()].flatMap(({ tag, kind, members }) =>
    kind === "union"
      ? []
      : [{ tag, kind: "size" } as const, { tag, kind: "align" } as const, ...memberQuestions(tag, members, "")],
  );
}

function* memberQuestions(tag: string, members: readonly HeaderMember[], prefix: string): Generator<Question> {
  for (const { name, type, dims } of members) {
    const isNested = type.kind === "struct" || type.kind === "union";
    // Members of an anonymous aggregate belong to the parent.
    const path = name === null ? prefix : prefix + name;
    if (name !== null) {
      yield { tag, path, kind: "offset" };
      // An array without a length has no size.
      if (dims[0]?.value !== 0) yield { tag, path, kind: "size" };
    }
    if (isNested)
      yield* memberQuestions(tag, type.members, name === null ? prefix : `${path}${"[0]".repeat(dims.length)}.`);
  }
}

/** Definition of the macro that the answers use. */
export const ANSWER = `#define ANSWER(index, value) __asm__ volatile ("\\n#${MARK} " #index " %0" : : "i" ((long)(value)))\n`;

export function probeText(includes: readonly string[], questions: readonly Question[]): string {
  return `${includes.map((name) => `#include <${name}>\n`).join("")}
${ANSWER}void ckpt_abi_probe(void);
void ckpt_abi_probe(void)
{
${answerTexts(questions).join("\n")}
}
`;
}

/** Statements for the questions, numbered from `first`. */
export function answerTexts(questions: readonly Question[], first = 0): string[] {
  return questions.map((question, index) => `\tANSWER(${first + index}, ${expression(question)});`);
}

function expression({ tag, path, kind }: Question): string {
  if (kind === "align") return `_Alignof(struct ${tag})`;
  if (path === undefined) return `sizeof(struct ${tag})`;
  return kind === "offset" ? `__builtin_offsetof(struct ${tag}, ${path})` : `sizeof(((struct ${tag} *)0)->${path})`;
}

/** Answers by the number of the question. */
export function readAnswers(assembly: string): Map<number, number> {
  // The constant has the syntax of the assembler: `$24`, `#24`, `24`.
  const pattern = new RegExp(`#${MARK} (\\d+) [$#]?(-?\\d+)`, "g");
  return new Map([...assembly.matchAll(pattern)].map(([, index, value]) => [Number(index), Number(value)]));
}
