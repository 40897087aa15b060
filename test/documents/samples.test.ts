/** The TypeScript samples in README.md and docs/ compile, and run. */
import { join } from "node:path";
import ts from "typescript";
import { afterAll, expect, test } from "vitest";
import { SampleFolder } from "../../scripts/samples.js";
import { DOCUMENTS } from "../../scripts/transcripts.js";
import tsconfig from "../../tsconfig.json" with { type: "json" };
import { documentAt, ROOT } from "./documents.js";

const folder = await SampleFolder.make();
afterAll(() => folder.remove());

/** Each sample as a program. */
const SAMPLES = DOCUMENTS.flatMap((name) =>
  documentAt(name).samples.map(
    (text, i) => [`${name}, sample ${i + 1}`, folder.write(`${name.replace(/\W/g, "-")}-${i + 1}`, text)] as const,
  ),
);

test.each([
  ["of Node alone", {}],
  ["of a browser as well", { lib: ["ES2022", "DOM"] }],
])("there are samples, and all of them compile with the types %s", (_, lib) => {
  expect(SAMPLES.length).toBeGreaterThan(3);
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...tsconfig.compilerOptions, typeRoots: [join(ROOT, "node_modules/@types")], noUnusedLocals: false, ...lib },
    folder.path,
  );
  const files = SAMPLES.map(([, file]) => file);
  const program = ts.createProgram(files, options);
  const found = files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
});

test.each(SAMPLES)("%s runs", (_, file) => {
  const { status, stderr } = folder.run(file);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
