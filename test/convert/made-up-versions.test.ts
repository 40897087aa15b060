/**
 * Invented versions in sequence, each with a change for which no step exists. A plan finds everything that prevents the image from being written, and
 * blames the schema or the converter rather than the image. Whatever a plan allows is written and can be read.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type * as Convert from "../../tools/convert/index.js";
import type * as Edit from "../../tools/edit/index.js";
import type * as Images from "../../tools/image/index.js";
import type * as Verify from "../../tools/verify/index.js";
import type * as Write from "../../tools/write/index.js";
import { gen, schemaCopy } from "../header/command.js";
import { PROJECT } from "../header/project.js";
import type * as Make from "../make-image/make.js";

const NEW = Array.from({ length: 10 }, (_, i) => `v${24 + i}`);

/**
 * v24 has a field with a default, v25 another form of an array's struct, v26 two fields without a default, v27 a record, v28 two fields without a
 * default in an array that steps rewrite. Only in v29 a number is that of another object, in v30 a value is fixed, and v31 has another unit, a flag
 * with another number and a value where padding was. v32 has narrower fields, lacks a record and has another order, v33 has a new member of a
 * union and one of a struct with cases.
 */
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
    `  ${id}:\n    date: "2012-08-${`${day}`.padStart(2, "0")}"\n    posted: false\n    evidence: Made up.\n    summary: Made up.\n`;
  edit(
    "abi.yaml",
    [/^arches:\n/m, `${NEW.map((id, i) => version(id, i + 1)).join("")}arches:\n`],
    [/versions: \[v16, v23-rc2-arm\]/, "versions: [v16, v33]"],
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
  const fields = ["vuser", "vuser2"].map(
    (name) => `      ${name}:\n        since: v28\n        type: u32\n        doc: Made up.\n`,
  );
  edit("structs/pids.yaml", [/^ {2}ckpt_hdr_vpids:\n/m, `${fields.join("")}  ckpt_hdr_vpids:\n`]);
  edit("structs/memory.yaml", [
    /refers: INODE\n(?= +doc: >-\n +Number of the shared segment)/,
    "refers: { v16: INODE, v29: FILE, v30: INODE }\n",
  ]);
  edit("structs/task.yaml", [/( +)exit_signal:\n +type: u32\n/, "$&$1  const: { v16: absent, v30: 17 }\n"]);
  edit("structs/signals.yaml", [/(it_real_value:\n.*\n +)unit: ns/, "$1unit: { v18: ns, v31: seconds }"]);
  edit("enums.yaml", [/(CKPT_PF_SUPERPRIV:\n +value: )2/, "$1{ v23-rc2: 2, v31: 8 }"]);
  edit("structs/memory.yaml", [
    /(ino_objref:(?:\n.*)+?\n +_padding:\n.*\n +)reserved: true/,
    "$1reserved: { v16: true, v31: absent }",
  ]);
  edit("structs/memory.yaml", [
    /(def_flags:\n +since: v17\n +type: )u64((?:\n.*)+?\n +flags:\n +since: v17\n +type: )u64/,
    "$1{ v17: u64, v32: u32 }$2{ v17: u64, v32: u32 }",
  ]);
  edit("records.yaml", [/ {2}SIGNAL_TASK:\n +number: 603\n +since: v18\n/, "$&    until: v32\n"]);
  edit(
    "grammar.yaml",
    [/( +)- record: SIGNAL_TASK\n/, "$&$1  until: v32\n"],
    [
      /( +)- rule: namespaces\n +- rule: shared_objects\n/,
      "$1- rule: namespaces\n$1  until: v32\n$1- rule: shared_objects\n$1- rule: namespaces\n$1  since: v32\n",
    ],
  );
  edit(
    "structs/namespaces.yaml",
    [
      /( +)(macvlan:\n +doc: Setting of a macvlan device\.\n)/,
      [
        "$1sit:\n$1  since: v33\n$1  anonymous: true\n$1  doc: Made up.\n$1  struct:\n",
        "$1    sit_local:\n$1      type: be32\n$1      format: ipv4\n$1      doc: Made up.\n",
        "$1    sit_ttl:\n$1      type: u32\n$1      doc: Made up.\n$1$2",
      ].join(""),
    ],
    [
      /( +)(macvlan:\n +doc: A macvlan device\.\n)/,
      [
        "$1sit:\n$1  doc: Made up.\n$1  when: type == CKPT_NETDEV_SIT\n",
        "$1  members: { local: { v20-b: absent, v33: sit_local }, ttl: { v20-b: absent, v33: sit_ttl } }\n$1$2",
      ].join(""),
    ],
  );
  edit(
    "structs/signals.yaml",
    [
      /( +)(csi_sys_private:\n +since: v23-rc1-a\n)/,
      "$1csi_cpu:\n$1  since: v33\n$1  type: s32\n$1  doc: Made up.\n$1$2",
    ],
    [
      /members: \{ pid: csi_pid, uid: csi_uid \}\n(?= +timer:)/,
      "members: { pid: csi_pid, uid: csi_uid, cpu: { v18: absent, v33: csi_cpu } }\n",
    ],
  );
}

const VERSIONS = ["v21", "v23-rc2", "v23-rc2-arm", ...NEW];

let tools: typeof Convert & typeof Edit & typeof Images & typeof Verify & typeof Write & typeof Make;

beforeAll(async () => {
  const root = schemaCopy();
  change(root);
  expect(await gen("--root", root)).toMatchObject({ code: 0, err: "" });
  for (const folder of ["tools", "scripts", "test/make-image"])
    cpSync(join(PROJECT, folder), join(root, folder), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"));
  // The maker of images does not support the new record.
  const maker = join(root, "test/make-image/task.ts");
  writeFileSync(maker, readFileSync(maker, "utf8").replace("TASK_NS: {", "TASK_IO: {}, TASK_NS: {"));
  const load = (path: string) => import(pathToFileURL(join(root, path)).href);
  const parts = ["convert", "edit", "image", "verify", "write"].map((folder) => `tools/${folder}/index.ts`);
  tools = Object.assign({}, ...(await Promise.all([...parts, "test/make-image/make.ts"].map(load))));
}, 300_000);

const made = (version: string, plain = false) =>
  tools.makeBytes({ abi: `${version}/x86_32`, tasks: 3, pages: 4, vmas: 3, plain });

function planned(bytes: Uint8Array, from: string, to: string): Convert.Conversion {
  return tools.planConversion(tools.openImage(new tools.MemorySource(bytes), { abi: `${from}/x86_32` }), { to });
}

/** An image with other values in some fields, as `ckpt set` takes them. */
function edited(bytes: Uint8Array, version: string, ...assignments: string[]): Uint8Array {
  const image = tools.openImage(new tools.MemorySource(bytes), { abi: `${version}/x86_32` });
  const { result } = tools.editImage(image, assignments.map(tools.parseAssignment), { force: true });
  return tools.windowBytes(result, 0, result.size).slice();
}

/** Facts as `RECORD.field: count: why`. */
const told = (facts: readonly Convert.Loss[]) =>
  facts.map(({ record, field, count, why }) => `${record}${field === undefined ? "" : `.${field}`}: ${count}: ${why}`);

/** Obstacles as text. */
const obstacles = ({ report }: Convert.Conversion) => told(report.obstacles);

const LACKS_FIELD = (newer: string, older: string) =>
  `${newer} has this field and ${older} does not; the field needs a default in the schema, or a step of the converter that fills it in`;

describe("a version for which a step is missing", () => {
  it("v24: a field with a default needs none", async () => {
    expect(obstacles(planned(made("v23-rc2-arm"), "v23-rc2-arm", "v24"))).toEqual([]);
  });

  it("v25: an array whose structs have another form, although they are as long", () => {
    const items = /^BUFFER\.epoll_items\[(?:\d+)?\]\.wakeups: [1-9]\d*: (.*)$/;
    const [found = "", ...more] = obstacles(planned(made("v24"), "v24", "v25"));
    expect(more).toEqual([]);
    expect(found).toMatch(items);
    expect(items.exec(found)?.[1]).toBe(LACKS_FIELD("v25", "v24"));
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

  it("v28: fields in the elements of an array that steps rewrite, once for all of them", () => {
    const fields = ["vuser", "vuser2"].map((field) => `BUFFER.pids[].${field}: 3: ${LACKS_FIELD("v28", "v27")}`);
    expect(obstacles(planned(made("v27"), "v27", "v28"))).toEqual(fields);
    expect(obstacles(planned(made("v21", true), "v21", "v28"))).toEqual(expect.arrayContaining(fields));
    const { report } = planned(made("v27"), "v27", "v28");
    expect(report.obstacles[0]?.examples.map(({ field }) => field)).toEqual([0, 1, 2].map((i) => `pids[${i}].vuser`));
  });

  it("v28: and what is in them is lost on the way back", () => {
    const newer = edited(made("v28", true), "v28", "pids[0].vuser=5");
    for (const to of ["v27", "v23-rc2-arm", "v21"]) {
      const { report, isPossible } = planned(newer, "v28", to);
      // Versions before v27 do not have the record.
      expect(isPossible, to).toBe(to === "v27");
      expect(report.losses.filter(({ field }) => field === "pids[0].vuser")).toMatchObject([
        { record: "BUFFER", count: 1, why: "v27 has no such field", examples: [{ value: "5" }] },
      ]);
    }
  });

  it("v29: the number of an object of another type", () => {
    const why = (version: string, now: string, was: string) =>
      expect.stringMatching(
        new RegExp(
          `^VMA\\.ino_objref: [1-9]\\d*: in ${version} the field holds the number of ${now}, not the number of ${was}, and no step`,
        ),
      );
    expect(obstacles(planned(made("v28"), "v28", "v29"))).toEqual([why("v29", "FILE", "INODE")]);
    expect(obstacles(planned(made("v29"), "v29", "v28"))).toEqual([why("v28", "INODE", "FILE")]);
    expect(obstacles(planned(made("v28", true), "v28", "v29"))).toEqual([]);
  });

  it("v30: a value that is fixed", () => {
    const source = edited(made("v29", true), "v29", "task[0].exit_signal=0xffffffff");
    const { report } = planned(source, "v29", "v30");
    expect(told(report.losses)).toEqual(["TASK.exit_signal: 1: in v30 the field is always 17"]);
    expect(report.losses[0]?.examples[0]?.value).toBe("4294967295");
    const { report: right } = planned(made("v29", true), "v29", "v30");
    expect(told(right.losses)).toEqual([]);
    expect(told(planned(made("v30", true), "v30", "v29").report.losses)).toEqual([]);
  });

  it("v31: another unit, another number of a flag, and padding that means something", async () => {
    const timer = edited(made("v30", true), "v30", "task[0].signal.it_real_value=7");
    expect(obstacles(planned(timer, "v30", "v31"))).toEqual([
      "SIGNAL.it_real_value: 1: v31 counts in seconds, not in ns, and no step of the converter changes it",
    ]);
    const still = edited(
      made("v30", true),
      "v30",
      "task[0].signal.it_real_value=0",
      "mm[14].vma[0]._padding=9",
      "task[0].flags=3",
    );
    const plan = planned(still, "v30", "v31");
    expect(obstacles(plan)).toEqual([]);
    expect(told(plan.report.leftovers)).toEqual(["VMA._padding: 1: in v31 the field means something"]);
    const sink = new tools.MemorySink();
    await plan.write(sink);
    const image = tools.openImage(new tools.MemorySource(sink.bytes), { abi: "v31/x86_32" });
    const flags = [...image.root].flatMap((node) =>
      node.record?.name === "TASK" && node.rule === undefined ? (image.fields(node).number("flags") ?? []) : [],
    );
    expect(flags[0]).toBe(9);
    const taken = edited(made("v30", true), "v30", "task[0].signal.it_real_value=0", "task[0].flags=8");
    expect(obstacles(planned(taken, "v30", "v31"))).toEqual([
      "TASK.flags: 1: in v31 the number means CKPT_PF_SUPERPRIV",
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
      /^the image cannot become one of v27\/x86_32: TASK\.io_class: v26 has this field and v25 does not/,
    );
  });
});

// Made images of v29 use numbers of other objects than v29 requires.
it.each(VERSIONS.filter((version) => version !== "v29"))(
  "what a plan from %s allows is written as planned, and what it forbids is not",
  async (from) => {
    for (const plain of [true, false])
      for (const to of VERSIONS) {
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
  },
);
