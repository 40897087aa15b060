/** Released structs and fields must stay: the schema is compared with the manifest of the last run. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generate } from "../../generator/generate.js";
import type { Manifest } from "../../generator/manifest.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const jsonSchema = JSON.parse(readFileSync(join(root, "schema/schema.json"), "utf8")) as object;
const released = JSON.parse(readFileSync(join(root, "generated/abi.json"), "utf8")) as Manifest;
const texts = readdirSync(join(root, "schema"), { recursive: true })
  .map(String)
  .filter((path) => path.endsWith(".yaml"))
  .sort()
  .map((path) => ({ file: `schema/${path}`, text: readFileSync(join(root, "schema", path), "utf8") }));

/** Problems after one edit of one file; the text must occur in it. */
function problemsAfter(file: string, from: string | RegExp, to: string) {
  const edited = texts.map((entry) => (entry.file === file ? { file, text: entry.text.replace(from, to) } : entry));
  expect(edited).not.toEqual(texts);
  return generate(edited, jsonSchema, undefined, released).problems.map(
    ({ file: _, source: __, ...problem }) => problem,
  );
}

const ADVICE = "keep it and limit it with `until`, or run with --amend when the description was wrong";

describe("released versions", () => {
  it("may not lose a field", () => {
    expect(problemsAfter("schema/structs/memory.yaml", / {6}vm_pgoff:\n( {8}.*\n)+/, "")).toEqual([
      {
        rule: "vanished-field",
        line: expect.any(Number),
        column: 3,
        message: "`vm_pgoff` was removed from ckpt_hdr_vma in v16/x86_32, which had it",
        suggestion: ADVICE,
      },
    ]);
  });

  it("may not lose a field by a wrong `until`", () => {
    const problems = problemsAfter(
      "schema/structs/task.yaml",
      "      pdeath_signal:\n",
      "      pdeath_signal:\n        until: v23-rc2\n",
    );
    expect(problems.map(({ rule, message }) => [rule, message])).toContainEqual([
      "vanished-field",
      "`pdeath_signal` was removed from ckpt_hdr_task in v23-rc2/x86_32, which had it",
    ]);
  });

  it("may not lose a struct", () => {
    const problems = problemsAfter("schema/structs/files.yaml", / {4}since: v18-dev-b\n/, "    since: v19-rc1\n");
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      rule: "vanished-struct",
      message: "ckpt_hdr_file_eventfd was removed from v18-dev-b/x86_32, which had it",
      suggestion: ADVICE,
    });
  });

  it("may lose a field in a version that is new", () => {
    const version = `  v24:\n    date: "2012-06-01"\n    evidence: A version of this test.\n    summary: It drops a field.\n`;
    const edited = texts.map(({ file, text }) => {
      if (file === "schema/abi.yaml")
        return {
          file,
          text: text.replace(/\narches:\n/, `\n${version}arches:\n`).replace("[v16, v23-rc2-arm]", "[v16, v24]"),
        };
      if (file === "schema/structs/tty.yaml")
        return { file, text: text.replace("      minimum_to_wake:\n", "      minimum_to_wake:\n        until: v24\n") };
      return { file, text };
    });
    const { problems, files } = generate(edited, jsonSchema, undefined, released);
    expect(problems).toEqual([]);
    expect(files.get("generated/codecs/structs/ckpt_hdr_ldisc_n_tty.ts")).toContain("class CkptHdrLdiscNTtyCodec_v24 ");
  });

  it("may give a field and a struct a new name", () => {
    const edited = texts.map(({ file, text }) => {
      if (file === "schema/structs/memory.yaml")
        return {
          file,
          text: text.replace(
            "      vm_pgoff:\n",
            "      vm_offset:\n        names: { v16: vm_pgoff, v23-rc2-arm: vm_pgoff }\n",
          ),
        };
      if (file === "schema/structs/tty.yaml")
        return {
          file,
          text: text.replace(
            "  ckpt_hdr_ldisc_n_tty:\n",
            "  ckpt_hdr_n_tty:\n    names: { v18: ckpt_hdr_ldisc_n_tty }\n",
          ),
        };
      if (file === "schema/records.yaml")
        return { file, text: text.replace("struct: ckpt_hdr_ldisc_n_tty", "struct: ckpt_hdr_n_tty") };
      return { file, text };
    });
    expect(edited).not.toEqual(texts);
    expect(generate(edited, jsonSchema, undefined, released).problems).toEqual([]);
  });
});
