/** How conditionals treat the compiler, headers that are not read, and files that are read once. */
import { describe, expect, test } from "vitest";
import { Preprocessor } from "../../generator/header/preprocess/preprocessor.js";
import { HeaderText } from "../../generator/header/scan.js";
import type { Arch } from "../../generator/model.js";
import { description } from "./project.js";

const archOf = (id: string) => description.model.arches.find((each) => each.id === id) as Arch;

/** The remaining code of `main.h`; includes refer to the other files. */
function left(
  text: string,
  id = "x86_64",
  files: Readonly<Record<string, string>> = {},
  defines: ReadonlyMap<string, string | undefined> = new Map(),
): string {
  const texts = new Map(Object.entries(files).map(([name, own]) => [name, new HeaderText(name, own)]));
  const preprocessor = new Preprocessor(archOf(id), (name) => texts.get(name), defines);
  preprocessor.add(new HeaderText("main.h", text));
  return preprocessor
    .finish()
    .tokens.map((token) => token.text)
    .join(" ");
}

const branch = (condition: string) => `#if ${condition}\nyes\n#else\nno\n#endif\n`;

describe("byte order", () => {
  test.each([
    ["__BYTE_ORDER == __LITTLE_ENDIAN", "yes", "no"],
    ["__BYTE_ORDER == __BIG_ENDIAN", "no", "yes"],
    ["BYTE_ORDER == BIG_ENDIAN", "no", "yes"],
    ["defined __LITTLE_ENDIAN && defined __BIG_ENDIAN", "yes", "yes"],
  ])("%s with <endian.h>", (condition, little, big) => {
    for (const header of ["endian.h", "sys/types.h", "netinet/in.h"]) {
      const text = `#include <${header}>\n${branch(condition)}`;
      expect(left(text, "x86_32"), header).toBe(little);
      expect(left(text, "arm"), header).toBe(little);
      expect(left(text, "s390x"), header).toBe(big);
      expect(left(text, "powerpc"), header).toBe(big);
    }
  });

  test("without it, only the kernel's own macros are known", () => {
    expect(left(branch("defined __BIG_ENDIAN"), "s390x")).toBe("yes");
    expect(left(branch("defined __LITTLE_ENDIAN"), "s390x")).toBe("no");
    for (const condition of ["__BYTE_ORDER == __LITTLE_ENDIAN", "__BIG_ENDIAN == __BYTE_ORDER"])
      expect(() => left(branch(condition))).toThrow(/main\.h:1:\d+: cannot decide the conditional: `__B/);
    expect(left(branch("defined(__BYTE_ORDER) ? __BYTE_ORDER == __BIG_ENDIAN : defined(__BIG_ENDIAN)"), "s390x")).toBe(
      "yes",
    );
  });
});

describe("names that nothing defines", () => {
  test("are 0 where nothing else could define them", () => {
    expect(left(branch("NEVER || CONFIG_NEVER || __sparc__ || __KERNEL__"))).toBe("no");
    expect(left(`#define X\n#undef X\n#include <linux/version.h>\n${branch("X || CONFIG_NEVER")}`)).toBe("no");
  });

  test.each([
    [`${branch("__GLIBC__ >= 2")}`, "__GLIBC__"],
    [`${branch("_NEVER")}`.replace("_NEVER", "_Never"), undefined],
    [`#include <linux/version.h>\n${branch("LINUX_VERSION_CODE > 5")}`, "LINUX_VERSION_CODE"],
  ])("are refused where something that is not read could: %j", (text, name) => {
    const reason = name ?? "_Never";
    expect(() => left(text)).toThrow(
      `cannot decide the conditional: \`${reason}\` is defined in no header that is read`,
    );
  });

  test("are what the user says", () => {
    const text = `#include <linux/version.h>\n${branch("LINUX_VERSION_CODE > 5")}`;
    expect(left(text, "x86_64", {}, new Map([["LINUX_VERSION_CODE", "7"]]))).toBe("yes");
    expect(left(text, "x86_64", {}, new Map([["LINUX_VERSION_CODE", undefined]]))).toBe("no");
  });

  test("count where the conditional needs them only", () => {
    expect(left(branch("1 || __GLIBC__"))).toBe("yes");
    expect(left(branch("defined __GLIBC__ && __GLIBC__ > 2"))).toBe("no");
  });

  test("limits come with their headers", () => {
    expect(left(`#include <limits.h>\n${branch("LONG_MAX > 0x7fffffff && ULONG_MAX + 1 == 0")}`)).toBe("yes");
    expect(left(`#include <stdint.h>\n${branch("UINTPTR_MAX == 0xffffffff && __WORDSIZE == 32")}`, "arm")).toBe("yes");
    expect(() => left(`#include <stdint.h>\n${branch("LONG_MAX > 0x7fffffff")}`)).toThrow(/`LONG_MAX` is defined/);
  });
});

describe("files that are read once", () => {
  test.each([
    ["#pragma once", { "a.h": "#pragma once\na\n" }, '#include "a.h"\n#include "a.h"\nb\n', "a b"],
    ["#import", { "a.h": "a\n" }, '#import "a.h"\n#import "a.h"\nb\n', "a b"],
    ["#import and then #include", { "a.h": "a\n" }, '#import "a.h"\n#include "a.h"\nb\n', "a b"],
    ["#include and then #import", { "a.h": "a\n" }, '#include "a.h"\n#import "a.h"\n#include "a.h"\nb\n', "a b"],
    ["#include twice", { "a.h": "a\n" }, '#include "a.h"\n#include "a.h" // again\n', "a a"],
  ])("%s", (_, files, text, expected) => {
    expect(left(text, "x86_64", files)).toBe(expected);
  });

  test("whether a file is there", () => {
    const files = { "a.h": "" };
    expect(left(branch('__has_include("a.h")'), "x86_64", files)).toBe("yes");
    expect(() => left(branch("__has_include(<b.h>)"), "x86_64", files)).toThrow(
      /`__has_include\(<b\.h>\)` is not known/,
    );
  });

  test("the name of a file stands for itself, also where compilers have a macro of a part of it", () => {
    expect(left(branch("__has_include(<linux/a.h>)"), "x86_64", { "linux/a.h": "" })).toBe("yes");
    expect(() => left(branch("__has_include(<linux/types.h>) || 1"))).toThrow(
      /`__has_include\(<linux\/types\.h>\)` is not known/,
    );
    expect(left(`#define NAME "a.h"\n${branch("__has_include(NAME)")}`, "x86_64", { "a.h": "" })).toBe("yes");
    expect(() => left(`#define NAME <b.h>\n${branch("__has_include(NAME)")}`)).toThrow(
      /`__has_include\(NAME\)` is not known/,
    );
  });
});

describe("macros", () => {
  test("the line is that of the word in an argument, and of the macro in a macro", () => {
    expect(left("#define F(x) x __LINE__\nF(\n__LINE__)\n__LINE__")).toBe("3 2 4");
  });

  test("counts from 0, once for each argument", () => {
    expect(left("#define F(x) x x\nF(__COUNTER__) __COUNTER__")).toBe("0 0 1");
  });

  test.each([
    ["1:13", "#define A a ##\n", /`##` in `A` has nothing to join on one side/],
    ["2:1", "#define A(x) x ## +\nA(a)\n", /the macro `A` joins `a` and `\+`, which is not a token/],
    ["2:1", "#define A(x, y) x\nA(a)\n", /`A` has 2 parameters, and here are 1 arguments/],
    ["2:1", "#define A(x) x\nA(a, b)\n", /`A` has 1 parameters, and here are 2 arguments/],
    ["2:1", "#define A(x) x\nA(a\n#define B\n", /the arguments of `A` have no end/],
    ["3:1", "#define A(x) x\nA(a\n#undef A\n)\n", /`A` changes within its own arguments/],
    ["3:1", '#define A(x) x\nA(a\n#include "a.h"\n)\n', /`#include` within the arguments of a macro/],
    ["1:7", "#undef\n", /`#undef` names no macro/],
  ])("are refused at %s of %j", (place, text, reason) => {
    expect(() => left(text)).toThrow(reason);
    expect(() => left(text)).toThrow(`main.h:${place}: `);
  });

  test("arguments with directives without end are bounded", () => {
    const text = `#define OPEN F (\n#define F(x) x\n${"OPEN\n#define X\n".repeat(20_000)}`;
    expect(() => left(text)).toThrow(/the arguments of `F` have no end/);
    expect(() => left(`#define F(x) x\nF(${"a\n#define X\n".repeat(20_000)}`)).toThrow(
      /the arguments of `F` have no end/,
    );
  });
});
