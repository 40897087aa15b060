import { describe, expect, it } from "vitest";
import { parseAssignment, parsePath } from "../../tools/edit/path.js";
import { UsageError } from "../../tools/errors/usage-error.js";

const mistake = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    if (error instanceof UsageError && error.code === "bad-path") return error.message;
    throw error;
  }
  throw new Error("it was accepted");
};

describe("paths", () => {
  it("are names with selectors between dots", () => {
    expect(parsePath("task[pid=5].cpu.ip")).toEqual({
      text: "task[pid=5].cpu.ip",
      steps: [
        { name: "task", column: 1, selectors: [{ kind: "key", key: "pid", value: "5", column: 6 }] },
        { name: "cpu", column: 13, selectors: [] },
        { name: "ip", column: 17, selectors: [] },
      ],
    });
  });

  it("have places, wildcards, offsets and several selectors in a row", () => {
    const [step] = parsePath("record[ -1 ][*][@0x1b0][0x10]").steps;
    expect(step?.selectors.map(({ column, ...selector }) => selector)).toEqual([
      { kind: "index", index: -1 },
      { kind: "all" },
      { kind: "offset", offset: 0x1b0 },
      { kind: "index", index: 16 },
    ]);
  });

  it("may quote what looks like the end of a selector", () => {
    const [step] = parsePath('file[path="/a]b.c\\"d"].f_pos').steps;
    expect(step?.selectors[0]).toMatchObject({ key: "path", value: '"/a]b.c\\"d"' });
  });

  it.each([
    ["", '"": column 1: expected a name, found the end'],
    ["a..b", 'a..b: column 3: expected a name, found "."'],
    ["a.", "a.: column 3: expected a name, found the end"],
    ["a b", 'a b: column 2: expected a dot, [ or the end, found " "'],
    ["task[1", "task[1: column 6: expected ] after the selector"],
    ["task[x].b", 'task[x].b: column 6: expected a number, *, KEY=VALUE or @OFFSET in brackets, found "x"'],
    ["task[]", 'task[]: column 6: expected a number, *, KEY=VALUE or @OFFSET in brackets, found ""'],
  ])("point at the mistake in %j", (text, message) => {
    expect(mistake(() => parsePath(text))).toBe(message);
  });
});

describe("assignments", () => {
  it("end their path at the first = outside of brackets", () => {
    const { path, value } = parseAssignment("task[comm=a b].comm=x=y");
    expect(path.text).toBe("task[comm=a b].comm");
    expect(value).toBe("x=y");
  });

  it("may set nothing", () => {
    expect(parseAssignment("a.b=").value).toBe("");
  });

  it.each([
    ["a.b", "a.b: column 4: expected = and a value"],
    ["a.b!=3", 'a.b!=3: column 4: expected a dot, [ or =, found "!"'],
    ["=3", '=3: column 1: expected a name, found "="'],
  ])("point at the mistake in %j", (text, message) => {
    expect(mistake(() => parseAssignment(text))).toBe(message);
  });
});
