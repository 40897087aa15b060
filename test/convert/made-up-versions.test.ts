/**
 * Versions that do not exist, one after the other with a change for which nobody has written a step: a plan finds all that keeps an image from
 * being written, and says that the schema or the converter lacks something, not the image. What a plan allows is written, and can be read.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type * as Convert from "../../tools/convert/index.js";
import type * as Images from "../../tools/image/index.js";
import type * as Verify from "../../tools/verify/index.js";
import type * as Write from "../../tools/write/index.js";
import { gen, schemaCopy } from "../header/command.js";
import { PROJECT } from "../header/project.js";
import type * as Make from "../make-image/make.js";

/** v24 has a field with a default, v25 another form of an array's struct, v26 two fields without a default, v27 a record. */
function change(root: string): void {
  const edit = (file: string, ...pairs: readonly (readonly [RegExp, string])[]) => {
    const path = join(root, "schema", file);
    let text = readFileSync(path, "utf8");
    for (const [pattern, replacement] of pairs) {
      expect(text, `${file}: ${pattern}`).toMatch(pattern);
      text = text.replace(pattern, replacement);
    }
    writeFileSync(path, text);
  };
  const version = (id: string, day: number) =>
    `  ${id}:\n    date: "2012-08-0${day}"\n    posted: false\n    evidence: Made up.\n    summary: Made up.\n`;
  edit(
    "abi.yaml",
    [/^arches:\n/m, `${["v24", "v25", "v26", "v27"].map((id, i) => version(id, i + 1)).join("")}arches:\n`],
    [/versions: \[v16, v23-rc2-arm\]/, "versions: [v16, v27]"],
  );
  edit("structs/files.yaml", [
    /( +)umask:\n/,
    "$1fs_flags:\n$1  since: v24\n$1  type: u32\n$1  default: 0\n$1  doc: Made up.\n$1umask:\n",
  ]);
  edit("structs/files.yaml", [
    /( +)(doc: Mask of the requested events, in the kernel's EPOLL bit values\.\n)/,
    "$1$2      wakeups:\n$1since: v25\n$1type: u32\n$1doc: Made up.\n",
  ]);
  edit("structs/task.yaml", [
    /^ {2}ckpt_hdr_restart_block:\n/m,
    [
      "      io_class:\n        since: v26\n        type: u32\n        doc: Made up.\n",
      "      io_priority:\n        since: v26\n        type: u32\n        doc: Made up.\n",
      "  ckpt_hdr_task_io:\n    since: v27\n    summary: Made up.\n    purpose: Made up.\n    aligned: 8\n    fields:\n",
      "      h:\n        type: ckpt_hdr\n      rchar:\n        type: u64\n        doc: Made up.\n",
      "  ckpt_hdr_restart_block:\n",
    ].join(""),
  ]);
  edit("records.yaml", [
    /^ {2}TASK_NS:\n/m,
    "  TASK_IO:\n    number: { v27: 199 }\n    summary: Made up.\n    purpose: Made up.\n    struct: ckpt_hdr_task_io\n  TASK_NS:\n",
  ]);
  edit("grammar.yaml", [
    /^ {8}- record: TASK_NS\n/m,
    "        - record: TASK_IO\n          since: v27\n        - record: TASK_NS\n",
  ]);
}

const VERSIONS = ["v21", "v23-rc2", "v23-rc2-arm", "v24", "v25", "v26"];

let tools: typeof Convert & typeof Images & typeof Verify & typeof Write & typeof Make;

beforeAll(async () => {
  const root = schemaCopy();
  change(root);
  expect(await gen("--root", root)).toMatchObject({ code: 0, err: "" });
  for (const folder of ["tools", "scripts"]) cpSync(join(PROJECT, folder), join(root, folder), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"));
  const load = (path: string) => import(pathToFileURL(join(root, path)).href);
  const parts = ["tools/convert/index.ts", "tools/image/index.ts", "tools/verify/index.ts", "tools/write/index.ts"];
  tools = Object.assign({}, ...(await Promise.all([...parts, "test/make-image/make.ts"].map(load))));
}, 300_000);

const made = (version: string, plain = false) =>
  tools.makeBytes({ abi: `${version}/x86_32`, tasks: 3, pages: 4, vmas: 3, plain });

function planned(bytes: Uint8Array, from: string, to: string): Convert.Conversion {
  return tools.planConversion(tools.openImage(new tools.MemorySource(bytes), { abi: `${from}/x86_32` }), { to });
}

/** What is in the way, as `RECORD.field: how often: why`. */
const obstacles = ({ report }: Convert.Conversion) =>
  report.obstacles.map(
    ({ record, field, count, why }) => `${record}${field === undefined ? "" : `.${field}`}: ${count}: ${why}`,
  );

const LACKS_FIELD = (newer: string, older: string) =>
  `${newer} has this field and ${older} has not; the field wants a default in the schema, or a step of the converter that fills it in`;
const LACKS_STEP = "v25 has another form of ckpt_eventpoll_item, and no step of the converter rewrites the array";

describe("a version for which a step is missing", () => {
  it("v24: a field with a default needs none", async () => {
    expect(obstacles(planned(made("v23-rc2-arm"), "v23-rc2-arm", "v24"))).toEqual([]);
  });

  it("v25: an array whose structs have another form, although they are as long", () => {
    const [found = "", ...more] = obstacles(planned(made("v24"), "v24", "v25"));
    expect(more).toEqual([]);
    expect(found).toMatch(/^BUFFER: \d+: BUFFER: /);
    expect(found).toContain(LACKS_STEP);
    expect(obstacles(planned(made("v24", true), "v24", "v25"))).toEqual([]);
  });

  it("v26: fields without a default", () => {
    const fields = ["io_class", "io_priority"].map((field) => `TASK.${field}: 3: ${LACKS_FIELD("v26", "v25")}`);
    expect(obstacles(planned(made("v25"), "v25", "v26"))).toEqual(fields);
    expect(obstacles(planned(made("v26"), "v26", "v25"))).toEqual([]);
  });

  it("v27: a record", () => {
    expect(obstacles(planned(made("v26"), "v26", "v27"))).toEqual([
      expect.stringMatching(
        /^TASK_NS: 1: v27 has TASK_IO in front of it \(in \w+\), v26 has no such record, and no step of the converter makes one$/,
      ),
    ]);
  });

  it("tells all that is missing at once, of an image that a kernel wrote", async () => {
    const image = readFileSync(join(PROJECT, "test/fixtures/images/v20h-tree-sub.img"));
    const plan = planned(image, "v19", "v27");
    expect(obstacles(plan)).toEqual([
      `TASK.io_class: 7: ${LACKS_FIELD("v26", "v25")}`,
      `TASK.io_priority: 7: ${LACKS_FIELD("v26", "v25")}`,
      expect.stringContaining("TASK_NS: 1: v27 has TASK_IO in front of it"),
    ]);
    expect(plan.isPossible).toBe(false);
    await expect(plan.write(new tools.MemorySink())).rejects.toThrow(
      /^the image cannot become one of v27\/x86_32: TASK\.io_class: v26 has this field and v25 has not/,
    );
  });
});

it.each(VERSIONS)("what a plan from %s allows is written as planned, and what it forbids is not", async (from) => {
  for (const plain of [true, false])
    for (const to of [...VERSIONS, "v27"]) {
      const plan = planned(made(from, plain), from, to);
      const sink = new tools.MemorySink();
      const writing = plan.write(sink, { allowLoss: true });
      if (!plan.isPossible) {
        await expect(writing, `${from} to ${to}`).rejects.toMatchObject({
          name: "RefusalError",
          code: "impossible-conversion",
        });
        expect(sink.bytes).toHaveLength(0);
        continue;
      }
      expect(await writing).toBe(sink.bytes.length);
      const result = tools.openImage(new tools.MemorySource(sink.bytes), { abi: `${to}/x86_32` });
      const { findings } = tools.verify(result.format, result.source);
      const faults = findings.filter(({ severity }) => severity === "error").map(tools.messageOf);
      expect(faults, `${from} to ${to}`).toEqual([]);
    }
});
