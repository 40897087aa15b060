/** The TypeScript samples in README.md and docs/ compile, and run next to an image named `app.img`. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { DOCUMENTS } from "../../scripts/transcripts.js";
import tsconfig from "../../tsconfig.json" with { type: "json" };
import { documentAt, ROOT } from "./documents.js";

const folder = mkdtempSync(join(tmpdir(), "ckpt-abi-samples-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
copyFileSync(join(ROOT, "test/fixtures/images/v16-tree-sub.img"), join(folder, "app.img"));

/** Each sample as a file that imports the sources instead of the package. */
const SAMPLES = DOCUMENTS.flatMap((name) =>
  documentAt(name).samples.map((text, index) => {
    const file = join(folder, `${name.replace(/\W/g, "-")}-${index + 1}.ts`);
    writeFileSync(
      file,
      text.replace(/(?<= from ")ckpt-abi(?:\/([^"]*))?(?=")/g, (_, module) => sourceOf(module)),
    );
    return [`${name}, sample ${index + 1}`, file] as const;
  }),
);

/** The source of a module of the package, by the rules of package.json. */
function sourceOf(module: string | undefined): string {
  const key = module === undefined ? "." : /^v\d/.test(module) ? "./v*" : `./${module}`;
  const target = Object.entries(manifest.exports).find(([name]) => name === key)?.[1];
  if (typeof target !== "object") throw new Error(`package.json exports no ${key}`);
  return join(ROOT, target.default.replace("./dist/", "").replace("*", module?.slice(1) ?? ""));
}

test("there are samples, and all of them compile", () => {
  expect(SAMPLES.length).toBeGreaterThan(3);
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...tsconfig.compilerOptions, typeRoots: [join(ROOT, "node_modules/@types")], noUnusedLocals: false },
    folder,
  );
  const files = SAMPLES.map(([, file]) => file);
  const program = ts.createProgram(files, options);
  const found = files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
});

test.each(SAMPLES)("%s runs", (_, file) => {
  const { status, stderr } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), file], {
    cwd: folder,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
