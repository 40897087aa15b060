/**
 * Compares a compiler's layouts of the headers with those that the schema computes.
 *
 * In: headers, the schema, a version, an architecture and its compiler. Out: differences, member by member.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../command-error.js";
import { objectMembers } from "../../emit/types.js";
import type { Layout } from "../../layout.js";
import { type Origin, problemAt } from "../../load/document.js";
import type { Abi } from "../../model.js";
import { type DescribedAbi, type Description, describe, knownTo } from "../described.js";
import { findHazards, type Hazard } from "../hazards.js";
import { predefined } from "../machines.js";
import type { HeaderModel } from "../model.js";
import { type Defines, readHeaders } from "../read.js";
import type { HeaderSources } from "../sources.js";
import { type Command, compile } from "./compiler.js";
import { probeText, type Question, questionsOf, readAnswers } from "./probe.js";
import { stageHeaders } from "./stage.js";

export interface Deviation {
  readonly name: string;
  readonly what: Question["kind"];
  /** Value from the schema; undefined where it lacks the struct or member. */
  readonly computed?: number;
  /** Value from the compiler; undefined where the headers lack the struct or member. */
  readonly measured?: number;
  readonly schema?: { readonly file: string; readonly line: number; readonly column: number };
  readonly header?: { readonly file: string; readonly line: number; readonly column: number };
}

export interface Measured {
  readonly abi: Abi;
  readonly deviations: readonly Deviation[];
  readonly hazards: readonly Hazard[];
  /** Number of sizes, alignments and offsets that were compared. */
  readonly compared: number;
}

/**
 * Compares the layouts of all structs.
 *
 * @throws errors of the file system
 * @throws {BrokenHeader} when a header cannot be read
 * @throws {CommandError} with the code `does-not-compile` and the message of the compiler, when it rejects the headers
 */
export function measureHeaders(
  sources: HeaderSources,
  description: Description,
  abi: Abi,
  command: Command,
  defines: Defines = new Map(),
): Measured {
  const described = describe(description, abi);
  const header = readHeaders(sources, abi.arch, knownTo(described), defines);
  const questions = questionsOf(header);
  const answers = ask(questions, { sources, header, described, command, defines });
  const computed = new Map<string, Value>();
  for (const { tag, layout, struct } of [...described.structs.values(), ...described.foreignStructs.values()])
    if (header.structs.has(tag))
      for (const [key, value] of values(tag, layout, struct.origin)) computed.set(key, value);

  const deviations: Deviation[] = [];
  const seen = new Set<string>();
  for (const [index, question] of questions.entries()) {
    const key = keyOf(question);
    seen.add(key);
    const measured = answers.get(index);
    const known = computed.get(key);
    if (known?.value === measured) continue;
    const struct = header.structs.get(question.tag);
    deviations.push({
      name: nameOf(question),
      what: question.kind,
      ...(known && { computed: known.value, schema: placeOf(known.origin) }),
      ...(measured !== undefined && { measured }),
      ...(struct && { header: { file: struct.place.file, line: struct.place.line, column: struct.place.column } }),
    });
  }
  for (const [key, { value, origin, question }] of computed)
    if (!seen.has(key))
      deviations.push({ name: nameOf(question), what: question.kind, computed: value, schema: placeOf(origin) });
  return { abi, deviations, hazards: findHazards(new Map([[abi.arch.id, header]])), compared: questions.length };
}

interface Value {
  readonly value: number;
  readonly origin: Origin;
  readonly question: Question;
}

/** Input and options of a compilation. */
interface Compilation {
  readonly sources: HeaderSources;
  readonly header: HeaderModel;
  readonly described: DescribedAbi;
  readonly command: Command;
  readonly defines: Defines;
}

/** The compiler's answers, by the index of the question. */
function ask(
  questions: readonly Question[],
  { sources, header, described, command, defines }: Compilation,
): Map<number, number> {
  const directory = mkdtempSync(join(tmpdir(), "ckpt-measure-"));
  try {
    const stage = stageHeaders(directory, sources, header, described);
    // The compiler predefines its own macros, but not those of a kernel configuration.
    const configuration = [...predefined(described.abi.arch)].filter(([name]) =>
      /^CONFIG_|^(?:__)?BITS_PER|^__(?:BIG|LITTLE)_ENDIAN/.test(name),
    );
    const macros = new Map<string, string | undefined>([...configuration, ...defines]);
    const flags = [...macros].map(([name, value]) => (value === undefined ? `-U${name}` : `-D${name}=${value}`));
    const { status, out, err } = compile(command, [stage.directory], probeText(stage.includes, questions), flags);
    if (status !== 0) throw new CommandError("does-not-compile", err.replaceAll(`${directory}/`, "").trim());
    const answers = readAnswers(out);
    if (answers.size !== questions.length)
      throw new CommandError(
        "does-not-compile",
        `${answers.size} of ${questions.length} answers found in the assembly`,
      );
    return answers;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The schema's answers to the questions about a struct. */
function* values(tag: string, layout: Layout, origin: Origin): Generator<[string, Value]> {
  const answer = (question: Question, value: number, at: Origin): [string, Value] => [
    keyOf(question),
    { value, origin: at, question },
  ];
  yield answer({ tag, kind: "size" }, layout.size, origin);
  yield answer({ tag, kind: "align" }, layout.align, origin);
  const inside = function* (aggregate: Layout, prefix: string, base: number): Generator<[string, Value]> {
    for (const { name, offset, member } of objectMembers(aggregate)) {
      const path = prefix + name;
      const at = member.field.origin;
      yield answer({ tag, path, kind: "offset" }, base + offset, at);
      yield answer({ tag, path, kind: "size" }, member.size, at);
      if (member.type.kind === "struct" || member.type.kind === "union")
        yield* inside(member.type.layout, `${path}${"[0]".repeat(member.dims.length)}.`, base + offset);
    }
    const flexible = aggregate.members.find((member) => member.flexible);
    if (flexible?.name)
      yield answer(
        { tag, path: prefix + flexible.name, kind: "offset" },
        base + flexible.offset,
        flexible.field.origin,
      );
  };
  yield* inside(layout, "", 0);
}

function keyOf({ tag, path = "", kind }: Question): string {
  return `${tag}\0${path}\0${kind}`;
}

function nameOf({ tag, path }: Question): string {
  return path === undefined ? tag : `${tag}.${path}`;
}

function placeOf(origin: Origin): { file: string; line: number; column: number } {
  const { file, line, column } = problemAt(origin, { rule: "", message: "" });
  return { file, line, column };
}
