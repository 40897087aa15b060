import { describe, expect, it } from "vitest";
import { code, codeBlock } from "../../tools/report/code.js";
import { reportMarkdown } from "../../tools/report/markdown.js";
import { reportOf } from "../../tools/report/report.js";
import { executableOf } from "../images/expectations.js";
import { COMPLETE, IMAGES } from "../images/fixtures.js";
import { makeBytes } from "../make-image/make.js";
import { opened, openedMade, openedReal } from "../opened.js";

function written(image: ReturnType<typeof opened>, paths = false): string {
  return reportMarkdown(reportOf(image, { paths }), "ckpt 1.2.3");
}

function everything(image: ReturnType<typeof opened>): string {
  const json = JSON.stringify(reportOf(image), (_, value) =>
    typeof value === "bigint" ? String(value) : value instanceof Map ? [...value] : value,
  );
  return `${written(image)}${json}`;
}

/** Names of tasks that are words of every report. */
const WORDS = ["root", "thread"];

describe.each(COMPLETE)("$name: the report", (real) => {
  const image = openedReal(real);

  it("has the tasks, counts and sizes, and nothing that verify complains about", () => {
    const report = reportOf(image);
    expect(report.tasks.map(({ pid }) => pid)).toEqual(real.notes.pids.map(([pid]) => pid));
    expect(report.checked).toMatchObject({ end: "complete", errors: 0 });
    expect(report.memory.mappings).toBe([...report.mappings.values()].reduce((sum, { count }) => sum + count, 0));
    // Images have credentials from v17 on; the programs ran as root.
    const isRoot = real.name.startsWith("v16") ? undefined : true;
    expect(new Set(report.tasks.map((task) => task.isRoot))).toEqual(new Set([isRoot]));
  });

  it("names no task, file or word of the contents", () => {
    const text = everything(image);
    const names = [...real.notes.tasks, ...real.notes.files].filter((name) => name.length > 2 && !WORDS.includes(name));
    for (const name of names) expect(text).not.toContain(name);
    expect(text).not.toMatch(/PIPE-CONTENT|root-to-child|\(none\)/);
    expect(text).toContain("task-1");
    expect(text).toContain("file-1");
  });

  it("names tasks and programs when asked to", () => {
    const text = written(image, true);
    for (const name of real.notes.tasks) expect(text).toContain(name);
    expect(text).toContain(`\`${executableOf(real)}\``);
  });
});

describe("a report on a made image", () => {
  it("holds no secret of it", () => {
    for (const abi of ["v23-rc2/x86_64", "v20-c/s390x", "v18/powerpc"]) {
      const text = everything(openedMade(abi, { tasks: 8 }));
      for (const secret of [
        "init",
        "leader",
        "sharer",
        "/srv",
        "/bin/program",
        "in the pipe",
        "mailbox",
        "abstract",
        "127.0.0.1",
        "8080",
        "lsm_",
      ])
        expect(text, abi).not.toContain(secret);
    }
  });

  it("says the same every time, with the same placeholder for the same text", () => {
    const bytes = makeBytes({ abi: "v21/x86_64", tasks: 20 });
    const report = reportOf(opened(bytes));
    const workers = report.tasks.filter(({ pid }) => pid >= 1006 && pid < 1019).map(({ name }) => name);
    expect(new Set(workers).size).toBe(1);
    expect(written(opened(bytes))).toBe(written(opened(bytes)));
  });

  it("tells root from others, and nothing else about users", () => {
    const report = reportOf(openedMade("v21/x86_64", { tasks: 8 }));
    expect(new Set(report.tasks.map(({ isRoot }) => isRoot))).toEqual(new Set([true, false, undefined]));
    expect(JSON.stringify(report.tasks)).not.toMatch(/uid|gid[^"]*1000\b.*cap/);
  });

  it("lists some of many tasks and says how many it leaves out", () => {
    const text = written(openedMade("v19/x86_64", { tasks: 250, pages: 0, plain: true }));
    expect(text).toContain("50 more tasks are left out.");
    expect(text).toContain("50 more address spaces are left out.");
  });
});

describe("a report on an image that is not sound", () => {
  it("has the message of the kernel, masked", () => {
    const real = IMAGES.find(({ name }) => name.includes("notfrozen"));
    if (!real) throw new Error("no such image");
    const text = written(opened(real.bytes));
    expect(text).toContain("- at offset 8: `task 186 (…) is not frozen`\n");
    expect(text).not.toContain("tree-root");
    expect(written(opened(real.bytes), true)).toContain("`task 186 (tree-root) is not frozen`");
  });

  it("says where the damage is", () => {
    const real = COMPLETE.find(({ name }) => name === "v20h-tree-sub.img");
    const report = reportOf(opened(real?.bytes.subarray(0, 60_000) ?? new Uint8Array()));
    expect(report.end).toBe("damaged");
    expect(report.findings.at(-1)).toMatchObject({ severity: "error", offset: expect.any(Number) });
    expect(report.taskCounts.missing).toBeGreaterThan(0);
    expect(everything(opened(real?.bytes.subarray(0, 60_000) ?? new Uint8Array()))).not.toMatch(/tree-root|\/bin/);
  });

  it("gives no bytes of the contents away where records are misread", () => {
    const bytes = makeBytes({ abi: "v21/x86_64", tasks: 7 });
    const image = opened(bytes, "v21/x86_64");
    // A name replaces a record header.
    const [vma] = [...image.root].filter(({ record }) => record?.name === "VMA");
    bytes.set(Buffer.from("topsecret"), vma?.offset);
    const number = String(Buffer.from("tops").readUInt32LE());
    const text = everything(opened(bytes, "v21/x86_64"));
    expect(text).toMatch(/damaged/);
    expect(text).not.toContain(number);
    expect(text).not.toContain(String(Buffer.from("ecre").readUInt32LE()));
  });

  it("shows other machines' texts only if they look like some", () => {
    const bytes = makeBytes({ abi: "v21/x86_64", tasks: 2 });
    const image = opened(bytes, "v21/x86_64");
    const release = image.root.find("BUFFER", "release")?.record?.payload.start ?? 0;
    bytes.set(Buffer.from("<b>\u202e"), release);
    expect(reportOf(opened(bytes, "v21/x86_64")).kernel.release).toBeUndefined();
  });
});

describe("text from an image in Markdown", () => {
  it("is code, whatever is in it", () => {
    expect(code("plain")).toBe("`plain`");
    expect(code("a`b")).toBe("``a`b``");
    expect(code("`")).toBe("`` ` ``");
    expect(code("@someone #12 <b> [x](y) *z*")).toBe("`@someone #12 <b> [x](y) *z*`");
    expect(code("a|b\nc\u202e\udc80")).toBe("`a\\u007cb\\u000ac\\u202e\\udc80`");
    expect(code("  ")).toBe("");
    expect(code("x".repeat(5000))).toHaveLength(1003);
  });

  it("does not end a block of code", () => {
    expect(codeBlock(["1 ```", "x\n```"])).toEqual(["```text", "1 ```", "x\\u000a```", "```"]);
  });

  it("has no line that is markup, with names that are", () => {
    const bytes = makeBytes({ abi: "v21/x86_64", tasks: 7 });
    const image = opened(bytes, "v21/x86_64");
    for (const { label, record } of image.root)
      if (label === "task_name") bytes.set(Buffer.from("```\n# <b>|@x\0"), record?.payload.start);
    const text = written(opened(bytes, "v21/x86_64"), true);
    expect(text.match(/^```/gm)).toHaveLength(2);
    expect(text).not.toMatch(/^# <b>/m);
    expect(text.match(/^# .*/gm)).toEqual(["# Report on a checkpoint image"]);
  });
});
