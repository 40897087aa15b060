/** Mistakes in the project's own schema, all made at once: each is reported at its place. */
import { expect, it } from "vitest";
import type { SchemaText } from "../../generator/load/index.js";
import { formatProblem } from "../../generator/problem.js";
import { compile, type Edit, edited, realSchema, told } from "./mistake.js";

/** Marks the place of the mistake in the replacement text of an edit. */
const MARK = "¦";

interface MarkedMistake {
  readonly edit: Edit;
  readonly headline: string;
}

const MISTAKES: readonly MarkedMistake[] = [
  {
    edit: ["enums.yaml", "doc: 32-bit x86.", "¦dok: 32-bit x86."],
    headline: "unknown key `dok`: did you mean `doc`? [unknown-key]",
  },
  {
    edit: ["grammar.yaml", "- record: HEADER\n", "- record: ¦HEADR\n"],
    headline: "unknown record `HEADR`: did you mean `HEADER`? [unknown-record]",
  },
  {
    edit: ["records.yaml", "struct: ckpt_hdr_vma\n", "struct: ¦ckpt_hdr_vna\n"],
    headline: "unknown struct `ckpt_hdr_vna`: did you mean `ckpt_hdr_vma`? [unknown-struct]",
  },
  {
    edit: ["arch/x86.yaml", "used_math:\n        type: u32", "used_math:\n        type: ¦unsigned int"],
    headline: "`unsigned int` has no width of its own: write `u32` and `c: unsigned int` [ambiguous-width]",
  },
  {
    edit: ["structs/creds.yaml", "count: ngroups", "count: ¦ngroup"],
    headline: "unknown field `ngroup`: did you mean `ngroups`? [unknown-field]",
  },
  {
    edit: ["structs/files.yaml", "enum: file_type", "enum: ¦file_typ"],
    headline: "unknown enum `file_typ`: did you mean `file_type`? [unknown-enum]",
  },
  {
    edit: ["structs/image.yaml", "ckpt_const:\n    summary:", "ckpt_const:\n    ¦sumary:"],
    headline: "unknown key `sumary`: did you mean `summary`? [unknown-key]",
  },
  {
    edit: ["structs/ipc.yaml", "_padding:\n        type: u32", "¦_padding:\n        type: u16"],
    headline:
      "ckpt_hdr_ipc_perms (v16/x86_32): 2 bytes of implicit padding after `_padding` at offset 38: " +
      "name the padding as a reserved field, or acknowledge it with a reason [implicit-padding]",
  },
  {
    edit: ["structs/memory.yaml", "start_code:\n        type: u64", "start_code:\n        type: ¦u46"],
    headline: "unknown type `u46`: did you mean `u64`? [unknown-type]",
  },
  {
    edit: ["structs/pids.yaml", "summary: Opens the process tree", "summary: ¦TODO the process tree"],
    headline: "`summary` still says TODO [undocumented]",
  },
  {
    edit: ["structs/signals.yaml", "since: v17\n", "since: ¦v177\n"],
    headline: "unknown version `v177`: did you mean `v17`? [unknown-version]",
  },
  {
    edit: ["structs/sockets.yaml", "unit: bytes", "unit: ¦byte"],
    headline: "`byte` is not a value of `unit`: did you mean `bytes`? [bad-value]",
  },
  {
    edit: ["structs/task.yaml", "exit_signal:\n        type: u32", "exit_signal:\n        type: ¦int"],
    headline: "`int` has no width of its own: write `s32` and `c: int` [ambiguous-width]",
  },
  {
    edit: ["structs/tty.yaml", "refers: TTY", "refers: ¦TTTY"],
    headline: "unknown object type `TTTY`: did you mean `TTY`? [unknown-object]",
  },
];

/** The message with the line, and the caret under the mark. */
function expected({ edit: [name], headline }: MarkedMistake, texts: readonly SchemaText[]): string {
  const file = `schema/${name}`;
  const text = texts.find((candidate) => candidate.file === file)?.text ?? "";
  const before = text.slice(0, text.indexOf(MARK)).split("\n");
  const line = String(before.length);
  const column = (before[before.length - 1] as string).length + 1;
  const source = text.split("\n")[before.length - 1]?.replace(MARK, "");
  return [
    `${file}:${line}:${column}: ${headline}`,
    `  ${line} | ${source}`,
    `  ${" ".repeat(line.length)} | ${" ".repeat(column - 1)}^`,
  ].join("\n");
}

it("tells of mistakes in many files at once", () => {
  const marked = edited(realSchema(), ...MISTAKES.map(({ edit }) => edit));
  const texts = marked.map(({ file, text }) => ({ file, text: text.replace(MARK, "") }));
  const byFile = [...MISTAKES].sort((a, b) => (a.edit[0] < b.edit[0] ? -1 : 1));
  expect(compile(texts).problems.map(formatProblem)).toEqual(byFile.map((mistake) => expected(mistake, marked)));
});

it("tells once of a member that shifts all others", () => {
  const headlines = told(
    edited(realSchema(), [
      "structs/memory.yaml",
      "      start_code:\n",
      "      extra: { type: u32, doc: One too many. }\n      start_code:\n",
    ]),
  ).filter((line) => line.startsWith("schema/"));
  expect(headlines).toEqual([
    "schema/structs/memory.yaml:36:7: ckpt_hdr_mm (v16/x86_32): the 64-bit `start_code` is at offset 20, which is not a multiple of 8, " +
      "and 10 more after it: move it to a multiple of 8, or acknowledge it with a reason [misaligned-64]",
  ]);
});
