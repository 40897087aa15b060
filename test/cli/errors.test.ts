/** Usage errors of the command line: exit 2, no output, and one helpful line. */
import { expect, test } from "vitest";
import { ckpt, VERSION } from "./ckpt.js";

const show = (struct: string, abi = "v19/x86_32") => ["abi", "show", struct, "--abi", abi];

test.each([
  ["no command", [], "which command? see --help"],
  ["no subcommand", ["abi"], "which command? see --help"],
  ["an unknown command", ["abi", "lst"], "unknown command 'lst' (Did you mean list?)"],
  ["an unknown option", ["abi", "list", "--jsn"], "unknown option '--jsn' (Did you mean --json?)"],
  ["no ABI", ["abi", "show", "ckpt_hdr"], "required option '--abi <version/arch>' not specified"],
  ["no struct", ["abi", "show", "--abi", "v19/x86_32"], "show takes the name of a struct, or --all"],
  ["two wishes", [...show("ckpt_hdr"), "--all"], "show takes a struct or --all, not both"],
  ["too much", ["abi", "list", "v19"], "too many arguments for 'list'. Expected 0 arguments but got 1."],
  ["too little", ["abi", "diff", "v19"], "missing required argument 'to'"],
  ["an ABI without arch", show("ckpt_hdr", "v19"), '--abi takes version/arch, e.g. v19/x86_32, not "v19"'],
  ["an empty arch", show("ckpt_hdr", "v19/"), '--abi takes version/arch, e.g. v19/x86_32, not "v19/"'],
  ["a mistyped struct", show("ckpt_hdr_vna"), 'unknown struct "ckpt_hdr_vna"; did you mean ckpt_hdr_vma?'],
  ["a part of a name", show("vma"), 'unknown struct "vma"; did you mean ckpt_hdr_vma?'],
  ["no struct at all", show("qqqqqqqq"), 'unknown struct "qqqqqqqq"; ckpt abi show --all has all'],
  ["a part of versions", show("ckpt_hdr", "v20/x86_32"), 'unknown version "v20"; did you mean v20-a, v20-b or v20-c?'],
  ["no version", ["abi", "diff", "v19", "current"], 'unknown version "current"; ckpt abi list has all'],
  ["a mistyped arch", show("ckpt_hdr", "v19/x86-64"), 'unknown arch "x86-64"; did you mean x86_64?'],
  [
    "no arch",
    ["abi", "constants", "--abi", "v19/mips"],
    'unknown arch "mips"; it is one of x86_32, x86_64, s390x, s390, powerpc, powerpc64, arm',
  ],
  [
    "an arch that the version has not",
    ["abi", "diff", "v22-arm", "v23-rc1-a", "--arch", "arm"],
    'unknown arch "arm": v23-rc1-a does not have it; it is one of x86_32, x86_64, s390x, s390, powerpc, powerpc64',
  ],
  [
    "a struct that the arch does not implement",
    show("ckpt_hdr_thread", "v19/powerpc"),
    "ckpt_hdr_thread is not implemented on powerpc in v19: PowerPC kernels save nothing per thread outside the register record and write no such record",
  ],
  [
    "a struct that only other versions have on the arch",
    show("ckpt_hdr_thread", "v18/s390x"),
    "ckpt_hdr_thread is not implemented on s390x in v18: the struct exists only in other versions",
  ],
])("%s", async (_, argv, message) => {
  expect(await ckpt(argv)).toMatchObject({ code: 2, out: "", err: `ckpt: ${message}\n` });
  // `--json` does not change an error.
  if (argv.length > 2) expect((await ckpt([...argv, "--json"])).code).toBe(2);
});

test("a struct of other versions is told where it exists", async () => {
  const { code, err } = await ckpt(show("ckpt_hdr_vpids", "v21/x86_32"));
  expect(code).toBe(2);
  expect(err).toMatch(/^ckpt: unknown struct "ckpt_hdr_vpids": it exists on x86_32 v20-a\.\.v20-b; [^?]*\n$/);
});

test.each([
  ["v17/x86_32", "ckpt_const", "ckpt_hdr_const"],
  ["v19/x86_32", "ckpt_task_pids", "ckpt_pids"],
  ["v19/x86_32", "ckpt_hdr_sigset", "ckpt_sigset"],
])("the name that %s has for %s is %s", async (abi, asked, name) => {
  const { code, err } = await ckpt(show(asked, abi));
  expect(code).toBe(2);
  expect(err).toMatch(new RegExp(`^ckpt: unknown struct "${asked}": [^?]* ${name}\n$`));
});

test.each([
  ["a struct", (text: string) => show(text)],
  ["an ABI", (text: string) => show("ckpt_hdr", text)],
  ["a version", (text: string) => ["abi", "diff", "v19", text]],
  ["an arch", (text: string) => ["abi", "diff", "v19", "v21", "--arch", text]],
  ["a command", (text: string) => [text]],
  ["an option", (text: string) => ["abi", "list", `--${text}`]],
])("%s that would steer the terminal is escaped", async (_, argv) => {
  const { code, out, err } = await ckpt(argv("\u001b[31m\u009b31m\r\n\u202e\u0007x"));
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/^ckpt: [^\p{Cc}\p{Cf}]*\n$/u);
  expect(err).toContain("\\u001b[31m\\u009b31m");
});

test("a name of any length is refused at once", async () => {
  const { code, err } = await ckpt(show("x".repeat(1_000_000)));
  expect(code).toBe(2);
  expect(err).toMatch(/^ckpt: unknown struct "x{10,200}…"; ckpt abi show --all has all\n$/);
});

test("help and version go to the output", async () => {
  expect(await ckpt(["--version"])).toMatchObject({ code: 0, out: `${VERSION}\n`, err: "" });
  for (const argv of [["--help"], ["abi", "--help"], ["abi", "diff", "--help"], ["help", "abi"]]) {
    const { code, out, err } = await ckpt(argv);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Usage: ckpt /);
  }
});
