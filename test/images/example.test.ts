import { describe, expect, it } from "vitest";
import { abi, registry, versions } from "../../generated/codecs/index.js";
import { ImageFormat, MemorySource, readTree, records } from "../../tools/image/index.js";
import { Syntax, type SyntaxRule, type SyntaxStep } from "../../tools/image/walk/syntax.js";
import { example } from "./example.js";
import { recordNames } from "./made.js";

/** An image of v21 on x86_64, record by record: type number, length, name. */
const V21: readonly (readonly [type: number, length: number, name: string])[] = [
  [1, 72, "HEADER"],
  [4, 73, "BUFFER"],
  [4, 73, "BUFFER"],
  [4, 73, "BUFFER"],
  [2, 16, "HEADER_ARCH"],
  [3, 8, "CONTAINER"],
  [4, 19, "BUFFER"],
  [7, 13, "LSM_INFO"],
  [101, 16, "TREE"],
  [4, 32, "BUFFER"],
  [102, 64, "TASK"],
  [5, 24, "STRING"],
  [106, 40, "THREAD"],
  [105, 56, "RESTART_BLOCK"],
  [107, 192, "CPU"],
  [201, 520, "CPU_FPU"],
  [6, 16, "OBJREF"],
  [6, 16, "OBJREF"],
  [116, 20, "GROUPINFO"],
  [6, 16, "OBJREF"],
  [6, 16, "OBJREF"],
  [113, 16, "USER_NS"],
  [115, 16, "USER"],
  [114, 96, "CRED"],
  [117, 16, "TASK_CREDS"],
  [6, 16, "OBJREF"],
  [6, 16, "OBJREF"],
  [109, 400, "UTS_NS"],
  [6, 16, "OBJREF"],
  [110, 56, "IPC_NS"],
  [501, 16, "IPC"],
  [501, 16, "IPC"],
  [501, 16, "IPC"],
  [108, 24, "NS"],
  [103, 16, "TASK_NS"],
  [6, 16, "OBJREF"],
  [301, 16, "FILE_TABLE"],
  [6, 16, "OBJREF"],
  [304, 48, "FILE"],
  [303, 17, "FILE_NAME"],
  [302, 24, "FILE_DESC"],
  [302, 24, "FILE_DESC"],
  [302, 24, "FILE_DESC"],
  [6, 16, "OBJREF"],
  [6, 16, "OBJREF"],
  [304, 48, "FILE"],
  [303, 21, "FILE_NAME"],
  [401, 120, "MM"],
  [4, 328, "BUFFER"],
  [6, 16, "OBJREF"],
  [304, 48, "FILE"],
  [303, 21, "FILE_NAME"],
  [402, 72, "VMA"],
  [403, 16, "PGARR"],
  [402, 72, "VMA"],
  [403, 16, "PGARR"],
  [4, 8216, "BUFFER"],
  [403, 16, "PGARR"],
  [404, 24, "MM_CONTEXT"],
  [202, 8, "MM_CONTEXT_LDT"],
  [6, 16, "OBJREF"],
  [451, 8, "FS"],
  [303, 10, "FILE_NAME"],
  [303, 10, "FILE_NAME"],
  [6, 16, "OBJREF"],
  [601, 2056, "SIGHAND"],
  [104, 32, "TASK_OBJS"],
  [602, 328, "SIGNAL"],
  [604, 24, "SIGPENDING"],
  [604, 24, "SIGPENDING"],
  [603, 16, "SIGNAL_TASK"],
  [9001, 16, "TAIL"],
];

const ABIS = versions.flatMap((version) => registry.arches(version).map((arch) => `${version}/${arch}`));
const EXAMPLES = ABIS.filter((name) => name.includes("/x86_") && !name.startsWith("v16/"));

function formatOf(name: string): ImageFormat {
  const [version = "", arch = ""] = name.split("/");
  return new ImageFormat(abi(version, arch));
}

it("numbers and lengths of v21 on x86_64", () => {
  const format = formatOf("v21/x86_64");
  const list = [...records(format, new MemorySource(example(format)))];
  expect(list.map(({ type, length, name }) => [type, length, name])).toEqual(V21);
});

describe.each(EXAMPLES)("%s", (name) => {
  const format = formatOf(name);

  it("an image is read to its end", () => {
    const source = new MemorySource(example(format));
    const { end, problems, root } = readTree(format, source);
    expect(problems).toEqual([]);
    expect(end).toBe("complete");
    expect(recordNames(root)).toEqual([...records(format, source)].map((record) => record.name));
  });

  it("the other order of a task is refused, unless both existed", () => {
    const both = name.startsWith("v18-dev-");
    const changed = versions.indexOf(format.abi.target.version) < versions.indexOf("v19-rc1");
    const { end, problems } = readTree(format, new MemorySource(example(format, { registersFirst: changed })));
    expect(end).toBe(both ? "complete" : "damaged");
    expect(problems).toHaveLength(both ? 0 : 1);
  });
});

it.each(ABIS)("the grammar of %s has a number for everything that it names", (name) => {
  const format = formatOf(name);
  const syntax = new Syntax(format);
  expect(syntax.start.isSkippable).toBe(false);
  expect(syntax.describe(syntax.start.starts)).toBe("HEADER (1)");
  // Rules are compiled on demand.
  const rules = new Set<SyntaxRule>([syntax.start, ...syntax.bodies.values()]);
  const visit = ({ rule, items }: SyntaxStep): void => {
    if (rule) rules.add(rule);
    items.forEach(visit);
  };
  syntax.anywhere.forEach(visit);
  for (const { items, starts } of rules) {
    items.forEach(visit);
    expect(starts.tokens.size).toBeGreaterThan(0);
  }
});
