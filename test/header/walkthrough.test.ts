/**
 * Follows the walk-through of CONTRIBUTING.md: an invented header is imported into a copy of the schema, the gaps are filled, and codecs, changelog
 * and reference know the new version. Prints how long the commands took.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { StructCodec } from "../../runtime/codec.js";
import type * as Convert from "../../tools/convert/index.js";
import type * as Images from "../../tools/image/index.js";
import type * as Write from "../../tools/write/index.js";
import { gen, genProcess, headerProcess as header, schemaCopy } from "./command.js";
import { madeUp } from "./made-up.js";
import { PROJECT, tree } from "./project.js";

const DOCS: Readonly<Record<string, string>> = {
  evidence: "Made up for a walk-through.",
  summary: "A made-up summary.",
  purpose: "A made-up purpose.",
  doc: "A made-up meaning.",
};

test("from a header to codecs, changelog and reference", async () => {
  const headers = tree(madeUp());
  const root = schemaCopy();
  const began = performance.now();
  const times: string[] = [];
  const timed = async <T>(what: string, action: Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await action;
    times.push(`${what} ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return result;
  };

  const drift = await timed("check", header("check", headers, "--root", root));
  expect(drift.code).toBe(1);
  expect(drift.out).toContain("enumerator CKPT_HDR_TASK_IO is new (104)");
  expect(drift.out).toContain("field ckpt_hdr_fs.fs_flags is new (u32)");
  expect(drift.out).toContain("field ckpt_hdr_thread.fs_base is new (u64) [x86_32, x86_64]");

  const imported = await timed(
    "import",
    header("import", headers, "--as", "v24", "--date", "2012-08-01", "--root", root),
  );
  expect(imported).toMatchObject({ code: 0, err: "" });
  expect(imported.out).toContain("places say TODO; npm run gen refuses them until they are written");
  expect(imported.out).toContain("the rule `unplaced` of schema/grammar.yaml holds TASK_IO");

  const refused = await timed("gen that refuses", gen("--root", root));
  expect(refused.code).toBe(1);
  for (const place of [
    "schema/abi.yaml",
    "schema/records.yaml",
    "schema/structs/files.yaml",
    "schema/arch/x86.yaml",
    "schema/grammar.yaml",
  ])
    expect(refused.err).toMatch(new RegExp(`^${place}:\\d+:\\d+: .*still says TODO`, "m"));
  expect(refused.err).toMatch(/problems; nothing was written/);

  // The manual part: sentences, and the place of the record in the stream.
  fillIn(root, /written as v24 into (.*)/.exec(imported.out)?.[1]?.split(", ") ?? []);
  const unplaced = await timed("gen without the place in the stream", gen("--root", root));
  expect(unplaced.code).toBe(1);
  expect(unplaced.err).toMatch(/^schema\/grammar.yaml:\d+:\d+: .*still says TODO/m);
  place(root);

  const generated = await timed("gen", genProcess("--root", root));
  expect(generated).toMatchObject({ code: 0, err: "" });

  const after = await timed("check", header("check", headers, "--root", root, "--version", "v24"));
  expect(after.out).toContain("the headers are as the schema describes v24 on x86_32, x86_64, s390x, s390");
  expect(after.code).toBe(0);
  expect((await header("import", headers, "--as", "v24", "--root", root)).out).toBe(
    "the headers are those of v24; nothing to import\n",
  );

  await codecsKnow(root);
  await timed("convert", converterKnows(root));
  const changelog = readFileSync(join(root, "generated/reference/versions/v24.md"), "utf8");
  expect(changelog).toMatch(/`ckpt_hdr_fs`.*`fs_flags`.*added: `u32` at 12/);
  expect(changelog).toMatch(/`TASK_IO`.*added: `104`/);
  expect(changelog).toMatch(/`TASK_NS`.*`104` → `105`/);
  expect(readFileSync(join(root, "generated/reference/records/TASK_IO.md"), "utf8")).toContain("A made-up summary.");
  console.log(`walk-through: ${times.join(", ")}; together ${((performance.now() - began) / 1000).toFixed(0)} s`);
});

/** The new field and record are decoded from bytes that are assembled here. */
async function codecsKnow(root: string): Promise<void> {
  const load = (path: string) => import(pathToFileURL(join(root, "generated/codecs", path)).href);
  const x86 = (await load("v24/x86_64.ts")) as Record<string, StructCodec<Record<string, unknown>>>;
  const s390x = (await load("v24/s390x.ts")) as typeof x86;
  const old = (await load("v23-rc2-arm/x86_64.ts")) as typeof x86;

  const fs = new DataView(new ArrayBuffer(16));
  fs.setUint32(4, 16, true);
  fs.setUint32(8, 0o22, true);
  fs.setUint32(12, 7, true);
  expect(x86.ckptHdrFs?.fromBytes(new Uint8Array(fs.buffer))).toMatchObject({ umask: 0o22, fs_flags: 7 });
  expect(old.ckptHdrFs?.fromBytes(new Uint8Array(fs.buffer))).not.toHaveProperty("fs_flags");

  const io = new DataView(new ArrayBuffer(24));
  io.setBigUint64(8, 123n);
  io.setBigUint64(16, 456n);
  expect(s390x.ckptHdrTaskIo?.fromBytes(new Uint8Array(io.buffer))).toMatchObject({ rchar: 123n, wchar: 456n });

  expect(x86.ckptHdrThread?.size).toBe((old.ckptHdrThread?.size ?? 0) + 8);
  expect(s390x.ckptHdrThread?.size).toBe(16);
}

/** With the step of CONTRIBUTING.md, a real image is converted to the new version and back without loss. */
async function converterKnows(root: string): Promise<void> {
  cpSync(join(PROJECT, "tools"), join(root, "tools"), { recursive: true });
  const guide = readFileSync(join(PROJECT, "CONTRIBUTING.md"), "utf8");
  const step = /^ {3}```ts\n([\s\S]*?)^ {3}```$/m.exec(guide)?.[1] ?? "";
  expect(step).toContain("export const taskIo: ConversionStep");
  // The step runs with its types erased, so that a type of another name would not show.
  for (const [, types = "", file = ""] of step.matchAll(/^ *import type \{ (.*) \} from "(.*)\.js";$/gm))
    for (const type of types.split(", ")) {
      const source = readFileSync(join(PROJECT, "tools/convert/steps/v24", `${file}.ts`), "utf8");
      expect(source).toMatch(new RegExp(`^export (interface|type|class) ${type}\\b`, "m"));
    }
  mkdirSync(join(root, "tools/convert/steps/v24"));
  writeFileSync(join(root, "tools/convert/steps/v24/task-io.ts"), step);
  const index = join(root, "tools/convert/steps/index.ts");
  const steps = readFileSync(index, "utf8");
  writeFileSync(
    index,
    `import { taskIo } from "./v24/task-io.js";\n${steps.replace(/,\n\];\n$/, ",\n  taskIo,\n];\n")}`,
  );

  const load = <T>(path: string): Promise<T> => import(pathToFileURL(join(root, "tools", path)).href);
  const { planConversion } = await load<typeof Convert>("convert/index.ts");
  const { MemorySource, openImage } = await load<typeof Images>("image/index.ts");
  const { MemorySink } = await load<typeof Write>("write/index.ts");
  const converted = async (bytes: Uint8Array, from: string, to: string) => {
    const { report, write } = planConversion(openImage(new MemorySource(bytes), { abi: `${from}/x86_32` }), {
      to,
    });
    const sink = new MemorySink();
    await write(sink);
    return { bytes: sink.bytes, report };
  };
  const image = readFileSync(join(PROJECT, "test/fixtures/images/v20h-tree-sub.img"));
  const newer = await converted(image, "v19", "v24");
  expect(newer.report.steps.map(({ title }) => title)).toContain("count what tasks read and write");
  const back = await converted(newer.bytes, "v24", "v19");
  expect(back.report.losses).toEqual([]);
  expect(Buffer.compare(back.bytes, image)).toBe(0);
}

function fillIn(root: string, files: readonly string[]): void {
  for (const file of files) {
    const path = join(root, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(
      path,
      text
        // Images of older kernels can be converted only if defaults for new fields are given.
        .replace(/^( +)(fs_flags|fs_base):\n/gm, "$&$1  default: 0\n")
        .replace(/\b(evidence|summary|purpose|doc): TODO$/gm, (_, key: string) => `${key}: ${DOCS[key]}`),
    );
  }
}

/** Moves the record before the one that followed it, and removes the rule of unplaced records. */
function place(root: string): void {
  const path = join(root, "schema/grammar.yaml");
  const text = readFileSync(path, "utf8");
  const waiting = /^ {4}unplaced:\n(?: {6}.*\n)+/m.exec(text)?.[0] ?? "";
  expect(waiting).toContain("- record: TASK_IO\n          since: v24");
  writeFileSync(
    path,
    text
      .replace(waiting, "")
      .replace(
        "        - record: TASK_NS\n",
        "        - record: TASK_IO\n          since: v24\n        - record: TASK_NS\n",
      ),
  );
}
